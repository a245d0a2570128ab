"""A block of a board as the columns of a table: numbers as texts, what stands out, colours by heat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xeval.boards.board import Block, Column, Entry, Hole, Line
from xeval.boards.statistics import Estimate
from xeval.cell import CellState
from xeval.charts.colours import DIVERGING, HEAT, Rgb, hexadecimal, letters_on, place_in, shade
from xeval.faces.fitting import Field

SIGNS: Mapping[CellState, str] = {"failed": "✗", "not-run": "·", "not-offered": "–"}
HOLE_STYLES: Mapping[CellState, str] = {"failed": "bold red", "not-run": "dim", "not-offered": "dim"}
SPARKS = "▁▂▃▄▅▆▇█"
Spread = dict[str, tuple[float, float]]
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


def interval(column: Column, entry: Entry) -> str:
    """The 95% interval of a score, or of a change."""
    if not isinstance(entry, Estimate):
        return ""
    if column.kind == "change":
        return f"{points(entry.low)} to {points(entry.high)}"
    return f"{percent(entry.low)}–{percent(entry.high)}"


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
    """The fields of a block's columns; after the steps of a curve, the curve itself."""
    spread = spread_of(block)
    for place, column in enumerate(block.columns):
        entries = [line.entries[place] for line in block.lines]
        styles = tuple(quiet(line) or style(column, line.entries[place], spread) for line in block.lines)
        yield Field(head_of(column), tuple(number(column, entry) for entry in entries), styles, column.group)
        if column.interval:
            within = tuple(interval(column, entry) for entry in entries)
            yield Field("95%\ninterval", within, ("dim",) * len(entries), column.group)
        steps = curve_ending(block, place)
        if steps:
            yield Field("curve", sparklines(block, steps), ("",) * len(block.lines), column.group, right=False)


def curve_ending(block: Block, place: int) -> list[int]:
    """The places of the curve whose last step is here; nothing where there is no curve, or where it goes on."""
    column, after = block.columns[place], block.columns[place + 1 : place + 2]
    if column.at is None or any(other.at is not None and other.group == column.group for other in after):
        return []
    steps = [n for n, c in enumerate(block.columns[: place + 1]) if c.group == column.group and c.at is not None]
    return steps if len(steps) > 1 else []


def sparklines(block: Block, steps: Sequence[int]) -> tuple[str, ...]:
    """A curve of every line, all on one scale, from the least number among them to the greatest."""
    rows = [[line.entries[step] for step in steps] for line in block.lines]
    values = [entry.value for row in rows for entry in row if not isinstance(entry, Hole)]
    low, high = min(values, default=0.0), max(values, default=1.0)
    return tuple("".join(spark(entry, low, high) for entry in row) for row in rows)


def spark(entry: Entry, low: float, high: float) -> str:
    """One step of a curve; a blank for a hole."""
    if isinstance(entry, Hole):
        return " "
    return SPARKS[round(place_in(entry.value, low, high) * (len(SPARKS) - 1))]


def head_of(column: Column) -> str:
    """A column's name, folded where a long one may be: task names at hyphens, families at spaces."""
    return column.name if len(column.name) <= 9 else column.name.replace("-", "-\n", 1).replace(" ", "\n")


def style(column: Column, entry: Entry, spread: Spread) -> str:
    """How an entry is painted."""
    if isinstance(entry, Hole):
        return HOLE_STYLES[entry.state]
    if not column.heat:
        return "bold" if column.interval else ""
    colour = heat(column, entry.value, spread)
    return f"{letters_on(colour)} on {hexadecimal(colour)}"


def spread_of(block: Block) -> Spread:
    """The least and the largest number of each kind among painted columns; changes reach as far down as up."""
    found: Spread = {}
    for place, column in enumerate(block.columns):
        if column.heat:
            entries = [line.entries[place] for line in block.lines]
            values = [entry.value for entry in entries if isinstance(entry, Estimate)]
            bounds = [-value for value in values] if column.kind == "change" else []
            both = [*values, *bounds, *found.get(column.kind, ())]
            found[column.kind] = (min(both, default=0.0), max(both, default=1.0))
    return found


def heat(column: Column, value: float, spread: Spread) -> Rgb:
    """Scores from dark (the least) to bright, changes from losses over nothing to gains."""
    ramp = DIVERGING if column.kind == "change" else HEAT
    return shade(place_in(value, *spread[column.kind]), ramp)
