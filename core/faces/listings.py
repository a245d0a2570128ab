"""Standard output, and lists of texts on it: light, since `plugins list` must answer at once."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from xeval.faces.fitting import Field, split, width_of, words_within
from xeval.faces.tablelines import table_lines

UNLIMITED = 100_000  # columns: what is piped is not folded
ASCII = str.maketrans(
    {"✗": "x", "·": ".", "–": "-", "─": "-", "•": "*", "✓": "+", "…": "."}
    | dict(zip("▁▂▃▄▅▆▇█", "12345678", strict=True))
)
# All but the line feed, and what turns the letters after it around.
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
JOINTS = re.compile(r"(?<=[-_/.,:@>])")  # a long word may be broken after one
NARROW = 18  # columns that are wrapped only where broken words of wider ones do not make room
WIDEST = 140  # columns of a list: prose is for reading, also where it is piped


def console() -> Console:
    """Standard output: as wide as it likes where it is no terminal, unless COLUMNS says otherwise."""
    found = Console(highlight=False)
    if found.is_terminal or os.environ.get("COLUMNS", "").isdigit():
        return found
    return Console(highlight=False, width=UNLIMITED)


def printable(text: str, on: Console) -> str:
    """Text that can do nothing to a terminal but stand there, in letters that it has."""
    text = CONTROL.sub("�", text)
    return text.translate(ASCII) if on.options.ascii_only else text


def listing(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Listing:
    """A titled table of texts: wrapped where it must be, never cut; columns of numbers stand to the right."""
    return Listing(title, columns, [[CONTROL.sub("�", text) for text in row] for row in rows])


@dataclass(frozen=True)
class Listing:
    """Rows under heads, laid out when the width of the console is known."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it; where even broken words leave no room, columns go to another table that begins with the first."""
        yield Text(printable(self.title, console), style="bold", overflow="fold")
        room = min(options.max_width, WIDEST)
        for number, fields in enumerate(self.tables(room)):
            lines = Text("\n" * bool(number)) + Text("\n").join(table_lines(fields))
            lines.plain = printable(lines.plain, console)
            lines.no_wrap, lines.overflow = True, "ignore"
            yield lines
        yield Text("")

    def tables(self, room: int) -> list[list[Field]]:
        """One table if its words can be broken so that it fits; otherwise as many as need no word broken."""
        whole = self.fields(range(len(self.heads)), room)
        if width_of(whole) <= room:
            return [whole]
        return [part for places in self.parted(room) for part in split(self.fields(places, room), 1, room)]

    def parted(self, room: int) -> list[list[int]]:
        """The places of the columns of each table, in which words are wrapped and not broken; the first is in all."""
        least = [2 + widest(longest_word, column) for column in self.columns]
        found = [[0]]
        for place in range(1, len(least)):
            if len(found[-1]) > 1 and sum(least[one] for one in (*found[-1], place)) > room:
                found.append([0])
            found[-1].append(place)
        return found

    @property
    def columns(self) -> list[tuple[str, ...]]:
        """The texts of each column, its head first."""
        return list(zip(self.heads, *self.rows, strict=True))

    def fields(self, places: Sequence[int], room: int) -> list[Field]:
        """Some of the columns, each folded to its share of the room."""
        columns = [self.columns[place] for place in places]
        widths = shares([widest(natural, column) for column in columns], floors_of(columns), room - 2 * len(columns))
        return [
            Field(folded(head, width), tuple(folded(text, width) for text in texts), ("",) * len(texts), right=right)
            for (head, *texts), width in zip(columns, widths, strict=True)
            for right in [numeric(texts)]
        ]


def floors_of(columns: Sequence[Sequence[str]]) -> list[list[int]]:
    """How narrow columns may get, step by step: words of wide ones wrapped, then broken; then those of all."""
    whole = [widest(natural, column) for column in columns]
    found = []
    for measure in (longest_word, longest_piece):
        found.append([widest(measure, column) for column in columns])
    wide = [[w if w <= NARROW else least for w, least in zip(whole, floor, strict=True)] for floor in found]
    return [*wide, *found]


def widest(measure: Callable[[str], int], texts: Iterable[str]) -> int:
    """The width that the widest of some texts has."""
    return max(map(measure, texts))


def natural(text: str) -> int:
    """The width of a text that is not wrapped."""
    return max(map(cell_len, text.split("\n")))


def longest_word(text: str) -> int:
    """The width that no word of it is broken in."""
    return max(map(cell_len, text.split()), default=0)


def longest_piece(text: str) -> int:
    """The width that words are broken in at their joints alone."""
    return max((cell_len(piece) for word in text.split() for piece in JOINTS.split(word)), default=0)


def numeric(column: Sequence[str]) -> bool:
    """Whether a column holds numbers, or the lack of one, and nothing else."""
    return not any(text.strip("+-0123456789.,%–") for text in column)


def shares(wanted: Sequence[int], least: Sequence[Sequence[int]], room: int) -> list[int]:
    """Widths that fit the room if any do: the widest gives way first, to the first of `least`, then to the next.

    >>> shares([40, 10, 8], [[9, 10, 8]], 40)
    [22, 10, 8]
    """
    widths = list(wanted)
    for floors in least:
        while sum(widths) > room:
            loose = [place for place, floor in enumerate(floors) if widths[place] > floor]
            if not loose:
                break
            widths[max(loose, key=lambda place: widths[place])] -= 1
    return widths


def folded(text: str, width: int) -> str:
    """A text in lines of at most `width`, broken between words, and a longer word at its joints."""
    return "\n".join(line for given in text.split("\n") for line in folded_line(given, width))


def folded_line(text: str, width: int) -> Iterator[str]:
    """One line of text, wrapped."""
    for line in words_within(text, width):
        start = ""
        for piece in JOINTS.split(line) if cell_len(line) > width else [line]:
            if start and cell_len(start + piece) > width:
                yield start
                start = ""
            start += piece
        yield start
