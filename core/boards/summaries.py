"""What a view shows of one target task, or of the mean over all: every column for every system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from xeval.boards.board import ZERO_SHOT, By, Column, System
from xeval.boards.captions import captions_of, captions_of_all, lacks_of
from xeval.boards.grids import Grid
from xeval.boards.languagegroups import groups_by
from xeval.boards.measures import (
    Measure,
    Measures,
    by_language,
    by_level,
    headline,
    mean,
    over_targets,
    source_in,
    transfer,
    zero_shot_in,
)
from xeval.boards.statistics import FloatArray
from xeval.values import Language

WHOLE: tuple[By, ...] = ("task", "order")  # views with the default columns
RECIPES: tuple[By, ...] = ("intermediate", "scale")  # views that are made of zero-shot averages


@dataclass(frozen=True, eq=False)
class Summary:
    """Systems, what they are ranked by, and the columns of a view. `thin`: too few items to call anything separable.

    `votes` are the scores that a Borda count goes by: languages of a task, or tasks.
    """

    title: str
    captions: tuple[str, ...]
    systems: tuple[System, ...]
    headline: Measure
    columns: Measures
    thin: bool
    seeds: int
    lacks: Mapping[System, str]  # of systems that are incomplete: what and why
    votes: tuple[Measure, ...] = ()

    @property
    def scores(self) -> dict[System, FloatArray]:
        """The headline (1 + samples,) of each system that has one, best first."""
        complete = [n for n, hole in enumerate(self.headline.holes) if hole is None]
        ranked = sorted(complete, key=lambda n: -self.headline.values[0, n])
        return {self.systems[n]: self.headline.values[:, n] for n in ranked}

    def only(self, systems: Sequence[System]) -> Summary:
        """The same for some of the systems."""
        chosen = [self.systems.index(system) for system in systems]
        columns = {column: measure.only(chosen) for column, measure in self.columns.items()}
        votes = tuple(vote.only(chosen) for vote in self.votes)
        return replace(self, systems=tuple(systems), headline=self.headline.only(chosen), columns=columns, votes=votes)


def of_target(grid: Grid, languages: Mapping[str, Language], by: By) -> Summary:
    """One target task."""
    columns = columns_of(grid, languages, by)
    return Summary(
        title=f"{grid.target} ({grid.metric})",
        captions=captions_of(grid, columns, languages),
        systems=grid.axes.systems,
        headline=headline(grid),
        columns=columns,
        thin=grid.thin,
        seeds=len(grid.axes.seeds),
        lacks=lacks_of(grid),
        votes=tuple(mean(grid, [language]) for language in zero_shot_in(grid) or source_in(grid)),
    )


def columns_of(grid: Grid, languages: Mapping[str, Language], by: By) -> Measures:
    """What a view shows of one target task."""
    if by in RECIPES:
        return {ZERO_SHOT: headline(grid)}
    if by in WHOLE:
        return transfer(grid, languages)
    if by == "level":
        return by_level(grid)
    return by_language(grid, groups_by(by, grid.axes.languages, grid.source, languages))


def overall(targets: Mapping[str, Summary], by: By) -> Summary:
    """The unweighted mean over target tasks; in the default view, each one's headline beside it."""
    parts = list(targets.values())
    names = dict.fromkeys(column for part in parts for column in part.columns)
    columns = {c: over_targets([part.columns[c] for part in parts if c in part.columns]) for c in names}
    if by in WHOLE:
        columns |= {Column(name, "zero-shot by target"): part.headline for name, part in targets.items()}
    return Summary(
        title=f"Mean over {len(parts)} target tasks",
        captions=captions_of_all({name: part.columns for name, part in targets.items()}),
        systems=parts[0].systems,
        headline=over_targets([part.headline for part in parts]),
        columns=columns,
        thin=any(part.thin for part in parts),
        seeds=parts[0].seeds,
        lacks=lacks_in(targets),
        votes=tuple(part.headline for part in parts),
    )


def lacks_in(targets: Mapping[str, Summary]) -> dict[System, str]:
    """The tasks in which each system is incomplete."""
    found: dict[System, list[str]] = {}
    for name, part in targets.items():
        for system in part.lacks:
            found.setdefault(system, []).append(name)
    return {system: f"incomplete in {', '.join(names)}" for system, names in found.items()}
