"""Numbers in rows and columns, coloured by their size; what is missing is hatched and says why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xeval.charts.chart import WIDTH, Chart, chart, hint, shortened, width_of, words
from xeval.charts.colours import DIVERGING, HEAT, Rgb, hexadecimal, letters_on, place_in, shade
from xeval.charts.markup import Markup, element
from xeval.charts.scales import Axis

HIGH = 24.0  # of a row
NARROWEST, WIDEST = 40.0, 84.0  # of a column
LEVEL = 26.0  # the height of heads that lie side by side
APART = 7.0  # between the lines of a hatched field

Value = float | str  # a text is a hole, and says why


def heatmap(
    title: str,
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[Value]],
    axis: Axis | None = None,
) -> Chart:
    """A field for each number, rows downwards and columns to the right; a text in place of a number is a hole.

    Where `axis` is signed, the colours run from losses over nothing to gains, alike on both sides; elsewhere from
    the least to the greatest. Charts with more columns than a page has room for are wider and can be moved.
    """
    by = axis or Axis(percent=True)
    left = min(220.0, max(map(width_of, rows), default=0) + 16)
    wide = min(WIDEST, max(NARROWEST, (WIDTH - left) / max(1, len(columns))))
    top = head_height(columns, wide)
    ramp, low, high = range_of(values, by)
    parts: list[str] = list(heads(columns, left, wide, top))
    for y, (row, its) in enumerate(zip(rows, values, strict=True)):
        parts.append(words(left - 8, top + y * HIGH + 16, shortened(row, left - 14), "end", "name"))
        for x, (column, value) in enumerate(zip(columns, its, strict=True)):
            say = f"{row}, {column}: {value if isinstance(value, str) else by.number(value)}"
            at = (left + x * wide, top + y * HIGH, wide)
            colour = None if isinstance(value, str) else shade(place_in(value, low, high), ramp)
            text = "" if isinstance(value, str) else by.number(value)
            parts.append(field(at, text, colour, say, (row, column)))
    table = ((row, *texts(its, by)) for row, its in zip(rows, values, strict=True))
    drawn = chart(title, top + len(rows) * HIGH + 8, parts, ("", *columns), table)
    aslant = 0.0 if top <= LEVEL else min(140.0, 0.72 * width_of(columns[-1]))
    return widened(drawn, left + wide * len(columns) + 2 + aslant)


def range_of(values: Sequence[Sequence[Value]], axis: Axis) -> tuple[Sequence[Rgb], float, float]:
    """The colours, and the numbers at their ends."""
    numbers = [value for row in values for value in row if not isinstance(value, str)]
    if axis.signed:
        most = max(map(abs, numbers), default=1.0) or 1.0
        return DIVERGING, -most, most
    return HEAT, min(numbers, default=0.0), max(numbers, default=1.0)


def head_height(columns: Sequence[str], wide: float) -> float:
    """How high the names of the columns are: upright ones need more room."""
    longest = max(map(width_of, columns), default=0)
    return LEVEL if longest <= wide - 4 else min(150.0, longest * 0.72 + 16)


def heads(columns: Sequence[str], left: float, wide: float, top: float) -> Iterator[Markup]:
    """The names of the columns, aslant where they are too long to lie side by side."""
    for number, name in enumerate(columns):
        x = left + (number + 0.5) * wide
        if top <= LEVEL:
            yield words(x, top - 8, name, "middle", "tick")
        else:
            turn = f"translate({x - 2:.0f} {top - 6:.0f}) rotate(-45)"
            yield element("text", hint(name), shortened(name, 190), class_="tick", transform=turn)


def field(at: tuple[float, float, float], text: str, colour: Rgb | None, say: str, of: tuple[str, str]) -> Markup:
    """One field; `of` names its row and its column for a script of the page."""
    x, y, wide = at
    size = {"x": x, "y": y, "width": wide - 1, "height": HIGH - 1}
    if colour is None:
        inside = [element("rect", class_="hole", **size), hatch(x, y, wide - 1, HIGH - 1)]
    else:
        ink = letters_on(colour)
        letters = element("text", text, x=x + wide / 2, y=y + 16, text_anchor="middle", fill=ink)
        inside = [element("rect", fill=hexadecimal(colour), **size), letters]
    return element("g", hint(say), *inside, class_="field", data_row=of[0], data_column=of[1])


def hatch(x: float, y: float, wide: float, high: float) -> Markup:
    """Lines aslant over a field. A pattern would be lost where the drawing that defines it is hidden."""
    offsets = [APART * number for number in range(1, int((wide + high) / APART) + 1)]
    ends = (
        f"M{x + max(0.0, k - high):.0f} {y + min(k, high):.0f}L{x + min(k, wide):.0f} {y + max(0.0, k - wide):.0f}"
        for k in offsets
    )
    return element("path", class_="hatch", d="".join(ends))


def texts(values: Sequence[Value], axis: Axis) -> Iterator[str]:
    """A row as texts."""
    return (value if isinstance(value, str) else axis.number(value) for value in values)


def widened(of: Chart, width: float) -> Chart:
    """A chart that is as wide as its fields need."""
    if width <= WIDTH:
        return of
    svg = of.svg.replace(f'viewBox="0 0 {WIDTH} ', f'viewBox="0 0 {width:.0f} ', 1)
    return Chart(of.title, Markup(svg.replace(f'width="{WIDTH}"', f'width="{width:.0f}"', 1)), of.heads, of.rows)
