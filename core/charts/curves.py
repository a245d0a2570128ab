"""Curves over a numeric axis, with the band of their intervals: scores over noise levels or amounts of data."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from xeval.charts.chart import Chart, Point, chart, finite, hint, path
from xeval.charts.colours import series_colour, series_dash
from xeval.charts.frames import Frame, frame, grid, legend, mark
from xeval.charts.markup import Markup, element
from xeval.charts.scales import Axis

MOST_GRID = 12  # places that get a line of their own; more, and round numbers get them


def curves(title: str, series: Mapping[str, Sequence[Point]], x: Axis, y: Axis) -> Chart:
    """A line for each series by name, through its points from left to right, with a band from `low` to `high`.

    A point whose `y` is not finite leaves a gap. On a logarithmic axis points at 0 and below are left out of the
    drawing and stay in the table.
    """
    drawn = {name: sorted(visible(points, x), key=lambda point: point.x) for name, points in series.items()}
    everything = [point for points in drawn.values() for point in points]
    xs = [point.x for point in everything]
    ys = finite(value for point in everything for value in (point.y, point.low, point.high))
    of = frame(xs, ys, x, y)
    at = sorted(set(xs))
    parts: list[str] = list(grid(of, x, y, at if len(at) <= MOST_GRID else ()))
    parts += [band(of, points, number) for number, points in enumerate(drawn.values())]
    for number, (name, points) in enumerate(drawn.items()):
        parts += strokes(of, points, number)
        parts += [dot(of, name, point, number, x, y) for point in points if math.isfinite(point.y)]
    keys, end = legend(list(series), of.height)
    heads = ("", x.title or "x", y.title or "y", "from", "to")
    return chart(title, end, [*parts, *keys], heads, rows(series, x, y))


def visible(points: Sequence[Point], x: Axis) -> list[Point]:
    """The points that have a place on the axis."""
    return [point for point in points if math.isfinite(point.x) and (point.x > 0 or not x.log)]


def stretches(points: Sequence[Point]) -> Iterator[list[Point]]:
    """Points between gaps."""
    found: list[Point] = []
    for point in points:
        if math.isfinite(point.y):
            found.append(point)
        elif found:
            yield found
            found = []
    if found:
        yield found


def band(of: Frame, points: Sequence[Point], number: int) -> Markup:
    """The intervals of a line as an area."""
    parts = []
    for stretch in stretches(points):
        inner = [p for p in stretch if p.low is not None and p.high is not None]
        upper = [(of.x(p.x), of.y(p.high)) for p in inner if p.high is not None]
        lower = [(of.x(p.x), of.y(p.low)) for p in reversed(inner) if p.low is not None]
        if len(inner) > 1:
            parts.append(element("path", class_="band", d=path([*upper, *lower]) + "Z", fill=series_colour(number)))
    return Markup("".join(parts))


def strokes(of: Frame, points: Sequence[Point], number: int) -> list[Markup]:
    """The line itself, whole between gaps."""
    look = {"class_": "series", "stroke": series_colour(number), "stroke_dasharray": series_dash(number)}
    found = [[(of.x(p.x), of.y(p.y)) for p in stretch] for stretch in stretches(points)]
    return [element("path", d=path(places), **look) for places in found if len(places) > 1]


def dot(of: Frame, name: str, point: Point, number: int, x: Axis, y: Axis) -> Markup:
    """A point with what it says; its interval as a line where it stands alone."""
    about = f"{name}: {y.number(point.y)} at {x.number(point.x)}{within(point, y)}"
    return mark(of.x(point.x), of.y(point.y), number, hint(about.removeprefix(": ")), size=3.4)


def within(point: Point, y: Axis) -> str:
    """An interval in words, if it is known."""
    if point.low is None or point.high is None:
        return ""
    return f" ({y.number(point.low)} to {y.number(point.high)})"


def rows(series: Mapping[str, Sequence[Point]], x: Axis, y: Axis) -> Iterator[tuple[str, ...]]:
    """Every point as texts."""
    for name, points in series.items():
        for point in points:
            bounds = ("" if bound is None else y.number(bound) for bound in (point.low, point.high))
            yield name, x.number(point.x), y.number(point.y) if math.isfinite(point.y) else "–", *bounds
