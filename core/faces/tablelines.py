"""Columns as the lines of a terminal: heads over a rule over rows, painted cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from xeval.faces.fitting import Field, Span, spans


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


def table_lines(fields: Sequence[Field]) -> Iterator[Text]:
    """A table: heads over a rule over the rows."""
    found = spans(fields)
    widths = [width for span in found for width in span.widths]
    if any(span.head for span in found):
        yield from row_lines([Box(headed(span), sum(span.widths), True, "dim") for span in found], True)
    if any(field.head for field in fields):
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
        line = Text.assemble(*(box.line(number - (height - len(box.lines)) * at_bottom) for box in boxes))
        if " on " not in boxes[-1].style:  # paint reaches to the edge, blanks do not
            line.rstrip()
        yield line
