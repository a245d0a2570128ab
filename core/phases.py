"""How long the parts of a stage take and how much it computes: who records hears of all that is counted meanwhile."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

Part = Literal["data", "tokenise", "compute", "score", "write"]


@dataclass
class Record:
    """What was counted: seconds of each part, on the wall and of processors; sub-words; FLOP."""

    wall: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)  # user and system, of all threads of this process
    tokens: int = 0  # real sub-words that were computed
    rows: int = 0  # with padding
    squares: int = 0  # the lengths of inputs, squared and added up: what attention grows with
    flop: float = 0.0  # of the model for these sub-words; see telemetry
    memory: int = 0  # the most bytes of any process, where there were several; 0 if nobody looked yet
    processes: int = 1  # that computed together; seconds are those of the first


RECORD: ContextVar[Record | None] = ContextVar("record", default=None)


@contextlib.contextmanager
def recorded() -> Iterator[Record]:
    """Write down what is counted within the block, here and in whatever it calls."""
    record = Record()
    token = RECORD.set(record)
    try:
        yield record
    finally:
        RECORD.reset(token)


@contextlib.contextmanager
def phase(part: Part) -> Iterator[None]:
    """Count the time of the block as time of a part, if anybody records. Parts do not lie within one another."""
    record, wall, cpu = RECORD.get(), time.perf_counter(), time.process_time()
    try:
        yield
    finally:
        if record is not None:
            record.wall[part] = record.wall.get(part, 0.0) + time.perf_counter() - wall
            record.cpu[part] = record.cpu.get(part, 0.0) + time.process_time() - cpu


def computed(tokens: int, rows: int, squares: int) -> None:
    """Count a batch, if anybody records."""
    record = RECORD.get()
    if record is not None:
        record.tokens, record.rows = record.tokens + tokens, record.rows + rows
        record.squares += squares


def adopt(theirs: Record) -> None:
    """Count what others recorded as counted here, if anybody records."""
    record = RECORD.get()
    if record is not None:
        vars(record).update(vars(theirs))
