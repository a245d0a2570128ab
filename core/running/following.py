"""The process of one observer: whatever it does there, and however long it takes, no run waits for it."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from typing import Any

from xeval.contracts import Observer
from xeval.errors import XevalError, spoken
from xeval.notices import Notice
from xeval.running.discovery import discover

ENOUGH = 3  # failures one after the other, after which an observer is asked no more
ORPHANED = 10.0  # seconds that an observer may go on when its run was killed

Batch = Callable[[], Iterable[Notice]]  # made where it is heard: it must go through a pipe


@dataclass(frozen=True)
class Tracker:
    """An observer by its name, the entry point that offers it, and where it is to write."""

    name: str
    entry: str
    to: str


@dataclass(frozen=True)
class Account:
    """How often an observer failed, and how it failed first."""

    failures: int
    first: str


class Telling:
    """An observer at work, and what went wrong with it."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self._tracking: Any = None
        self._failures, self._in_a_row, self._first = 0, 0, ""

    def tell(self, batch: Batch) -> None:
        """Tell the observer, opened when it is first told anything."""
        try:
            for notice in batch():
                self._do("note", notice)
        except (OSError, ValueError, LookupError, TypeError, XevalError) as error:  # what is stored of it is damaged
            self._blame(error)

    def close(self) -> Account:
        """Tell the observer that the run is over."""
        self._do("close")
        return Account(self._failures, self._first)

    def _do(self, method: str, *of: Any) -> None:
        if self._in_a_row >= ENOUGH:
            return
        try:
            self._tracking = self._tracking or found(self._tracker).open(self._tracker.to)
            getattr(self._tracking, method)(*of)
            self._in_a_row = 0
        except BaseException as error:  # noqa: BLE001 - an observer is a plugin: whatever it does, it is told the rest
            self._blame(error)

    def _blame(self, error: BaseException) -> None:
        self._failures, self._in_a_row = self._failures + 1, self._in_a_row + 1
        self._first = self._first or spoken(error)


def found(tracker: Tracker) -> Observer:
    """The observer that an entry point offers."""
    return discover([tracker.entry]).observers[tracker.name]


def follow(tracker: Tracker, connection: Connection, niceness: int) -> None:
    """The life of the process: tell the observer what comes, close it at the end, and account for it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the run decides what it means
    threading.Thread(target=end_with_the_run, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(niceness)
    os.dup2(2, 1)  # standard output is that of the run
    telling = Telling(tracker)
    with contextlib.suppress(EOFError, OSError):  # the run was killed
        while batch := connection.recv():
            telling.tell(batch)
    account = telling.close()
    with contextlib.suppress(OSError):
        connection.send(account)


def end_with_the_run() -> None:
    """End this process soon after the one that began it, whatever the observer is at."""
    run = parent_process()
    if run is not None:
        run.join()
        time.sleep(ORPHANED)
        os._exit(1)
