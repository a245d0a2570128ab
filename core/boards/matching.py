"""Which scores of two runs are of the same thing, and the examples that both scored. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from xeval.boards.board import System
from xeval.boards.grids import CLEAN, Condition, condition_of
from xeval.boards.statistics import Evidence
from xeval.cell import Cell


@dataclass(frozen=True)
class Spot:
    """What is scored, whichever the seed: a system on a target in a language under a condition."""

    system: System
    target: str
    language: str
    condition: Condition

    def __str__(self) -> str:
        noise = "" if self.condition == CLEAN else f" under {self.condition}"
        return f"{self.target} in {self.language}{noise}"


@dataclass(frozen=True, eq=False)
class Match:
    """A cell of both runs with the evidence of each on the items that both scored."""

    base: Cell
    head: Cell
    of_base: Evidence
    of_head: Evidence


def spot_of(cell: Cell) -> Spot:
    """Where a cell stands."""
    return Spot(System(cell.model, cell.recipe), cell.target, cell.language, condition_of(cell))


def named(cell: Cell) -> tuple[Spot, int, str]:
    """What makes two cells of two runs the same one: where it stands, its seed and its metric."""
    return spot_of(cell), cell.seed, cell.metric


def matched(
    base: Iterable[Cell], head: Iterable[Cell], of_base: Mapping[str, Evidence], of_head: Mapping[str, Evidence]
) -> list[Match]:
    """The cells that both runs have scored, each with evidence on the items that both have."""
    theirs = {named(cell): cell for cell in head if cell.state == "done"}
    found = []
    for cell in base:
        other = theirs.get(named(cell)) if cell.state == "done" else None
        if other:
            left, right = shared_items(of_base[cell.key], of_head[other.key])
            found.append(Match(cell, other, left, right))
    return found


def shared_items(left: Evidence, right: Evidence) -> tuple[Evidence, Evidence]:
    """Both on the items of both, in the order of the left."""
    if left.uids == right.uids:
        return left, right
    places = {uid: place for place, uid in enumerate(right.uids)}
    kept = [place for place, uid in enumerate(left.uids) if uid in places]
    return taken(left, kept), taken(right, [places[left.uids[place]] for place in kept])


def taken(evidence: Evidence, places: Sequence[int]) -> Evidence:
    """Some of the items."""
    if not places:
        return Evidence(evidence.statistics[:0], (), ())
    return Evidence(
        evidence.statistics[list(places)],
        tuple(evidence.uids[place] for place in places),
        tuple(evidence.groups[place] for place in places),
    )
