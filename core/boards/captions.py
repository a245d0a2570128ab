"""What the numbers of a block are, in words: what is averaged over what, and what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from xeval.boards.board import LOW_RESOURCE, WORDS, Column, Hole, System
from xeval.boards.grids import CLEAN, Grid
from xeval.boards.measures import LOW_RESOURCE_CLASS, Measures, low_resource_in, zero_shot_in
from xeval.values import Language

RANKS = "rank: the best and the worst place that separable differences leave (paired bootstrap, 5% over all pairs)"
ONE_SEED = "one seed: intervals and ranks tell what other test items could change, not what another training could"


def captions_of(grid: Grid, columns: Measures, languages: Mapping[str, Language]) -> tuple[str, ...]:
    """What stands under the block of a target task."""
    covered = named(grid, zero_shot_in(grid))
    lines = [f"zero-shot: from {grid.source} to {listed(covered) or 'no other language'}; {items_in(grid)}"]
    low = named(grid, low_resource_in(grid, languages))
    if low and LOW_RESOURCE in columns:
        lines.append(f"{LOW_RESOURCE.name}: {listed(low)} (resource class 0 to {LOW_RESOURCE_CLASS})")
    lines.extend(narrower_conditions(grid))
    absent = [column for column, measure in columns.items() if not measure.is_offered]
    if absent:
        lines.append(f"not offered by this task: {headed(absent)}")
    return tuple(lines)


def lacks_of(grid: Grid) -> dict[System, str]:
    """For each system that lacks scores which it ought to have: in which languages, and why."""
    found: dict[System, dict[Hole, list[str]]] = {}
    for (system, language, _), hole in grid.holes.items():
        if hole.state != "not-offered":
            codes = found.setdefault(grid.axes.systems[system], {}).setdefault(hole, [])
            codes.append(grid.axes.languages[language])
    return {system: "; ".join(said(hole, codes) for hole, codes in holes.items()) for system, holes in found.items()}


def said(hole: Hole, codes: Iterable[str]) -> str:
    """A hole in words, with the languages that it is in."""
    return f"{WORDS[hole.state]} in {listed(dict.fromkeys(codes))} ({hole.reason})"


def captions_of_all(parts: Mapping[str, Measures]) -> tuple[str, ...]:
    """What stands under the mean over target tasks: where it leaves out tasks that offer no such number."""
    lines = [f"unweighted mean over {listed(parts)}"]
    without: dict[tuple[str, ...], list[Column]] = {}
    for column in dict.fromkeys(column for part in parts.values() for column in part):
        lacking = tuple(name for name, part in parts.items() if column not in part or not part[column].is_offered)
        if lacking:
            without.setdefault(lacking, []).append(column)
    for lacking, columns in without.items():
        if len(lacking) < len(parts):
            lines.append(f"without {listed(lacking)}, which has none: {headed(columns)}")
    return tuple(lines)


def narrower_conditions(grid: Grid) -> list[str]:
    """Perturbations that do not cover every language of the clean average."""
    everywhere = zero_shot_in(grid)
    found = []
    for condition in grid.axes.conditions:
        covered = zero_shot_in(grid, condition)
        if condition != CLEAN and covered != everywhere:
            where = listed(named(grid, covered)) or "no language"
            found.append(f"{condition}: {where}; change is from clean text in the same")
    return found


def seeds_remark(seeds: Sequence[int]) -> str:
    """What the seeds let the intervals speak of."""
    if len(seeds) == 1:
        return ONE_SEED
    return f"means over {len(seeds)} seeds ({listed(map(str, seeds))}); intervals and ranks are over items and seeds"


def items_in(grid: Grid) -> str:
    """How many examples a language is scored on."""
    least, most = grid.items
    return f"{least:,} items a language" if least == most else f"{least:,} to {most:,} items a language"


def named(grid: Grid, languages: Iterable[int]) -> list[str]:
    """The codes of some languages of a grid."""
    return [grid.axes.languages[number] for number in languages]


def headed(columns: Iterable[Column]) -> str:
    """Columns by what stands above them."""
    return listed(dict.fromkeys(column.group or column.name for column in columns))


def listed(names: Iterable[str]) -> str:
    """Names with commas."""
    return ", ".join(names)
