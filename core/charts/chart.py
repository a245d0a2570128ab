"""What all charts have in common: the values they are drawn from, and a drawing with its text alternative."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xeval.charts.markup import Markup, element

WIDTH = 760
LETTER = 6.6  # the mean width of a letter at the charts' 12 pixels, a little generous
LINE = 18  # from one line of a legend to the next
MOST_SAID = 40  # numbers that the short text alternative says before it points to the table


@dataclass(frozen=True)
class Point:
    """A number `y` at `x`, with the bounds of its interval, and of that of `x`, where they are known.

    A `y` that is not finite is not drawn: a line has a gap there.
    """

    x: float
    y: float
    low: float | None = None
    high: float | None = None
    label: str = ""
    group: str = ""
    x_low: float | None = None
    x_high: float | None = None


@dataclass(frozen=True)
class Measured:
    """A number with a name, with the bounds of its interval where they are known."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    group: str = ""


@dataclass(frozen=True)
class Chart:
    """A drawing: one inline `<svg>`, and its numbers as a table of texts for those who cannot see it."""

    title: str
    svg: Markup
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        return self.svg


def chart(
    title: str, height: float, parts: Iterable[str], heads: Sequence[str], rows: Iterable[Sequence[str]]
) -> Chart:
    """A chart of its parts; what a screen reader says of it is made from its table."""
    table = tuple(tuple(row) for row in rows)
    svg = element(
        "svg",
        element("title", title),
        element("desc", said(heads, table)),
        *parts,
        class_="chart",
        role="img",
        aria_label=f"{title}. {said(heads, table)}",
        viewBox=f"0 0 {WIDTH} {height:.0f}",
        width=WIDTH,
        height=round(height),
        xmlns="http://www.w3.org/2000/svg",
    )
    return Chart(title, svg, tuple(heads), table)


def said(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in one sentence; how much more there is where it is long."""
    if not rows:
        return "There is nothing to show."
    few = [", ".join(f"{h} {cell}".strip() for h, cell in zip(heads, row, strict=True) if cell) for row in rows]
    more = f"; and {len(few) - MOST_SAID} more in the table of numbers" if len(few) > MOST_SAID else ""
    return "; ".join(few[:MOST_SAID]) + more + "."


def figure(of: Chart, caption: str | Markup = "", numbers: bool = True) -> Markup:
    """A chart in a page: its title, the drawing, a caption, and all its numbers in a table that can be opened."""
    table = element("details", element("summary", f"Numbers of “{of.title}”"), number_table(of)) if numbers else ""
    below = element("p", caption, class_="quiet") if caption else ""
    return element("figure", element("figcaption", of.title), scrollable(of.svg, of.title), below, table)


def figures(*of: Markup) -> Markup:
    """Figures side by side where the page is wide enough."""
    return element("div", *of, class_="figures")


def scrollable(inside: Markup, name: str) -> Markup:
    """What may be wider than the page: it is moved in its own frame, also by keyboard."""
    return element("div", inside, class_="wide", tabindex="0", role="region", aria_label=name)


def number_table(of: Chart) -> Markup:
    """The numbers of a chart as a table."""
    head = element("tr", *(element("th", name, scope="col") for name in of.heads))
    rows = [element("tr", *(element("td", cell) for cell in row)) for row in of.rows]
    return scrollable(
        element("table", element("thead", head), element("tbody", *rows), class_="numbers"), f"{of.title}, numbers"
    )


# -------------------------------------------------------------------------------------------------------------- text


def width_of(text: str) -> float:
    """About how many pixels a text takes: Chinese, Japanese and Korean letters are twice as wide."""
    return LETTER * sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def shortened(text: str, width: float) -> str:
    """A text that is no wider than so many pixels, cut in its middle: names of systems differ at either end.

    >>> shortened("mini + mnli[en,de,fr,sw]@far", 100), shortened("mini", 100)
    ('mini + …sw]@far', 'mini')
    """
    if width_of(text) <= width:
        return text
    kept = next(n for n in range(len(text) - 1, -1, -1) if n == 0 or width_of(text) * n / len(text) + LETTER <= width)
    return f"{text[: kept - kept // 2]}…{text[len(text) - kept // 2 :]}"


def words(x: float, y: float, text: str, anchor: str = "start", class_: str = "") -> Markup:
    """A text in a drawing; `anchor` is start, middle or end."""
    return element("text", text, class_=class_ or None, x=x, y=y, text_anchor=None if anchor == "start" else anchor)


def hint(text: str) -> Markup:
    """What a mark says when the mouse rests on it."""
    return element("title", text)


def finite(values: Iterable[float | None]) -> list[float]:
    """The numbers among some values."""
    return [value for value in values if value is not None and math.isfinite(value)]


def path(points: Sequence[tuple[float, float]]) -> str:
    """A line through some places, as SVG writes it."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
