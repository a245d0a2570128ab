"""How worker processes begin and end: as copies of one that has opened the libraries, and never without their run."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import forkserver
from multiprocessing.connection import wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any

from xeval.errors import XevalError
from xeval.running.jobs import Setup

LONGEST_FOLDER = 70  # bytes of TMPDIR: a socket in it, by which copies are asked for, may have a name of 107

# A thread pool of a size that does not depend on the number of workers: the same bits, however many there are.
THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def context_for(setups: Sequence[Setup]) -> BaseContext:
    """How workers are started: several on processors as copies of one process that has opened the libraries once.

    Opening them takes longer than many a stage. With GPUs each worker begins by itself: what has looked at a GPU cannot
    be copied.
    """
    alone = len(setups) < 2 or any(setup.compute.device != "cpu" for setup in setups)
    has_room = len(os.fsencode(tempfile.gettempdir())) <= LONGEST_FOLDER
    if alone or not has_room or "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["xeval.running.executors.template"])
    return context


def end_of_template(context: BaseContext) -> None:
    """End the process that workers were copies of: the next one begins with the environment of its time."""
    if context.get_start_method() == "forkserver":
        forkserver._forkserver._stop()  # type: ignore[attr-defined]  # nothing public ends it, or counts its time


@contextmanager
def undisturbed() -> Iterator[list[int]]:
    """Hear of Ctrl-C, SIGTERM and SIGHUP only afterwards; the block is given a list of those that came.

    A worker that was started and not written down would live on, and with it the process that it is a copy of. What
    waits for that one to open the libraries need not wait any longer: it is ended.
    """
    if threading.current_thread() is not threading.main_thread():
        yield []
        return
    came: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        came.append(number)
        kill_template()

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: how for number in numbers if (how := signal.getsignal(number)) not in (signal.SIG_IGN, None)}
    for number in before:
        signal.signal(number, note)
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for heard in came[:1]:
            signal.raise_signal(heard)


def kill_template() -> None:
    """End the process that workers are copies of at once, if there is one; copies that there are live on."""
    pid = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]  # as above
    if pid:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def begin(process: BaseProcess, context: BaseContext, came: Sequence[int]) -> None:
    """Start a worker; once more, if the process that it is to be a copy of has died: another takes its place.

    Raises XevalError if that one dies too. Once a signal `came`, nothing is tried again.
    """
    try:
        start(process, context)
    except (EOFError, ConnectionError):
        if came:
            raise
        end_of_template(context)
        try:
            start(process, context)
        except (EOFError, ConnectionError) as error:
            said = "No worker can be started: the process that opens the libraries for them dies (out of memory?)."
            raise XevalError(said, hint="Give --workers 1: one worker opens them by itself.") from error


def start(process: BaseProcess, context: BaseContext) -> None:
    """Start a worker, and before it what it is a copy of, which Ctrl-C shall not reach: the run decides what it means.

    A signal that is held back when a process is started is held back there for good.
    """
    if context.get_start_method() == "forkserver":
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            forkserver.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
    process.start()


class thread_limit:  # noqa: N801 - reads as the statement that it is
    """Processes started within inherit the number of threads; afterwards the environment is as it was."""

    def __init__(self, threads: int) -> None:
        self._threads = str(threads)
        self._before: dict[str, str | None] = {}

    def __enter__(self) -> None:
        self._before = {name: os.environ.get(name) for name in THREAD_VARIABLES}
        os.environ.update(dict.fromkeys(THREAD_VARIABLES, self._threads))

    def __exit__(self, *_: object) -> None:
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def end_with_the_run() -> None:
    """Let the system end this process when the one that started it ends, or lets go of it, whatever it is at.

    It came by a pipe that nothing is written to any more. When that is closed, Linux sends SIGIO, which ends a process
    without its doing, also one that waits in C code. Other systems do not; there it ends when it next tells something.
    """
    run = multiprocessing.parent_process()
    pipe: Any = run.sentinel if run else None
    if sys.platform != "linux" or pipe is None:
        return
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    if wait([pipe], 0):  # it was closed before
        os._exit(1)
