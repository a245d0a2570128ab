"""A block of a board as the columns of a table: numbers as texts, what stands out, colours by heat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xeval.boards.board import Block, Column, Entry, Hole, Line
from xeval.boards.statistics import Estimate
from xeval.cell import CellState
from xeval.faces.fitting import Field

SIGNS: Mapping[CellState, str] = {"failed": "✗", "not-run": "·", "not-offered": "–"}
HOLE_STYLES: Mapping[CellState, str] = {"failed": "bold red", "not-run": "dim", "not-offered": "dim"}
# Dark to bright, also in grey and to the colour-blind: five points of viridis (Smith and van der Walt 2015, CC0).
HEAT = ((68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37))
NO_RANK = "–"
PUBLISHED = "†"  # in the place of a rank


def percent(share: float) -> str:
    """A score for people.

    >>> percent(0.6134)
    '61.3'
    """
    return f"{100 * share:.1f}"


def points(share: float) -> str:
    """A difference of scores for people, with its sign; nothing has none.

    >>> points(-0.0312), points(-0.0001)
    ('-3.1', '0.0')
    """
    text = f"{100 * share:+.1f}"
    return text[1:] if text[1:] == "0.0" else text


def number(column: Column, entry: Entry) -> str:
    """An entry as a text; a hole is a sign."""
    if isinstance(entry, Hole):
        return SIGNS[entry.state]
    return percent(entry.value) if column.kind == "score" else points(entry.value)


def interval(entry: Entry) -> str:
    """The 95% interval of a score."""
    return f"{percent(entry.low)}–{percent(entry.high)}" if isinstance(entry, Estimate) else ""


def rank(line: Line) -> str:
    """The places that a system may have."""
    if line.rank is None:
        return PUBLISHED if line.published else NO_RANK
    best, worst = line.rank
    return str(best) if best == worst else f"{best}–{worst}"


# ----------------------------------------------------------------------------------------------------------- columns


def fields_of(block: Block, names: Sequence[str]) -> list[Field]:
    """Rank, name, and a field for each column, with another for its interval where that is asked for."""
    leading = tuple("bold" if line.rank and line.rank[0] == 1 else quiet(line) for line in block.lines)
    plain = tuple(map(quiet, block.lines))
    ranks = Field("rank", tuple(map(rank, block.lines)), plain)
    return [ranks, Field("system", tuple(names), leading, right=False), *numbers(block)]


def quiet(line: Line) -> str:
    """How a line is painted as a whole: published ones recede."""
    return "dim" if line.published else ""


def numbers(block: Block) -> Iterator[Field]:
    """The fields of a block's columns."""
    spread = spread_of(block)
    for place, column in enumerate(block.columns):
        entries = [line.entries[place] for line in block.lines]
        styles = tuple(quiet(line) or style(column, line.entries[place], spread) for line in block.lines)
        yield Field(head_of(column), tuple(number(column, entry) for entry in entries), styles, column.group)
        if column.interval:
            yield Field("95%\ninterval", tuple(map(interval, entries)), ("dim",) * len(entries), column.group)


def head_of(column: Column) -> str:
    """A column's name, folded where a long one may be: task names at hyphens, families at spaces."""
    return column.name if len(column.name) <= 9 else column.name.replace("-", "-\n", 1).replace(" ", "\n")


def style(column: Column, entry: Entry, spread: tuple[float, float]) -> str:
    """How an entry is painted."""
    if isinstance(entry, Hole):
        return HOLE_STYLES[entry.state]
    return heat(entry.value, spread) if column.heat else "bold" if column.interval else ""


def spread_of(block: Block) -> tuple[float, float]:
    """The least and the largest score among the columns painted by heat."""
    places = [place for place, column in enumerate(block.columns) if column.heat]
    entries = [line.entries[place] for line in block.lines for place in places]
    values = [entry.value for entry in entries if isinstance(entry, Estimate)]
    return min(values, default=0.0), max(values, default=1.0)


def heat(value: float, spread: tuple[float, float]) -> str:
    """A background from dark (the least) to bright, and a letter colour that can be read on it."""
    low, high = spread
    place = (len(HEAT) - 1) * (value - low) / (high - low) if high > low else 0.0
    under = min(int(place), len(HEAT) - 2)
    red, green, blue = (round(a + (b - a) * (place - under)) for a, b in zip(HEAT[under], HEAT[under + 1], strict=True))
    letters = "#000000" if 0.299 * red + 0.587 * green + 0.114 * blue > 105 else "#ffffff"
    return f"{letters} on #{red:02x}{green:02x}{blue:02x}"
