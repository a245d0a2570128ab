"""Cells and their evidence as arrays: for each target task, resamples by system, language and condition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from xeval.boards.board import SEVERITY, Hole, System
from xeval.boards.statistics import SAMPLES, Evidence, FloatArray, Score, frame, resampled, seed_shares
from xeval.cell import Cell
from xeval.hashing import seed_of
from xeval.perturbation import BY_CHRF

Place = tuple[int, int, int]  # system, language, condition
NOT_RUN = Hole("not-run", "it was not part of the run")
NOT_ASKED = Hole("not-offered", "no system was scored there")


@dataclass(frozen=True, order=True)
class Condition:
    """What is done to the text that is scored; clean has no perturbation."""

    perturbation: str = ""
    level: float = 0.0

    def __str__(self) -> str:
        return f"{self.perturbation}{self.at}"

    @property
    def at(self) -> str:
        """The level alone: `@0.2`, or `=80` where it is the chrF of the texts."""
        return f"={100 * (1 - self.level):g}" if self.perturbation.endswith(BY_CHRF) else f"@{self.level:g}"


CLEAN = Condition()


@dataclass(frozen=True)
class Axes:
    """What there is to see in some cells, each in the order in which it is first seen, conditions by level."""

    systems: tuple[System, ...]
    languages: tuple[str, ...]
    conditions: tuple[Condition, ...]
    seeds: tuple[int, ...]

    def place(self, cell: Cell) -> Place:
        """Where a cell stands."""
        systems, languages, conditions = self._numbers
        return (
            systems[cell.model, cell.recipe],
            languages[cell.language],
            conditions[cell.perturbation or "", cell.level],
        )

    @cached_property
    def _numbers(self) -> tuple[dict[tuple[str, str], int], dict[str, int], dict[tuple[str, float], int]]:
        return (
            {(one.model, one.recipe): number for number, one in enumerate(self.systems)},
            {one: number for number, one in enumerate(self.languages)},
            {(one.perturbation, one.level): number for number, one in enumerate(self.conditions)},
        )


@dataclass(frozen=True, eq=False)
class Grid:
    """One target task: `scores` (1 + samples, systems, languages, conditions) are means over seeds, NaN in `holes`."""

    target: str
    metric: str
    source: str
    axes: Axes
    scores: FloatArray
    holes: Mapping[Place, Hole]
    items: tuple[int, int]  # the least and the most examples that a language is scored on
    thin: bool  # too few items to call anything separable

    def offered(self, condition: Condition) -> tuple[int, ...]:
        """The languages that any system could be scored in under a condition, by number."""
        at = self.axes.conditions.index(condition)
        return tuple(number for number in range(len(self.axes.languages)) if self._is_offered(number, at))

    def _is_offered(self, language: int, condition: int) -> bool:
        holes = (self.holes.get((system, language, condition)) for system in range(len(self.axes.systems)))
        return any(hole is None or hole.state != "not-offered" for hole in holes)


def condition_of(cell: Cell) -> Condition:
    """The condition that a cell is scored under."""
    return Condition(cell.perturbation or "", cell.level)


def axes_of(cells: Sequence[Cell]) -> Axes:
    """Everything that the cells speak of."""
    return Axes(
        tuple(dict.fromkeys(System(cell.model, cell.recipe) for cell in cells)),
        tuple(dict.fromkeys(cell.language for cell in cells)),
        tuple(sorted({CLEAN, *map(condition_of, cells)})),
        tuple(sorted({cell.seed for cell in cells})),
    )


def grids_of(
    cells: Sequence[Cell], evidence: Mapping[str, Evidence], scores: Mapping[str, Score], samples: int = SAMPLES
) -> tuple[Grid, ...]:
    """A grid for each target task, in the order in which they are first seen."""
    axes = axes_of(cells)
    by_target: dict[str, list[Cell]] = {}
    for cell in cells:
        by_target.setdefault(cell.target, []).append(cell)
    return tuple(grid_of(of_target, axes, evidence, scores, samples) for of_target in by_target.values())


def grid_of(
    cells: Sequence[Cell], axes: Axes, evidence: Mapping[str, Evidence], scores: Mapping[str, Score], samples: int
) -> Grid:
    """The cells of one target; items are drawn for all of them at once, seeds for all targets at once."""
    first = cells[0]
    done = [cell for cell in cells if cell.state == "done"]
    found = [evidence[cell.key] for cell in done]
    by = frame(found, samples, seed_of(0, first.target))
    drawn = resampled(by, found, scores[first.metric]) if done else np.empty((1 + samples, 0))
    sizes = [len(item.uids) for item in found] or [0]
    return Grid(
        target=first.target,
        metric=first.metric,
        source=first.source,
        axes=axes,
        scores=over_seeds(done, drawn, axes),
        holes=holes_of(cells, axes),
        items=(min(sizes), max(sizes)),
        thin=by.is_thin,
    )


def over_seeds(cells: Sequence[Cell], drawn: FloatArray, axes: Axes) -> FloatArray:
    """Means over seeds, seeds drawn again in every resample; NaN where a seed is missing."""
    shape = (len(axes.systems), len(axes.languages), len(axes.conditions))
    total, count = np.zeros((len(drawn), *shape)), np.zeros(shape)
    shares = seed_shares(len(axes.seeds), len(drawn) - 1)
    for number, seed in enumerate(axes.seeds):
        mine = [place for place, cell in enumerate(cells) if cell.seed == seed]
        if mine:
            system, language, condition = zip(*(axes.place(cells[place]) for place in mine), strict=True)
            total[:, system, language, condition] += shares[:, number, None] * drawn[:, mine]
            count[system, language, condition] += 1
    total[:, count < len(axes.seeds)] = np.nan
    return total


def holes_of(cells: Iterable[Cell], axes: Axes) -> dict[Place, Hole]:
    """Every place that lacks the score of a seed, with the worst reason for it."""
    seen: dict[Place, dict[int, Cell]] = {}
    for cell in cells:
        seen.setdefault(axes.place(cell), {})[cell.seed] = cell
    asked = {place[1:] for place in seen}
    shape = (len(axes.systems), len(axes.languages), len(axes.conditions))
    found: dict[Place, Hole] = {}
    for system, language, condition in np.ndindex(*shape):
        at = seen.get((system, language, condition), {})
        absent = NOT_RUN if (language, condition) in asked else NOT_ASKED
        holes = [hole_of(at[seed], len(axes.seeds) > 1) if seed in at else absent for seed in axes.seeds]
        lacking = [hole for hole in holes if hole]
        if lacking:
            found[system, language, condition] = worst(lacking)
    return found


def hole_of(cell: Cell, among_seeds: bool) -> Hole | None:
    """Why a cell has no score; None if it has one."""
    which = f"seed {cell.seed}: " if among_seeds and cell.state != "not-offered" else ""
    return None if cell.state == "done" else Hole(cell.state, which + cell.reason)


def worst(holes: Sequence[Hole]) -> Hole:
    """The worst of several holes, with every reason of that kind."""
    state = min((hole.state for hole in holes), key=SEVERITY.index)
    reasons = dict.fromkeys(hole.reason for hole in holes if hole.state == state and hole.reason)
    return Hole(state, "; ".join(reasons))
