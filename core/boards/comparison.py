"""Two runs side by side: paired by example, differences with intervals, one adjustment for all of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Literal, NamedTuple

import numpy as np

from xeval.boards.board import System
from xeval.boards.changes import Change, Comparison, Items, Kind
from xeval.boards.comparing import adjusted
from xeval.boards.grids import CLEAN
from xeval.boards.matching import Match, Spot, matched, named, spot_of
from xeval.boards.statistics import (
    SAMPLES,
    Evidence,
    FloatArray,
    Score,
    estimates,
    frame,
    resampled,
    seed_shares,
)
from xeval.cell import Cell
from xeval.hashing import seed_of


def compare(
    base: Sequence[Cell],
    head: Sequence[Cell],
    of_base: Mapping[str, Evidence],
    of_head: Mapping[str, Evidence],
    scores: Mapping[str, Score],
    samples: int = SAMPLES,
) -> Comparison:
    """Compare two runs; cells are paired by system, target, language, condition, seed and metric.

    Items are drawn once for both runs and all cells of a target (paired cluster bootstrap), so a difference holds what
    the pairing takes away; p is adjusted by step-down maxT over every row at once (see `comparing.adjusted`).
    """
    matches = matched(base, head, of_base, of_head)
    drawn, thin = drawn_scores([match for match in matches if match.of_base.uids], scores, samples)
    rows = list(rows_of(drawn, {spot_of(match.base): match.base.source for match in matches}))
    return Comparison(
        tuple(changes_of(rows, set(thin))) if rows else (),
        items_of(matches, of_base, of_head),
        lost(base, head),
        lost(head, base),
        tuple(thin),
        told(match.base for match in matches if not match.of_base.uids),
    )


def changes_of(rows: Sequence[RowOf], thin: Set[str]) -> Iterator[Change]:
    """The change in every row; what rests on targets with too few items is never called sure: its p is 1."""
    apart = np.stack([row.pair[1] - row.pair[0] for row in rows], axis=1)
    for row, found, p in zip(rows, estimates(apart), adjusted(apart), strict=True):
        left, right = row.pair
        chance = 1.0 if row.targets <= thin else float(p)
        yield Change(row.kind, row.system, row.name, float(left[0]), float(right[0]), found, chance)


def lost(base: Iterable[Cell], head: Iterable[Cell]) -> tuple[str, ...]:
    """What is scored in `base` and not in `head`, in words."""
    there = {named(cell) for cell in head if cell.state == "done"}
    return told(cell for cell in base if cell.state == "done" and named(cell) not in there)


def told(cells: Iterable[Cell]) -> tuple[str, ...]:
    """Cells in words, each once."""
    return tuple(dict.fromkeys(f"{System(c.model, c.recipe)}: {spot_of(c)}, seed {c.seed}" for c in cells))


def items_of(matches: Iterable[Match], of_base: Mapping[str, Evidence], of_head: Mapping[str, Evidence]) -> Items:
    """How many scores of single examples were paired."""
    sizes = [(len(m.of_base.uids), len(of_base[m.base.key].uids), len(of_head[m.head.key].uids)) for m in matches]
    shared, ours, theirs = map(sum, zip(*sizes, strict=True)) if sizes else (0, 0, 0)
    return Items(shared, ours - shared, theirs - shared)


# ------------------------------------------------------------------------------------------------------ resampling

Pair = tuple[FloatArray, FloatArray]  # scores of base and head, (1 + samples,) each, from the same resamples


def drawn_scores(
    matches: Sequence[Match], scores: Mapping[str, Score], samples: int
) -> tuple[dict[Spot, Pair], list[str]]:
    """For each spot the resampled scores of both runs, means over seeds; and the targets with too few items."""
    found: dict[Spot, Pair] = {}
    thin = []
    for target in dict.fromkeys(match.base.target for match in matches):
        mine = [match for match in matches if match.base.target == target]
        by = frame([e for match in mine for e in (match.of_base, match.of_head)], samples, seed_of(0, target))
        score = scores[mine[0].base.metric]
        left = resampled(by, [match.of_base for match in mine], score)
        right = resampled(by, [match.of_head for match in mine], score)
        found |= over_seeds(mine, left, right)
        if by.is_thin:
            thin.append(target)
    return found, thin


def over_seeds(matches: Sequence[Match], left: FloatArray, right: FloatArray) -> dict[Spot, Pair]:
    """Means over the seeds that both runs have; in each resample both runs draw the same seeds."""
    places: dict[Spot, list[int]] = {}
    for place, match in enumerate(matches):
        places.setdefault(spot_of(match.base), []).append(place)
    found = {}
    for spot, columns in places.items():
        columns.sort(key=lambda place: matches[place].base.seed)
        shares = seed_shares(len(columns), len(left) - 1)
        found[spot] = ((left[:, columns] * shares).sum(axis=1), (right[:, columns] * shares).sum(axis=1))
    return found


# ------------------------------------------------------------------------------------------------------------- rows


class RowOf(NamedTuple):
    """A number that is compared, in every resample, and the targets that it is of."""

    kind: Kind
    system: System
    name: str
    targets: frozenset[str]
    pair: Pair


def rows_of(drawn: Mapping[Spot, Pair], sources: Mapping[Spot, str]) -> Iterator[RowOf]:
    """Every number that is compared, system by system: averages first, single cells last."""
    for system in dict.fromkeys(spot.system for spot in drawn):
        mine = {spot: pair for spot, pair in drawn.items() if spot.system == system}
        clean = {spot: pair for spot, pair in mine.items() if spot.condition == CLEAN}
        away = {spot: pair for spot, pair in clean.items() if spot.language != sources[spot]}
        noisy = {spot: pair for spot, pair in mine.items() if spot.condition != CLEAN}
        tasks = [row_of("task", system, *part) for part in parts(away, "target")]
        if tasks:
            everywhere = frozenset(spot.target for spot in away)
            yield RowOf("average", system, "zero-shot average", everywhere, mean([task.pair for task in tasks]))
        if noisy:
            yield row_of("noise", system, "mean under noise", noisy)
        yield from tasks
        yield from (row_of("language", system, *part) for part in parts(clean, "language"))
        yield from (row_of("cell", system, str(spot), {spot: pair}) for spot, pair in mine.items())


def row_of(kind: Kind, system: System, name: str, drawn: Mapping[Spot, Pair]) -> RowOf:
    """The mean of some spots."""
    return RowOf(kind, system, name, frozenset(spot.target for spot in drawn), mean(list(drawn.values())))


def parts(drawn: Mapping[Spot, Pair], by: Literal["target", "language"]) -> Iterator[tuple[str, dict[Spot, Pair]]]:
    """The spots of each target, or of each language."""
    for name in dict.fromkeys(getattr(spot, by) for spot in drawn):
        yield name, {spot: pair for spot, pair in drawn.items() if getattr(spot, by) == name}


def mean(pairs: Sequence[Pair]) -> Pair:
    """The unweighted mean of both sides."""
    left, right = zip(*pairs, strict=True)
    return np.mean(left, axis=0), np.mean(right, axis=0)
