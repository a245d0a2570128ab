"""The columns of a leaderboard: means over languages and over target tasks, gaps and drops, each in every resample."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from xeval.boards.board import GAP, LOW_RESOURCE, SOURCE, ZERO_SHOT, Column, Hole
from xeval.boards.grids import CLEAN, Condition, Grid, worst
from xeval.boards.statistics import FloatArray
from xeval.values import Language

LOW_RESOURCE_CLASS = 2  # Joshi et al. 2020: classes 0 to 2 have next to no labelled data


@dataclass(frozen=True, eq=False)
class Measure:
    """One number for each system: `values` (1 + samples, systems), NaN where `holes` has a hole."""

    values: FloatArray
    holes: tuple[Hole | None, ...]

    @property
    def is_offered(self) -> bool:
        """Whether any system could have it."""
        return any(hole is None or hole.state != "not-offered" for hole in self.holes)

    def only(self, systems: Sequence[int]) -> Measure:
        """The same for some of the systems."""
        return Measure(self.values[:, list(systems)], tuple(self.holes[system] for system in systems))


Measures = dict[Column, Measure]


def mean(grid: Grid, languages: Sequence[int], condition: Condition = CLEAN) -> Measure:
    """The mean over languages; a hole in any of them is a hole in the mean."""
    at = grid.axes.conditions.index(condition)
    holes = tuple(hole_in(grid, system, languages, at) for system in range(len(grid.axes.systems)))
    if not languages:
        return Measure(np.full((len(grid.scores), len(holes)), np.nan), holes)
    return Measure(grid.scores[:, :, list(languages), at].mean(axis=2), holes)


def hole_in(grid: Grid, system: int, languages: Sequence[int], condition: int) -> Hole | None:
    """What a mean over languages lacks, with the names of those."""
    if not languages:
        return Hole("not-offered", f"{grid.target} has no score here")
    found = {n: grid.holes[system, n, condition] for n in languages if (system, n, condition) in grid.holes}
    if not found:
        return None
    most = worst(list(found.values()))
    names = ", ".join(grid.axes.languages[n] for n, hole in found.items() if hole.state == most.state)
    return replace(most, reason=f"{grid.target} in {names}: {most.reason}")


def minus(left: Measure, right: Measure) -> Measure:
    """The difference of two measures; it lacks what either lacks."""
    return Measure(left.values - right.values, tuple(map(joint, zip(left.holes, right.holes, strict=True))))


def over_targets(parts: Sequence[Measure]) -> Measure:
    """The unweighted mean over target tasks; those that offer no such number are left out."""
    offered = [part for part in parts if part.is_offered] or parts[:1]
    values = np.mean([part.values for part in offered], axis=0)
    return Measure(values, tuple(map(joint, zip(*(part.holes for part in offered), strict=True))))


def joint(holes: Iterable[Hole | None]) -> Hole | None:
    """The worst of the holes there are."""
    found = [hole for hole in holes if hole]
    return worst(found) if found else None


# ------------------------------------------------------------------------------------------------- sets of columns


def zero_shot_in(grid: Grid, condition: Condition = CLEAN) -> tuple[int, ...]:
    """The languages of a zero-shot average: all that are offered but the source."""
    return tuple(n for n in grid.offered(condition) if grid.axes.languages[n] != grid.source)


def source_in(grid: Grid, condition: Condition = CLEAN) -> tuple[int, ...]:
    """The source language, if the task has scores in it."""
    return tuple(n for n in grid.offered(condition) if grid.axes.languages[n] == grid.source)


def low_resource_in(grid: Grid, languages: Mapping[str, Language]) -> tuple[int, ...]:
    """The languages of the zero-shot average that have next to no labelled data."""
    return tuple(n for n in zero_shot_in(grid) if is_low(languages.get(grid.axes.languages[n])))


def is_low(language: Language | None) -> bool:
    """Whether a language is known to be of a low resource class."""
    return language is not None and language.resource is not None and language.resource <= LOW_RESOURCE_CLASS


def transfer(grid: Grid, languages: Mapping[str, Language]) -> Measures:
    """The columns of the default view."""
    everywhere, source = mean(grid, zero_shot_in(grid)), mean(grid, source_in(grid))
    found = {ZERO_SHOT: everywhere, SOURCE: source, GAP: minus(source, everywhere)}
    if any(is_low(languages.get(code)) for code in grid.axes.languages):
        found[LOW_RESOURCE] = mean(grid, low_resource_in(grid, languages))
    return found | under_noise(grid)


def under_noise(grid: Grid) -> Measures:
    """The zero-shot average under each condition, then each one's change from clean text in the same languages."""
    noisy = [condition for condition in grid.axes.conditions if condition != CLEAN]
    scores, changes = {}, {}
    for condition in noisy:
        covered = zero_shot_in(grid, condition)
        level = condition.at
        score, clean = mean(grid, covered, condition), mean(grid, covered)
        scores[Column(level, f"under {condition.perturbation}")] = score
        changes[Column(level, f"change under {condition.perturbation}", "change")] = minus(score, clean)
    return scores | changes


def by_level(grid: Grid) -> Measures:
    """Scores over the levels of each perturbation, from clean upwards, zero-shot and in the source language."""
    found: Measures = {}
    for title, chosen in (("zero-shot", zero_shot_in), ("source", source_in)):
        for name in dict.fromkeys(condition.perturbation for condition in grid.axes.conditions if condition != CLEAN):
            conditions = [CLEAN, *(c for c in grid.axes.conditions if c.perturbation == name)]
            for condition in conditions:
                level = condition.at if condition != CLEAN else "clean"
                column = Column(level, f"{title} under {name}", at=condition.level)
                found[column] = mean(grid, chosen(grid, condition), condition)
    return found


def by_language(grid: Grid, names: Mapping[str, str]) -> Measures:
    """The zero-shot average, then a column for each name under which languages are put."""
    found = {ZERO_SHOT: mean(grid, zero_shot_in(grid))}
    offered = {grid.axes.languages[n]: n for n in grid.offered(CLEAN)}
    for name in dict.fromkeys(names.values()):
        members = [offered[code] for code, its in names.items() if its == name and code in offered]
        found[Column(name, heat=True)] = mean(grid, members)
    return found


def headline(grid: Grid) -> Measure:
    """What systems are ranked by: the zero-shot average; where only the source language is scored, that score."""
    return mean(grid, zero_shot_in(grid) or source_in(grid))
