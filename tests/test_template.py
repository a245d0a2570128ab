"""Workers that are copies of one process: they compute, die and end like those that begin by themselves."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from multiprocessing import forkserver
from pathlib import Path

import pytest
from test_local_executor import JOB, end_of

from xeval.running.executors.local import LocalExecutor
from xeval.running.executors.starting import context_for
from xeval.running.jobs import Setup
from xeval.tuning import Compute

COPIES = "forkserver" in multiprocessing.get_all_start_methods()


def test_several_workers_on_processors_are_copies_and_those_on_gpus_begin_by_themselves(tmp_path: Path) -> None:
    on_processor, on_gpu = Setup(tmp_path), Setup(tmp_path, compute=Compute(device="cuda:0"))
    ways = [context_for(setups).get_start_method() for setups in ([on_processor] * 2, [on_processor], [on_gpu] * 2)]

    assert ways == ["forkserver" if COPIES else "spawn", "spawn", "spawn"]


@pytest.mark.slow
@pytest.mark.skipif(not COPIES, reason="this platform copies no processes")
def test_a_copy_that_dies_is_told_and_nothing_is_left_behind(tmp_path: Path) -> None:
    executor = LocalExecutor([Setup(tmp_path)] * 2)
    executor.submit(JOB)
    os.kill(next(iter(executor._workers.values())).process.pid or 0, signal.SIGKILL)
    assert "killed by signal 9" in end_of(executor).error

    executor.submit(JOB)
    executor.submit(JOB)
    pids = [worker.process.pid or 0 for worker in executor._workers.values()]
    assert "nothing-of-that-name" in end_of(executor).error
    executor.close()

    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def template() -> int:
    return int(forkserver._forkserver._forkserver_pid or 0)  # type: ignore[attr-defined]


def once_it_begins(victim: str, number: signal.Signals) -> threading.Thread:
    """Send a signal, to this process or to the template, while that one opens the libraries."""

    def send() -> None:
        while not template():
            time.sleep(0.001)
        os.kill(template() if victim == "template" else os.getpid(), number)

    thread = threading.Thread(target=send)
    thread.start()
    return thread


@pytest.mark.slow
@pytest.mark.skipif(not COPIES, reason="this platform copies no processes")
def test_what_is_killed_while_it_opens_the_libraries_is_replaced(tmp_path: Path) -> None:
    executor = LocalExecutor([Setup(tmp_path)] * 2)
    thread = once_it_begins("template", signal.SIGKILL)

    executor.submit(JOB)

    thread.join()
    assert "nothing-of-that-name" in end_of(executor).error
    executor.close()


@pytest.mark.skipif(not COPIES, reason="this platform copies no processes")
def test_an_interruption_does_not_wait_until_the_libraries_are_open(tmp_path: Path) -> None:
    executor = LocalExecutor([Setup(tmp_path)] * 2)
    thread = once_it_begins("run", signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        executor.submit(JOB)

    thread.join()
    assert executor._workers == {}
    executor.close()
    assert not template()
