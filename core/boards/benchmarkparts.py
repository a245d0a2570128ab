"""What a run has of a task of a benchmark: its scores in the benchmark's languages, and what sets them apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from xeval.boards.benchmarks import Benchmark, Part, scored_by
from xeval.boards.captions import listed
from xeval.boards.grids import CLEAN, Axes, Grid, axes_of, grid_of, worst
from xeval.boards.measures import Measure, hole_in, mean
from xeval.boards.statistics import SAMPLES, Evidence, Score
from xeval.cell import Cell

ENGLISH = "en"


@dataclass(frozen=True, eq=False)
class Had:
    """A part of a benchmark as a run has it. `grid` is of the mean of the part's metrics, in its languages alone.

    `apart` are the reasons why its scores are not the benchmark's; none if they are.
    """

    part: Part
    grid: Grid
    apart: tuple[str, ...]

    @property
    def name(self) -> str:
        """What its column is called: the task, and how many of the languages there are if not all."""
        there, asked = len(self.languages), len(self.part.languages)
        return self.part.task if there == asked else f"{self.part.task} {there}/{asked}"

    @cached_property
    def languages(self) -> tuple[int, ...]:
        """The languages that there are scores in, by number."""
        return self.grid.offered(CLEAN)

    @cached_property
    def score(self) -> Measure:
        """The mean over the languages that there are, English included."""
        return mean(self.grid, self.languages)

    @cached_property
    def without_english(self) -> Measure:
        """The mean over all but English."""
        return mean(self.grid, [n for n in self.languages if self.grid.axes.languages[n] != ENGLISH])

    @cached_property
    def lowest(self) -> Measure:
        """The score in each system's worst language."""
        at = self.grid.axes.conditions.index(CLEAN)
        holes = tuple(hole_in(self.grid, system, self.languages, at) for system in range(len(self.grid.axes.systems)))
        return Measure(self.grid.scores[:, :, list(self.languages), at].min(axis=2), holes)


def parts_had(
    benchmark: Benchmark,
    cells: Sequence[Cell],
    evidence: Mapping[str, Evidence],
    scores: Mapping[str, Score],
    limit: int | None,
) -> dict[str, Had]:
    """The parts of a benchmark that some clean cells have scores of, by task."""
    axes = axes_of(cells)
    found: dict[str, Had] = {}
    for part in benchmark.parts:
        mine = [cell for cell in cells if cell.target == part.task and cell.language in part.languages]
        if any(cell.state != "not-offered" for cell in mine):
            grid = grid_of_part(part, mine, axes, evidence, scores)
            found[part.task] = Had(part, grid, tuple(reasons_apart(part, grid, mine, limit)))
    return found


def grid_of_part(
    part: Part, cells: Sequence[Cell], axes: Axes, evidence: Mapping[str, Evidence], scores: Mapping[str, Score]
) -> Grid:
    """The mean of the part's metrics, resample by resample: each metric has the same draws."""
    grids = [
        grid_of([as_evidenced(scored_by(cell, metric), evidence) for cell in cells], axes, evidence, scores, SAMPLES)
        for metric in part.metrics
    ]
    places = dict.fromkeys(place for grid in grids for place in grid.holes)
    holes = {place: worst([grid.holes[place] for grid in grids if place in grid.holes]) for place in places}
    return replace(grids[0], scores=np.mean([grid.scores for grid in grids], axis=0), holes=holes)


def as_evidenced(cell: Cell, evidence: Mapping[str, Evidence]) -> Cell:
    """A scored cell, or a hole if nothing is kept that its metric could be computed from."""
    if cell.state != "done" or cell.key in evidence:
        return cell
    reason = f"this record of the run has no {cell.metric}; the same `xeval run` again adds it, and computes nothing"
    return replace(cell, score=None, state="not-run", reason=reason)


def reasons_apart(part: Part, grid: Grid, cells: Sequence[Cell], limit: int | None) -> list[str]:
    """Why the scores are not the benchmark's: languages that lack, rows left out, rows that are not the benchmark's."""
    there = {grid.axes.languages[number] for number in grid.offered(CLEAN)}
    absent = [code for code in part.languages if code not in there]
    found = [f"{len(there)} of {len(part.languages)} languages, without {listed(absent)}"] if absent else []
    if limit is not None:
        found.append(f"at most {limit} rows of each split")
    known = {cell.data for cell in cells if cell.state == "done"}
    found += [why for data, why in part.unlike.items() if known & {data, ""}]
    return found
