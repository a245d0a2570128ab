"""How long the parts of a stage take: whoever records hears of every part that is entered meanwhile."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Literal

Part = Literal["data", "tokenise", "compute", "score", "write"]
Seconds = dict[str, dict[str, float]]  # by part: `wall`, and `cpu` of all threads of this process
RECORD: ContextVar[Seconds | None] = ContextVar("phases", default=None)


@contextlib.contextmanager
def recorded() -> Iterator[Seconds]:
    """Write down the parts that are entered within the block, here and in whatever it calls."""
    seconds: Seconds = {}
    token = RECORD.set(seconds)
    try:
        yield seconds
    finally:
        RECORD.reset(token)


@contextlib.contextmanager
def phase(part: Part) -> Iterator[None]:
    """Count the time of the block as time of a part, if anybody records. Parts do not lie within one another."""
    seconds, wall, cpu = RECORD.get(), time.perf_counter(), time.process_time()
    try:
        yield
    finally:
        if seconds is not None:
            found = seconds.setdefault(part, {"wall": 0.0, "cpu": 0.0})
            found["wall"] += time.perf_counter() - wall
            found["cpu"] += time.process_time() - cpu
