"""A block of a board as lines of a terminal: as few tables as the width allows, heads and holes explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from xeval.board import WORDS, Block, holes_in
from xeval.fitting import Field, Span, abbreviated, folded, spans, split, width_of
from xeval.painting import SIGNS, fields_of

STICKY = 2  # rank and system begin every table
NAME = 1  # where the system's name is
UNFOLDED = 10_000
FOLDED = (32, 22, 16, 10)  # widths that names are folded to, in turn
READABLE = 4  # namings that break no word of a recipe


@dataclass(frozen=True)
class Box:
    """A text in lines, in its place in a row."""

    lines: Sequence[str]
    width: int
    right: bool
    style: str

    def line(self, number: int) -> Text:
        """One line, padded, painted with its padding; empty beyond the text."""
        text = self.lines[number] if 0 <= number < len(self.lines) else ""
        space = " " * (self.width - 2 - cell_len(text))
        return Text(f" {space}{text} " if self.right else f" {text}{space} ", style=self.style)


def signs_of(block: Block) -> tuple[str, ...]:
    """What the signs in a block mean, if it has any."""
    signs = "  ".join(f"{SIGNS[state]} {WORDS[state]}" for state in holes_in(block))
    return (signs,) if signs else ()


def tables(block: Block, letters: Mapping[str, str], width: int) -> list[list[Field]]:
    """The columns of each table: the fullest names among the fewest tables that fit; the narrowest if none does."""
    found: list[list[list[Field]]] = []
    for names in namings([str(line.system) for line in block.lines], letters):
        found.append(split(fields_of(block, names), STICKY, width))
    easy = [parts for parts in found[:READABLE] if fits(parts, width)]
    hard = [parts for parts in found if fits(parts, width)]
    return min(easy or hard or found[-1:], key=len)


def namings(names: Sequence[str], letters: Mapping[str, str]) -> Iterator[list[str]]:
    """Names in full, with letters for lists, then folded ever more."""
    yield list(names)
    for width in (UNFOLDED, *FOLDED):
        yield [folded(abbreviated(name, letters), width) for name in names]


def fits(parts: Sequence[Sequence[Field]], width: int) -> bool:
    """Whether every table is narrow enough."""
    return all(width_of(part) <= width for part in parts)


def table_lines(fields: Sequence[Field]) -> Iterator[Text]:
    """A table: heads over a rule over the rows."""
    found = spans(fields)
    widths = [width for span in found for width in span.widths]
    if any(span.head for span in found):
        yield from row_lines([Box(headed(span), sum(span.widths), True, "dim") for span in found], True)
    yield from row_lines([boxed(f, f.head, width, "bold") for f, width in zip(fields, widths, strict=True)], True)
    yield Text("─" * sum(widths), style="dim")
    for row in range(len(fields[0].cells)):
        columns = zip(fields, widths, strict=True)
        yield from row_lines([boxed(f, f.cells[row], width, f.styles[row]) for f, width in columns])


def headed(span: Span) -> list[str]:
    """A header over several columns, with a line that shows which."""
    return [*span.head, "─" * (sum(span.widths) - 2)] if span.head else []


def boxed(field: Field, text: str, width: int, style: str) -> Box:
    """A text of a field in its place."""
    return Box(text.split("\n"), width, field.right, style)


def row_lines(boxes: Sequence[Box], at_bottom: bool = False) -> Iterator[Text]:
    """The lines of a row, as many as its highest box has; shorter ones stand at its top, or at its bottom."""
    height = max(len(box.lines) for box in boxes)
    for number in range(height):
        yield Text.assemble(*(box.line(number - (height - len(box.lines)) * at_bottom) for box in boxes))
