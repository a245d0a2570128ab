"""What changed between two runs, as values. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xeval.boards.board import System
from xeval.boards.statistics import Estimate

Kind = Literal["average", "noise", "task", "language", "cell"]
KINDS: tuple[Kind, ...] = ("average", "noise", "task", "language", "cell")


@dataclass(frozen=True)
class Change:
    """How a number changed from base to head, shares: `difference` with its 95% interval, `p` adjusted for all rows."""

    kind: Kind
    system: System
    name: str
    base: float
    head: float
    difference: Estimate
    p: float


@dataclass(frozen=True)
class Items:
    """How many scores of single examples were compared, and how many only one of the runs has."""

    shared: int
    only_base: int
    only_head: int


@dataclass(frozen=True)
class Comparison:
    """What changed between two runs. `lost` is scored in base alone, `gained` in head alone; `thin`: too few items.

    What is `unshared` is scored in both, and on no example that both have: it is not compared.
    """

    changes: tuple[Change, ...]
    items: Items
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    thin: tuple[str, ...] = ()  # targets with too few items to call anything separable
    unshared: tuple[str, ...] = ()

    def of(self, kind: Kind) -> tuple[Change, ...]:
        """The changes of one kind."""
        return tuple(change for change in self.changes if change.kind == kind)
