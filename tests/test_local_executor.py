"""Workers on this machine: one that dies fails its job and nobody else's, and another takes its place."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from xeval.plans.stage import Stage
from xeval.running.executors.local import LocalExecutor
from xeval.running.executors.starting import context_for, undisturbed
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


def test_who_ignores_an_interruption_is_not_interrupted() -> None:
    """As a shell script lets what it starts in the background."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with undisturbed() as came:
            os.kill(os.getpid(), signal.SIGINT)
        assert came == []
    finally:
        signal.signal(signal.SIGINT, before)


def test_where_a_socket_would_have_too_long_a_name_workers_begin_by_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/" + "x" * 90)

    assert context_for([Setup(tmp_path)] * 2).get_start_method() == "spawn"


HELD = """
import ctypes, multiprocessing, os, signal, sys
from xeval.running.executors.starting import end_with_the_run

def hold(connection):
    end_with_the_run()
    connection.send("ready")
    ctypes.PyDLL(None).sleep(120)  # C code that keeps the interpreter's lock: no thread of Python runs

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    ours, theirs = context.Pipe()
    context.Process(target=hold, args=(theirs,), daemon=True).start()
    ours.recv()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it ends when it next tells something")
@pytest.mark.parametrize("way", ["spawn", "forkserver"])
def test_a_worker_that_c_code_holds_ends_with_the_run_that_is_killed(way: str, tmp_path: Path) -> None:
    (tmp_path / "held.py").write_text(HELD)

    # Who reads what the worker may write waits for its end.
    ended = subprocess.run([sys.executable, "held.py", way], cwd=tmp_path, stdout=subprocess.PIPE, timeout=60)

    assert ended.returncode == -signal.SIGKILL
