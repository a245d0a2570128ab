"""Numbers with their intervals, one below the other: as signs on a line (a forest plot), or as bars."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from xeval.charts.chart import LINE, WIDTH, Chart, Measured, chart, finite, hint, shortened, width_of, words
from xeval.charts.colours import series_colour
from xeval.charts.frames import RIGHT, legend, line, mark
from xeval.charts.markup import Markup, element
from xeval.charts.scales import Axis, Scale, scale, ticks

HIGH = 26.0  # of a row
TOP = 10.0
BELOW = 46.0


def intervals(title: str, rows: Sequence[Measured], x: Axis, reference: float | None = None) -> Chart:
    """A forest plot: a sign for each number on the line of its interval, and a line at the `reference`.

    Groups differ in colour and shape. A number that is not finite leaves its row empty.
    """
    return rowwise(title, rows, x, reference, bars_too=False)


def bars(title: str, rows: Sequence[Measured], x: Axis) -> Chart:
    """A bar from 0 for each number, with a line for its interval; groups differ in colour."""
    return rowwise(title, rows, x, 0.0, bars_too=True)


def rowwise(title: str, rows: Sequence[Measured], x: Axis, reference: float | None, bars_too: bool) -> Chart:
    """A row for each number, from top to bottom in their order."""
    groups = list(dict.fromkeys(row.group for row in rows))
    left = min(300.0, max((width_of(row.label) for row in rows), default=0) + 20)
    numbers = finite([reference, *(n for row in rows for n in (row.value, row.low, row.high))])
    over = scale(numbers, x, left, WIDTH - RIGHT - 46)
    bottom = TOP + HIGH * len(rows)
    parts: list[str] = list(ground(over, x, bottom))
    if reference is not None:
        parts.append(line(over(reference), TOP, over(reference), bottom, "reference"))
    for number, row in enumerate(rows):
        y = TOP + HIGH * (number + 0.5)
        parts.append(words(left - 10, y + 4, shortened(row.label, left - 16), "end", "name"))
        if math.isfinite(row.value):
            parts += drawn(over, y, row, groups.index(row.group), x, bars_too)
    keys, end = legend(groups, bottom + BELOW, lines=False)
    heads = ("", "group", x.title or "value", "from", "to")
    return chart(title, end, [*parts, *keys], heads, texts(rows, x))


def ground(over: Scale, x: Axis, bottom: float) -> Iterator[Markup]:
    """Upright lines at round numbers, with the numbers and the title under them."""
    for value in ticks(over):
        yield line(over(value), TOP, over(value), bottom)
        yield words(over(value), bottom + LINE, x.tick(value), "middle", "tick")
    if x.title:
        yield words((over.start + over.end) / 2, bottom + 38, x.title, "middle", "axis")


def drawn(over: Scale, y: float, row: Measured, group: int, x: Axis, bar: bool) -> Iterator[Markup]:
    """A number: its bar or its sign, its interval, and what it is in digits at the edge."""
    say = hint(about(row, x))
    if bar:
        ends = sorted((over(0.0), over(row.value)))
        size = {"x": ends[0], "y": y - 8, "width": max(0.5, ends[1] - ends[0]), "height": 16}
        yield element("rect", say, class_="bar", fill=series_colour(group), rx=2, **size)
    if row.low is not None and row.high is not None:
        colour = None if bar else series_colour(group)
        ends = [over(row.low), over(row.high)]
        yield element("line", class_="whisker", x1=ends[0], x2=ends[1], y1=y, y2=y, stroke=colour)
    if not bar:
        yield mark(over(row.value), y, group, say, size=5.0)
    yield words(WIDTH - 8, y + 4, x.number(row.value), "end", "value")


def about(row: Measured, x: Axis) -> str:
    """What a number says."""
    bounds = finite((row.low, row.high))
    within = f" ({x.number(bounds[0])} to {x.number(bounds[1])})" if len(bounds) == 2 else ""
    return f"{', '.join(filter(None, (row.label, row.group)))}: {x.number(row.value)}{within}"


def texts(rows: Sequence[Measured], x: Axis) -> Iterator[tuple[str, ...]]:
    """Every number as texts."""
    for row in rows:
        bounds = ("" if bound is None else x.number(bound) for bound in (row.low, row.high))
        yield row.label, row.group, x.number(row.value) if math.isfinite(row.value) else "–", *bounds
