"""Workers on this machine: one that dies fails its job and nobody else's, and another takes its place."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from xeval.plans.stage import Stage
from xeval.running.executors.local import LocalExecutor, undisturbed
from xeval.running.jobs import Event, Finished, Job, Setup

JOB = Job((Stage("pretrain", {"corpus": {"shelf": "intermediate", "name": "nothing-of-that-name"}}, label="nothing"),))


@pytest.fixture
def executor(tmp_path: Path) -> Iterator[LocalExecutor]:
    executor = LocalExecutor([Setup(tmp_path)])
    yield executor
    executor.close()


def end_of(executor: LocalExecutor) -> Finished:
    events: list[Event] = []
    while not any(isinstance(event, Finished) for event in events):
        events += executor.events()
    return next(event for event in events if isinstance(event, Finished))


@pytest.mark.slow
def test_a_worker_that_dies_is_told_and_replaced_busy_or_idle(executor: LocalExecutor) -> None:
    executor.submit(JOB)
    os.kill(next(iter(executor._workers.values())).process.pid or 0, signal.SIGKILL)

    assert "killed by signal 9" in end_of(executor).error
    assert executor.capacity() == 1

    executor.submit(JOB)

    assert "nothing-of-that-name" in end_of(executor).error  # a job that fails, in a worker that lives
    worker = next(iter(executor._workers.values()))
    os.kill(worker.process.pid or 0, signal.SIGKILL)
    worker.process.join()

    executor.submit(JOB)

    assert "nothing-of-that-name" in end_of(executor).error


def test_who_interrupts_while_a_worker_is_started_is_heard_once_it_is_written_down() -> None:
    written = []

    def begin() -> None:
        with undisturbed():
            os.kill(os.getpid(), signal.SIGINT)
            written.append("a worker")

    with pytest.raises(KeyboardInterrupt):
        begin()

    assert written == ["a worker"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
