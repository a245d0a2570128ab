"""Points by two numbers, in groups, with names, error bars and a line through them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from xeval.charts.chart import Chart, Point, chart, finite, hint, shortened, width_of, words
from xeval.charts.frames import Frame, frame, grid, legend, line, mark
from xeval.charts.markup import Markup
from xeval.charts.scales import Axis

MOST_LABELS = 40  # more names than this hide the points


def scatter(title: str, points: Sequence[Point], x: Axis, y: Axis, trend: tuple[float, float] | None = None) -> Chart:
    """A sign for each point, coloured by its group, with error bars where it has bounds, and names where they fit.

    `trend` is the intercept and the slope of a straight line, drawn as far as the points reach; on a logarithmic
    x axis the slope is by the decimal logarithm of x.
    """
    seen = [p for p in points if math.isfinite(p.x) and math.isfinite(p.y) and (p.x > 0 or not x.log)]
    groups = list(dict.fromkeys(point.group for point in points))
    of = frame(
        finite(value for p in seen for value in (p.x, p.x_low, p.x_high)),
        finite(value for p in seen for value in (p.y, p.low, p.high)),
        x,
        y,
        340.0,
    )
    parts: list[str] = list(grid(of, x, y))
    parts += trend_line(of, seen, trend) if trend and seen else []
    parts += [bar for point in seen for bar in error_bars(of, point)]
    parts += [mark(of.x(p.x), of.y(p.y), groups.index(p.group), hint(about(p, x, y)), size=4.6) for p in seen]
    parts += names(of, seen) if len(seen) <= MOST_LABELS else []
    keys, end = legend(groups, of.height, lines=False)
    heads = ("", "group", x.title or "x", y.title or "y", "from", "to")
    return chart(title, end, [*parts, *keys], heads, rows(points, x, y))


def trend_line(of: Frame, points: Sequence[Point], trend: tuple[float, float]) -> list[Markup]:
    """A straight line from the leftmost point to the rightmost, kept inside the frame."""
    intercept, slope = trend
    ends = min(p.x for p in points), max(p.x for p in points)
    heights = [intercept + slope * (math.log10(end) if of.x.log else end) for end in ends]
    kept = [min(of.y.high, max(of.y.low, height)) for height in heights]
    return [line(of.x(ends[0]), of.y(kept[0]), of.x(ends[1]), of.y(kept[1]), "trend")]


def error_bars(of: Frame, point: Point) -> Iterator[Markup]:
    """The intervals of a point, upright and across."""
    if point.low is not None and point.high is not None:
        yield line(of.x(point.x), of.y(point.low), of.x(point.x), of.y(point.high), "whisker")
    if point.x_low is not None and point.x_high is not None:
        yield line(of.x(point.x_low), of.y(point.y), of.x(point.x_high), of.y(point.y), "whisker")


def names(of: Frame, points: Sequence[Point]) -> list[Markup]:
    """Names beside the points, on the side with more room; one that would lie on another is left to the tooltip."""
    taken: list[tuple[float, float, float]] = []
    found = []
    for point in points:
        text = shortened(point.label, 120)
        wide, px, py = width_of(text), of.x(point.x), of.y(point.y) + 4
        left = px + 8 if px + 8 + wide < of.x.end else px - 8 - wide
        if text and not any(abs(py - y) < 12 and left < end and start < left + wide for start, end, y in taken):
            taken.append((left, left + wide, py))
            found.append(words(left, py, text, class_="name"))
    return found


def about(point: Point, x: Axis, y: Axis) -> str:
    """What a point says."""
    bounds = finite((point.low, point.high))
    within = f" ({y.number(bounds[0])} to {y.number(bounds[1])})" if len(bounds) == 2 else ""
    name = ", ".join(filter(None, (point.label, point.group)))
    return f"{name}: {x.number(point.x)}, {y.number(point.y)}{within}".removeprefix(": ")


def rows(points: Sequence[Point], x: Axis, y: Axis) -> Iterator[tuple[str, ...]]:
    """Every point as texts."""
    for p in points:
        bounds = ("" if bound is None else y.number(bound) for bound in (p.low, p.high))
        yield p.label, p.group, x.number(p.x), y.number(p.y) if math.isfinite(p.y) else "–", *bounds
