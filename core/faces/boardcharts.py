"""The charts of a board's page: ranks, language by task, noise, orders, shares of data."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from statistics import fmean

from xeval.boards.board import WORDS, Block, Board, Entry, Hole, Line, System
from xeval.boards.statistics import Estimate
from xeval.cell import Cell
from xeval.charts.chart import Chart, Measured, Point, figure, figures
from xeval.charts.curves import curves
from xeval.charts.heatmaps import heatmap
from xeval.charts.intervals import intervals
from xeval.charts.markup import Markup, element
from xeval.charts.scales import Axis

SCORE = Axis("score, %", percent=True)  # which one, a title says
LEVEL = Axis("level: share of what could be changed")
SHARE = Axis("share of the intermediate data")
MOST_LINES = 10  # more curves in one drawing cannot be told apart
MOST_ROWS = 40
MOST_FIELDS = 12_000  # fields of all heat maps together, so that a page stays light


def ranking(block: Block) -> Chart | None:
    """The systems of a block by the number that they are ranked by, each with its interval."""
    rows = [(line, line.entries[0]) for line in block.lines if line.entries and not line.published][:MOST_ROWS]
    found = [measured(line, entry) for line, entry in rows if isinstance(entry, Estimate)]
    name = block.columns[0].name if block.columns else ""
    return intervals(f"{block.title}: {name}", found, Axis(f"{name}, %", percent=True)) if found else None


def measured(line: Line, entry: Estimate) -> Measured:
    """An entry under the name of its system."""
    return Measured(str(line.system), entry.value, entry.low, entry.high)


# ----------------------------------------------------------------------------------------------------------- curves


def curve_figures(board: Board, axis: Axis) -> list[Markup]:
    """A figure for each curve of each block: the mean over tasks first."""
    found = []
    for block in [*board.blocks[-1:], *board.blocks[:-1]]:
        for group, places in curve_groups(block):
            chart = curves(f"{block.title}: {group}", lines_of(block, places), axis, SCORE)
            found.append(figure(chart, first_of(block, MOST_LINES)))
    return found


def curve_groups(block: Block) -> Iterator[tuple[str, list[int]]]:
    """The groups of columns that are steps of a curve, with their places."""
    for group, members in groupby(enumerate(block.columns), key=lambda pair: pair[1].group):
        places = [place for place, column in members if column.at is not None]
        if len(places) > 1:
            yield group, places


def lines_of(block: Block, places: Sequence[int]) -> dict[str, list[Point]]:
    """The first lines of a block as curves."""
    lines = [line for line in block.lines if not line.published][:MOST_LINES]
    steps = [(place, block.columns[place].at or 0.0) for place in places]
    return {str(line.system): [point(at, line.entries[place]) for place, at in steps] for line in lines}


def point(at: float, entry: Entry) -> Point:
    """A step of a curve; a hole is a gap."""
    if isinstance(entry, Estimate):
        return Point(at, entry.value, entry.low, entry.high)
    return Point(at, math.nan if isinstance(entry, Hole) else entry.value)


def first_of(block: Block, most: int) -> str:
    """That not all are drawn, where they are not."""
    count = sum(not line.published for line in block.lines)
    return f"The first {most} of {count} systems." if count > most else ""


def order_figures(board: Board) -> list[Markup]:
    """For each recipe that was run in several orders: its zero-shot averages."""
    return [figure(chart) for block in board.blocks if (chart := ranking(block))]


def side_by_side(found: Sequence[Markup]) -> Markup:
    """The first figures open, those of single tasks folded."""
    folded = element("details", element("summary", "By target task"), figures(*found[2:])) if found[2:] else ""
    return Markup(figures(*found[:2]) + folded)


# --------------------------------------------------------------------------------------------------------- heat maps


def heat_figures(cells: Sequence[Cell], systems: Sequence[System], languages: Sequence[str]) -> list[Markup]:
    """A language by task map for each system, clean text alone; as many systems as a page can carry."""
    clean = [cell for cell in cells if cell.perturbation is None]
    tasks = list(dict.fromkeys(cell.target for cell in clean))
    spoken = [code for code in languages if any(cell.language == code for cell in clean)]
    most = max(1, MOST_FIELDS // max(1, len(tasks) * len(spoken)))
    by_system: dict[System, dict[tuple[str, str], list[Cell]]] = {}
    for cell in clean:
        its = by_system.setdefault(System(cell.model, cell.recipe), {})
        its.setdefault((cell.target, cell.language), []).append(cell)
    return [
        element("div", figure(heat_chart(system, by_system[system], tasks, spoken), ""), data_system=str(system))
        for system in systems[:most]
        if system in by_system
    ]


def heat_chart(
    system: System, cells: Mapping[tuple[str, str], Sequence[Cell]], tasks: Sequence[str], languages: Sequence[str]
) -> Chart:
    """One system: tasks downwards, languages to the right, means over seeds."""
    values = [[field(cells.get((task, code), ())) for code in languages] for task in tasks]
    return heatmap(f"{system}: language by task", tasks, languages, values, Axis("score, %", percent=True))


def field(cells: Sequence[Cell]) -> float | str:
    """The mean over seeds, or why there is none."""
    if not cells:
        return WORDS["not-offered"]
    scores = [cell.score for cell in cells if cell.score is not None]
    if len(scores) == len(cells):
        return fmean(scores)
    hole = next(cell for cell in cells if cell.score is None)
    return ": ".join(filter(None, (WORDS.get(hole.state, hole.state), hole.reason)))
