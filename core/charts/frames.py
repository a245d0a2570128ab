"""The frame of a chart: grid, numbers beside it, titles of its axes, and the legend of its groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xeval.charts.chart import LINE, WIDTH, shortened, width_of, words
from xeval.charts.colours import series_colour, series_dash
from xeval.charts.markup import Markup, element
from xeval.charts.scales import Axis, Scale, scale, ticks

TOP, RIGHT = 14.0, 16.0
BELOW = 44.0  # numbers and title under the x axis


@dataclass(frozen=True)
class Frame:
    """Where numbers lie in a drawing: `x` from left to right, `y` from the bottom up."""

    x: Scale
    y: Scale
    height: float

    @property
    def bottom(self) -> float:
        """Where the x axis is."""
        return self.y.start


def frame(xs: Iterable[float], ys: Iterable[float], x: Axis, y: Axis, height: float = 300.0) -> Frame:
    """A frame in which all the numbers have a place; `height` is that of the inside."""
    vertical = scale(ys, y, TOP + height, TOP)
    left = 14 + max((width_of(y.tick(value)) for value in ticks(vertical)), default=0) + (20 if y.title else 0)
    return Frame(scale(xs, x, left, WIDTH - RIGHT), vertical, TOP + height + BELOW)


def grid(of: Frame, x: Axis, y: Axis, at: Sequence[float] = ()) -> list[Markup]:
    """Lines and numbers: horizontal ones at round numbers, vertical ones `at` these, or at round numbers."""
    parts = [line(of.x.start, of.y(value), of.x.end, of.y(value)) for value in ticks(of.y)]
    parts += [words(of.x.start - 8, of.y(value) + 4, y.tick(value), "end", "tick") for value in ticks(of.y)]
    parts += upright(of, x, at or ticks(of.x))
    middle = (TOP + of.bottom) / 2
    if y.title:
        parts.append(
            element(
                "text",
                y.title,
                class_="axis",
                transform=f"translate(12 {middle:.0f}) rotate(-90)",
                text_anchor="middle",
            )
        )
    if x.title:
        parts.append(words((of.x.start + of.x.end) / 2, of.bottom + 38, x.title, "middle", "axis"))
    return parts


def upright(of: Frame, x: Axis, at: Sequence[float]) -> list[Markup]:
    """Vertical lines with a number under each for which there is room."""
    parts, free = [], float("-inf")
    for value in sorted(at):
        place, half = of.x(value), width_of(x.tick(value)) / 2
        parts.append(line(place, TOP, place, of.bottom))
        if place - half > free:
            parts.append(words(place, of.bottom + 18, x.tick(value), "middle", "tick"))
            free = place + half + 6
    return parts


def line(x1: float, y1: float, x2: float, y2: float, class_: str = "grid") -> Markup:
    """A straight line."""
    return element("line", class_=class_, x1=x1, y1=y1, x2=x2, y2=y2)


def legend(names: Sequence[str], top: float, lines: bool = True) -> tuple[list[Markup], float]:
    """The groups of a chart with their colours, in as many lines as they need, and where they end.

    Nothing where there is only one without a name.
    """
    if not any(names):
        return [], top
    parts: list[Markup] = []
    left, y = 14.0, top + 12
    for number, name in enumerate(names):
        text = shortened(name, WIDTH - 60)
        wide = width_of(text) + 50
        if left > 14 and left + wide > WIDTH:
            left, y = 14.0, y + LINE
        parts += [swatch(left, y - 4, number, lines), words(left + 32, y, text, class_="key")]
        left += wide
    return parts, y + 10


def swatch(x: float, y: float, number: int, lines: bool) -> Markup:
    """A sample of a group: a stretch of its line with its sign, or its sign alone."""
    sign = mark(x + 13, y, number)
    if not lines:
        return sign
    stroke = element(
        "line",
        x1=x,
        y1=y,
        x2=x + 26,
        y2=y,
        class_="series",
        stroke=series_colour(number),
        stroke_dasharray=series_dash(number),
    )
    return Markup(stroke + sign)


SIGNS = 4  # circle, square, triangle, diamond


def mark(x: float, y: float, number: int, *inside: str, size: float = 4.0) -> Markup:
    """The sign of a group: colour and shape, so that it is known without colour too."""
    colour = series_colour(number)
    kind = number % SIGNS
    if kind == 0:
        return element("circle", *inside, class_="mark", cx=x, cy=y, r=size, fill=colour)
    corners = CORNERS[kind - 1]
    points = " ".join(f"{x + size * dx:.1f},{y + size * dy:.1f}" for dx, dy in corners)
    return element("polygon", *inside, class_="mark", points=points, fill=colour)


CORNERS = (
    ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    ((0.0, -1.2), (1.1, 0.9), (-1.1, 0.9)),
    ((0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)),
)
