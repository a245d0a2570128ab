"""Standard output, and lists of texts on it: light, since `plugins list` must answer at once."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

UNLIMITED = 100_000  # columns: what is piped is not folded
ASCII = str.maketrans({"✗": "x", "·": ".", "–": "-", "─": "-", "•": "*", "✓": "+", "…": "."})
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")  # all but the line feed


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


def listing(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """A titled table of texts: wrapped where it must be, never cut; columns of numbers stand to the right."""
    texts = [[CONTROL.sub("�", text) for text in row] for row in rows]
    table = Table(title=Text(title), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for place, name in enumerate(columns):
        numeric = bool(texts) and all(is_number(row[place]) for row in texts)
        table.add_column(Text(name), justify="right" if numeric else "left", overflow="fold")
    for row in texts:
        table.add_row(*map(Text, row))
    return table


def is_number(text: str) -> bool:
    """Whether a text is a number, or the lack of one."""
    return not text.strip("+-0123456789.,%")
