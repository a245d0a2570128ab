"""A leaderboard as data: blocks of columns and lines, for every face to draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from xeval.boards.statistics import Estimate
from xeval.cell import CellState
from xeval.plans.recipe import EMPTY

By = Literal["task", "language", "family", "script", "resource", "level", "order", "intermediate", "scale"]
View = By | Literal["benchmark"]  # see xeval.benchmarkboard
VIEWS: tuple[By, ...] = get_args(By)
Ranking = Literal["mean", "borda"]
WORDS: Mapping[CellState, str] = {"failed": "failed", "not-run": "not run", "not-offered": "not offered"}
SEVERITY: tuple[CellState, ...] = ("failed", "not-run", "not-offered")  # what a mean over several holes is called


@dataclass(frozen=True)
class Hole:
    """A number that there is not, and why."""

    state: CellState
    reason: str = ""


@dataclass(frozen=True)
class Quoted:
    """A published number, or a mean of such: it comes without an interval."""

    value: float


Entry = Estimate | Quoted | Hole


@dataclass(frozen=True)
class System:
    """What is ranked: a model after a recipe."""

    model: str
    recipe: str

    def __str__(self) -> str:
        return self.model if self.recipe == EMPTY else f"{self.model} + {self.recipe}"


@dataclass(frozen=True)
class Column:
    """A column: `score` is a share, `change` a difference of two.

    `interval` asks faces to show the interval beside the number, `heat` to paint numbers by their size. Columns of one
    group with a number `at` are steps of a curve: levels of noise, or shares of data. `less` says that less is better.
    """

    name: str
    group: str = ""
    kind: Literal["score", "change"] = "score"
    interval: bool = False
    heat: bool = False
    at: float | None = None
    less: bool = False

    @property
    def head(self) -> str:
        """What stands above it, on one line."""
        return f"{self.group} {self.name}".strip()


ZERO_SHOT = Column("zero-shot", interval=True)  # the headline: systems are ranked by it
SOURCE = Column("source")
GAP = Column("gap", kind="change", less=True)
LOW_RESOURCE = Column("low-res.")


@dataclass(frozen=True)
class Line:
    """A system with an entry for each column. `rank` is the best and the worst that it may have; None is unranked.

    `published` says where the numbers are quoted from; it is empty for a line of the run, and such a line has no rank.
    """

    system: System
    rank: tuple[int, int] | None
    entries: tuple[Entry, ...]
    published: str = ""


@dataclass(frozen=True)
class Block:
    """One table: what it is about, its lines from best to worst, what its columns mean, and what it does not show."""

    title: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    captions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Board:
    """A leaderboard in one view. `captions` hold for every block; `notes` say what the numbers do and do not show."""

    by: View
    blocks: tuple[Block, ...]
    captions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def holes_in(block: Block) -> tuple[CellState, ...]:
    """The kinds of hole that a block has, the worst first."""
    found = {entry.state for line in block.lines for entry in line.entries if isinstance(entry, Hole)}
    return tuple(state for state in SEVERITY if state in found)
