"""Which plugin's code a worker runs, and until when it may: in memory that the process which may end it reads too."""

from __future__ import annotations

import faulthandler
import json
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

SIZE = 512  # bytes: when the visit is to be over, and, as JSON, what it is
WHEN = struct.Struct("d")
GRACE = 5.0  # seconds beyond its limit in which a plugin may still be ended by an exception


@dataclass(frozen=True)
class Visit:
    """A call of a plugin's code: of the plugin `name`, in `module`, doing what, with so many seconds for it."""

    name: str
    module: str
    doing: str
    seconds: float


class Book:
    """The page on which a worker keeps its visit; one writes, another reads."""

    def __init__(self, memory: Any) -> None:
        self._page = memoryview(memory).cast("B")

    @contextmanager
    def entered(self, visit: Visit) -> Iterator[None]:
        """Say where this process is during a block; afterwards where it was before."""
        before, began = bytes(self._page), time.monotonic()
        self._write(time.monotonic() + visit.seconds, json.dumps(tuple(vars(visit).values())).encode())
        try:
            yield
        finally:
            (until,) = WHEN.unpack_from(before)  # its clock stood meanwhile, as that of `limited` does
            self._write(until and until + time.monotonic() - began, before[WHEN.size :])

    def _write(self, until: float, told: bytes) -> None:
        WHEN.pack_into(self._page, 0, 0.0)  # who reads now reads of no visit
        if len(told) <= SIZE - WHEN.size:
            self._page[WHEN.size :] = told.ljust(SIZE - WHEN.size, b"\0")
            WHEN.pack_into(self._page, 0, until)

    def overdue(self, grace: float) -> Visit | None:
        """The visit that should have been over so many seconds ago."""
        (until,) = WHEN.unpack_from(self._page)
        if not until or time.monotonic() < until + grace:
            return None
        try:
            return Visit(*json.loads(bytes(self._page[WHEN.size :]).rstrip(b"\0")))
        except (ValueError, TypeError):  # it is being written
            return None


class Fuse:
    """Ends a process that no other may end, in a visit that no exception ends: with 1, and Python's traceback."""

    def __init__(self) -> None:
        self._at: Visit | None = None

    @contextmanager
    def entered(self, visit: Visit) -> Iterator[None]:
        """Light the fuse for a block; afterwards that of the block around, if there is one."""
        before = self._at
        self._light(visit)
        try:
            yield
        finally:
            self._light(before)

    def _light(self, visit: Visit | None) -> None:
        self._at = visit
        if visit is None:
            faulthandler.cancel_dump_traceback_later()
        else:
            faulthandler.dump_traceback_later(visit.seconds + GRACE, exit=True, file=2)


BOOK: ContextVar[Book | Fuse | None] = ContextVar("book", default=None)
