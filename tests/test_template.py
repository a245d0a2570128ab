"""Workers that are copies of one process: they compute, die and end like those that begin by themselves."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path

import pytest
from test_local_executor import JOB, end_of

from xeval.running.executors.local import LocalExecutor, context_for
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
