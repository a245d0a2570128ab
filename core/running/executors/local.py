"""Jobs in worker processes on this machine, one job a worker, one worker a GPU."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any

from xeval.guests import overstayed
from xeval.running.jobs import Event, Finished, Job, Setup, deathbed, failure, without
from xeval.visits import BOOK, SIZE, Book

LOOK = 1.0  # seconds between two looks at workers that say nothing
GRACE = 5.0  # seconds beyond its limit in which a plugin may still be ended by an exception

# A thread pool of a size that does not depend on the number of workers: the same bits, however many there are.
THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


class LocalExecutor:
    """Workers are started when first needed and live until `close`; one that dies fails its job and is replaced."""

    def __init__(self, setups: Iterable[Setup]) -> None:
        self._idle = list(setups)  # setups without a worker: not yet started, or dead
        self._context: Any = context_for(self._idle)
        self._workers: dict[Connection, Worker] = {}

    def capacity(self) -> int:
        """How many workers have nothing to do."""
        return len(self._idle) + sum(worker.job is None for worker in self._workers.values())

    def submit(self, job: Job) -> None:
        """Hand the job to a free worker, or to a new one."""
        for worker in [worker for worker in self._workers.values() if worker.job is None]:
            if self._hand(worker, job):
                return
            self._bury(worker)  # it died while it had nothing to do
        worker = self._start()
        if not self._hand(worker, job):
            raise RuntimeError("a worker that was just started takes no job")

    def events(self) -> list[Event]:
        """Wait until a worker has something to say."""
        busy = [worker.connection for worker in self._busy()]
        heard: list[Event] = []
        for connection in wait(busy, LOOK):
            assert isinstance(connection, Connection)
            heard.append(self._hear(self._workers[connection]))
        return [*heard, *self._ended()]

    def close(self) -> None:
        """Kill the workers: a store takes whole artifacts only, so nothing half-written can remain."""
        for worker in self._workers.values():
            worker.process.kill()
        for worker in self._workers.values():
            worker.process.join()
            worker.connection.close()
        self._workers.clear()
        end_of_template(self._context)

    def _hand(self, worker: Worker, job: Job) -> bool:
        """Give a worker a job; false if it is dead."""
        try:
            worker.connection.send(job)
        except OSError:
            return False
        worker.job = job
        return True

    def _start(self) -> Worker:
        setup = self._idle.pop(0)
        ours, theirs = self._context.Pipe()
        memory = self._context.RawArray("c", SIZE)
        process = self._context.Process(target=serve, args=(setup, theirs, memory), daemon=True)
        with undisturbed(), thread_limit(setup.threads):
            process.start()
            self._workers[ours] = Worker(setup, process, ours, Book(memory))
        theirs.close()
        return self._workers[ours]

    def _hear(self, worker: Worker) -> Event:
        try:
            event: Event = worker.connection.recv()
        except (EOFError, OSError):
            assert worker.job is not None
            event = Finished(worker.job, 0.0, error=f"The worker {self._bury(worker)}.")
        if isinstance(event, Finished):
            worker.job = None
        return event

    def _busy(self) -> list[Worker]:
        return [worker for worker in self._workers.values() if worker.job]

    def _ended(self) -> Iterator[Event]:
        """End workers that code of a plugin holds which no exception reaches: C, or what catches everything."""
        for worker in self._busy():
            if worker.job and (visit := worker.book.overdue(GRACE)):
                worker.process.kill()
                self._bury(worker)
                yield without(worker.job, visit.name, overstayed(visit))

    def _bury(self, worker: Worker) -> str:
        """Put a dead worker aside, so that another may take its place, and say how it died."""
        worker.process.join()
        worker.connection.close()
        del self._workers[worker.connection]
        self._idle.append(worker.setup)
        return deathbed(worker.process.exitcode)


class Worker:
    """A process, the pipe to it, and the job it is at."""

    def __init__(self, setup: Setup, process: BaseProcess, connection: Connection, book: Book) -> None:
        self.setup, self.process, self.connection, self.book = setup, process, connection, book
        self.job: Job | None = None


def context_for(setups: Sequence[Setup]) -> BaseContext:
    """How workers are started: several on processors as copies of one process that has opened the libraries once.

    Opening them takes longer than many a stage. With GPUs each worker begins by itself: what has looked at a GPU cannot
    be copied.
    """
    alone = len(setups) < 2 or any(setup.compute.device != "cpu" for setup in setups)
    if alone or "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["xeval.running.executors.template"])
    return context


def end_of_template(context: BaseContext) -> None:
    """End the process that workers were copies of: the next one begins with the environment of its time."""
    if context.get_start_method() == "forkserver":
        forkserver._forkserver._stop()  # type: ignore[attr-defined]  # nothing public ends it, or counts its time


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hear of Ctrl-C and SIGTERM only afterwards.

    A worker that was started and not written down would live on, and with it the process that it is a copy of.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, lambda heard, _: came.append(heard))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for heard in came[:1]:
        signal.raise_signal(heard)


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


def serve(setup: Setup, connection: Any, memory: Any) -> None:
    """A worker's life: take jobs, tell what becomes of them, end when nobody listens."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the runner decides what it means
    BOOK.set(Book(memory))
    bench: Any = None
    while True:
        try:
            job: Job = connection.recv()
        except (EOFError, OSError):
            return
        try:
            # Heavy imports belong to the worker alone: the process that plans and draws stays small and quick.
            from xeval.running.executors.work import Unheard, bench_for, run_job

            bench = bench or bench_for(setup)
        except Exception as error:  # noqa: BLE001 - torch may fail in any way as it is loaded; it is told with the job
            connection.send(failure(job, 0.0, error))
            continue
        try:
            run_job(job, bench, connection.send)
        except Unheard:
            return
