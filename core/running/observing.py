"""Observers follow a run, each in a process of its own: none can slow it down or stop it."""

from __future__ import annotations

import multiprocessing
import queue
import threading
import time
from collections.abc import Iterable, Iterator

from xeval.guests import asked
from xeval.plans.catalogue import Catalogue
from xeval.running.following import Account, Batch, Tracker, follow
from xeval.running.jobs import deathbed

MOST = 10_000  # batches of notices that wait for an observer; what comes on top is left out and counted
PATIENCE = 30.0  # seconds that are given to observers together, when a run is over
BEHIND = 10  # niceness: a tenth of a processor that a run wants too; with 19 it would starve on a busy machine


class Follower:
    """One observer: a queue, a thread that feeds its process, and what became of it."""

    def __init__(self, tracker: Tracker, niceness: int = BEHIND) -> None:
        self._name, self._lost = tracker.name, 0
        self._queue: queue.Queue[Batch | None] = queue.Queue(MOST)
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=follow, args=(tracker, theirs, niceness), daemon=True)
        self._process.start()
        theirs.close()
        self._feeder = threading.Thread(target=self._feed, name=f"to {tracker.name}", daemon=True)
        self._feeder.start()

    def tell(self, batch: Batch) -> None:
        """Hand over notices without waiting; they are made where they are heard."""
        try:
            self._queue.put_nowait(batch)
        except queue.Full:
            self._lost += 1

    def finish(self) -> None:
        """Tell it that the run is over, without waiting."""
        try:
            self._queue.put_nowait(None)
        except queue.Full:
            self._lost += 1

    def end(self, seconds: float) -> str:
        """Let it finish, for so long at most; what there is to be told, in a sentence, or the empty text."""
        said = [*self._accounted(max(0.0, seconds))]
        self._process.kill()
        self._process.join()
        self._feeder.join(1)  # it writes no more: nobody reads
        self._connection.close()
        said += [f"was too slow for {self._lost} notices"] if self._lost else []
        return f"The tracker {self._name!r} {'; it '.join(said)}. The run is not affected." if said else ""

    def _accounted(self, seconds: float) -> Iterator[str]:
        """What its process says of itself, or does not say any more."""
        if not self._connection.poll(seconds):
            yield "was not done in time and was ended (xeval track shows it the run again)"
            return
        try:
            account: Account = self._connection.recv()
        except (EOFError, OSError):
            self._process.join(1)
            yield deathbed(self._process.exitcode)
            return
        if account.failures:
            yield f"failed {account.failures} times, first with {account.first}"

    def _feed(self) -> None:
        """Write into the pipe, which waits while the observer is busy; this thread alone waits with it."""
        try:
            while batch := self._queue.get():
                self._connection.send(batch)
            self._connection.send(None)
        except OSError:
            return  # its process is gone, which is told at the end


class Followers:
    """All observers of a run; where it is over already, they need not stand back."""

    def __init__(self, trackers: Iterable[Tracker], niceness: int = BEHIND) -> None:
        self._all = [Follower(tracker, niceness) for tracker in trackers]

    def __bool__(self) -> bool:
        return bool(self._all)

    def tell(self, batch: Batch) -> None:
        """Tell all of them; nobody waits."""
        for one in self._all:
            one.tell(batch)

    def end(self, seconds: float = PATIENCE) -> list[str]:
        """Let them finish, and return what is to be told of those that went wrong."""
        until = time.monotonic() + seconds
        for one in self._all:
            one.finish()
        return [said for one in self._all if (said := one.end(until - time.monotonic()))]


def wanted_trackers(texts: Iterable[str], catalogue: Catalogue) -> list[Tracker]:
    """The observers that `NAME:WHERE` names, each asked whether it can.

    Raises UnknownName, or BadValue for one that cannot, before anything is run.
    """
    found = []
    for text in texts:
        name, _, to = text.partition(":")
        offer = catalogue.observers.offer(name)
        asked(offer.plugin, "check", to)
        found.append(Tracker(name, offer.entry.name, to))
    return found
