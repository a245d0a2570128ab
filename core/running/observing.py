"""Observers follow a run in threads of their own: none can slow it down or stop it."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from xeval.contracts import Observer
from xeval.errors import BadValue, XevalError
from xeval.notices import Notice
from xeval.plans.catalogue import Catalogue

MOST = 100_000  # batches of notices that wait for an observer; what comes on top is left out and counted
PATIENCE = 10.0  # seconds that are given to observers together, when a run is over
ENOUGH = 3  # failures one after the other, after which an observer is asked no more


Batch = Callable[[], Iterable[Notice]]


class Follower:
    """One observer: a queue, a thread, and what went wrong."""

    def __init__(self, observer: Observer, to: str) -> None:
        self.observer, self.to = observer, to
        self.lost, self.failures, self.in_a_row, self.first = 0, 0, 0, ""
        self._queue: queue.Queue[Batch | None] = queue.Queue(MOST)
        self._tracking: Any = None
        self._thread = threading.Thread(target=self._follow, name=f"observer {observer.name}", daemon=True)
        self._thread.start()

    def tell(self, batch: Batch) -> None:
        """Hand over notices without waiting; they are made in the observer's thread."""
        try:
            self._queue.put_nowait(batch)
        except queue.Full:
            self.lost += 1

    def end(self, seconds: float) -> str:
        """Let it finish, for so long at most; what there is to be told, in a sentence, or the empty text."""
        try:
            self._queue.put_nowait(None)
        except queue.Full:
            self.lost += 1
        self._thread.join(max(0.0, seconds))
        said = [f"failed {self.failures} times, first with {self.first}"] if self.failures else []
        said += [f"was too slow for {self.lost} notices"] if self.lost else []
        said += ["was not done in time and is left behind"] if self._thread.is_alive() else []
        return f"The tracker {self.observer.name!r} {'; it '.join(said)}. The run is not affected." if said else ""

    def _follow(self) -> None:
        while batch := self._queue.get():
            try:
                for notice in batch():
                    self._do("note", notice)
            except BaseException as error:  # noqa: BLE001 - whatever it meets, the run goes on
                self._blame(error)
        self._do("close")

    def _do(self, method: str, *of: Any) -> None:
        if self.in_a_row >= ENOUGH:
            return
        try:
            self._tracking = self._tracking or self.observer.open(self.to)
            getattr(self._tracking, method)(*of)
            self.in_a_row = 0
        except BaseException as error:  # noqa: BLE001 - whatever it does, the run goes on
            self._blame(error)

    def _blame(self, error: BaseException) -> None:
        self.failures, self.in_a_row = self.failures + 1, self.in_a_row + 1
        self.first = self.first or f"{type(error).__name__}: {error}".rstrip(": ")


class Followers:
    """All observers of a run."""

    def __init__(self, wanted: Iterable[tuple[Observer, str]]) -> None:
        self._all = [Follower(observer, to) for observer, to in wanted]

    def __bool__(self) -> bool:
        return bool(self._all)

    def tell(self, batch: Batch) -> None:
        """Tell all of them; nobody waits."""
        for one in self._all:
            one.tell(batch)

    def end(self, seconds: float = PATIENCE) -> list[str]:
        """Let them finish, and return what is to be told of those that went wrong."""
        until = time.monotonic() + seconds
        return [said for one in self._all if (said := one.end(until - time.monotonic()))]


def wanted_observers(texts: Iterable[str], catalogue: Catalogue) -> list[tuple[Observer, str]]:
    """The observers that `NAME:WHERE` names, each asked whether it can.

    Raises UnknownName, or BadValue for one that cannot, before anything is run.
    """
    found: list[tuple[Observer, str]] = []
    for text in texts:
        name, _, to = text.partition(":")
        observer = catalogue.observers[name]
        try:
            observer.check(to)
        except XevalError:
            raise
        except Exception as error:
            raise BadValue(f"The tracker {name!r} cannot be used: {type(error).__name__}: {error}.") from error
        found.append((observer, to))
    return found
