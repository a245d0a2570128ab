"""Jobs in worker processes on this machine, one job a worker, one worker a GPU."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from xeval.guests import overstayed
from xeval.running.executors.starting import (
    begin,
    context_for,
    end_of_template,
    end_with_the_run,
    thread_limit,
    undisturbed,
)
from xeval.running.jobs import Event, Finished, Job, Setup, deathbed, failure, without
from xeval.visits import BOOK, GRACE, SIZE, Book

LOOK = 1.0  # seconds between two looks at workers that say nothing


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
        with undisturbed() as came, thread_limit(setup.threads):
            begin(process, self._context, came)
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


def serve(setup: Setup, connection: Any, memory: Any) -> None:
    """A worker's life: take jobs, tell what becomes of them, end when nobody listens."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the runner decides what it means
    end_with_the_run()
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
