"""Boards as Markdown: for any reader of it, and for GitHub, which makes more of a text than others do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from xeval.boards.board import Block, Board, Column, Entry
from xeval.boards.statistics import Estimate
from xeval.charts.markup import UNWRITABLE
from xeval.faces.drawing import signs_of
from xeval.faces.painting import interval, number, rank

SIGNS = re.compile(r"([\\`*_\[\]<>|#~&])")
BEGINNING = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))")  # what would begin a list, a rule or a headline
# GitHub turns these into mentions, links to issues, formulas: an empty comment, or a tag, is enough to stop it.
CALLS = re.compile(r"@(?=\w)|#(?=\d)|\$")
CALLING = {"$": "<span>$</span>"}
Quote = Callable[[str], str]


def as_markdown(board: Board) -> str:
    """A board as Markdown: a table for each block."""
    return whole(board, ["\n".join(markdown_lines(block, escaped)) for block in board.blocks], escaped)


def as_github(board: Board) -> str:
    """A board for a summary or a comment on GitHub: the last block, which is the mean, is open, the others folded."""
    folded = [details(block) for block in board.blocks[:-1]]
    last = ["\n".join(markdown_lines(block, on_github)) for block in board.blocks[-1:]]
    return whole(board, [*last, *folded], on_github)


def details(block: Block) -> str:
    """A block that is opened by a click."""
    table = "\n".join(markdown_lines(block, on_github, titled=False))
    return f"<details><summary>{on_github(block.title)}</summary>\n\n{table}\n\n</details>"


def whole(board: Board, blocks: Sequence[str], quote: Quote) -> str:
    """Blocks, then what holds for all of them."""
    captions = "\n".join(f"{quote(caption)}  " for caption in board.captions)
    notes = "\n".join(f"- {quote(note)}" for note in board.notes)
    return "\n\n".join(part for part in [*blocks, captions, notes] if part) + "\n"


def markdown_lines(block: Block, quote: Quote, titled: bool = True) -> Iterator[str]:
    """The lines of a block: headline, table, captions, notes."""
    if titled:
        yield f"### {quote(block.title)}\n"
    yield markdown_row(["rank", "system", *(column.head for column in block.columns)], quote)
    yield "| ---: | :--- |" + " ---: |" * len(block.columns)
    for line in block.lines:
        cells = [markdown_entry(*pair) for pair in zip(block.columns, line.entries, strict=True)]
        yield f"| {rank(line)} | {quote(str(line.system))} | {' | '.join(cells)} |"
    yield ""
    yield from (f"{quote(text)}  " for text in (*signs_of(block), *block.captions))
    yield from (f"- {quote(note)}" for note in block.notes)


def markdown_entry(column: Column, entry: Entry) -> str:
    """A number, with its interval where that is asked for."""
    within = f" ({interval(column, entry)})" if column.interval and isinstance(entry, Estimate) else ""
    return number(column, entry) + within


def markdown_row(cells: Iterable[str], quote: Quote | None = None) -> str:
    """A row of a table."""
    return f"| {' | '.join(map(quote or quoted, cells))} |"


def escaped(text: str) -> str:
    """Text that Markdown leaves as it is, on one line.

    >>> escaped("<b>|*x*"), escaped("- no list"), escaped("1. no list")
    ('\\\\<b\\\\>\\\\|\\\\*x\\\\*', '\\\\- no list', '1\\\\. no list')
    """
    return BEGINNING.sub(lambda m: m[1] + (f"{m[2]}\\" if m[2].isdigit() else f"\\{m[2]}"), quoted(text))


def quoted(text: str) -> str:
    """Text with every sign that means something in the middle of a line made to mean nothing."""
    return SIGNS.sub(r"\\\1", UNWRITABLE.sub("�", text).replace("\n", " ").replace("\t", " "))


def on_github(text: str) -> str:
    """The same, calling nobody and linking to nothing: `@english-first` is an order and no user."""
    first, *rest = CALLS.split(text)
    calls = (CALLING.get(call, f"{quoted(call)}<!-- -->") for call in CALLS.findall(text))
    return escaped(first) + "".join(call + quoted(part) for call, part in zip(calls, rest, strict=True))
