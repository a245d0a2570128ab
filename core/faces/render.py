"""Boards on a screen or in a file: as terminal tables, Markdown, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from xeval.boards.board import Block, Board, Column, Entry
from xeval.boards.statistics import Estimate
from xeval.faces.drawing import NAME, signs_of, tables
from xeval.faces.fitting import Field, abbreviated, letters_for
from xeval.faces.listings import CONTROL, printable
from xeval.faces.painting import interval, number, rank
from xeval.faces.tablelines import table_lines

SCHEMA = "xeval.leaderboard/1"


# ----------------------------------------------------------------------------------------------------------- boards


def draw(on: Console, board: Board) -> None:
    """Draw a board: a table for each block, several where the console is too narrow, then what they show."""
    letters = letters_for(str(line.system) for block in board.blocks for line in block.lines)
    laid_out = [(block, tables(block, letters, on.width)) for block in board.blocks]
    names = "".join(name for _, parts in laid_out for name in parts[0][NAME].cells)
    used = {found: letter for found, letter in letters.items() if letter in names}
    for block, parts in laid_out:
        draw_block(on, briefer(block, used), parts)
    meanings = (f"{letter[1:-1]} = {found[1:-1]}" for found, letter in used.items())
    for caption in (*meanings, *board.captions):
        remark(on, caption, style="dim")
    for note in board.notes:
        remark(on, abbreviated(note, used), "•")


def briefer(block: Block, letters: Mapping[str, str]) -> Block:
    """A block whose words abbreviate what its names do."""
    notes = tuple(abbreviated(note, letters) for note in block.notes)
    return replace(block, title=abbreviated(block.title, letters), notes=notes)


def draw_block(on: Console, block: Block, parts: Sequence[Sequence[Field]]) -> None:
    """Draw the tables of a block, what their columns mean, and what they show."""
    for part, fields in enumerate(parts):
        title = f"\n{block.title}, continued" if part else block.title
        on.print(Text(printable(title, on), style="bold"), overflow="fold")
        table = Text("\n").join(table_lines(fields))
        table.plain = printable(table.plain, on)
        # As it is, whatever the width: nothing is wrapped and nothing is cut.
        on.print(table, no_wrap=True, overflow="ignore", crop=False)
    for caption in (*signs_of(block), *block.captions):
        remark(on, caption, style="dim")
    for note in block.notes:
        remark(on, note, "•")
    on.print()


def remark(on: Console, text: str, sign: str = " ", style: str = "") -> None:
    """Print a sentence, wrapped between words and hanging from its sign."""
    grid = Table.grid(padding=(0, 1))
    grid.add_row(printable(sign, on), Text(printable(text, on), style=style, overflow="fold"))
    on.print(grid)


# ------------------------------------------------------------------------------------------------------------ files


def as_markdown(board: Board) -> str:
    """A board as Markdown: a table for each block."""
    blocks = ["\n".join(markdown_lines(block)) for block in board.blocks]
    captions = "\n".join(f"{escaped(caption)}  " for caption in board.captions)
    notes = "\n".join(f"- {escaped(note)}" for note in board.notes)
    return "\n\n".join(part for part in [*blocks, captions, notes] if part)


def markdown_lines(block: Block) -> Iterator[str]:
    """The lines of a block: headline, table, captions, notes."""
    yield f"### {escaped(block.title)}\n"
    heads = [f"{column.group} {column.name}".strip() for column in block.columns]
    yield markdown_row(["rank", "system", *heads])
    yield "| ---: | :--- |" + " ---: |" * len(heads)
    for line in block.lines:
        cells = [markdown_entry(*pair) for pair in zip(block.columns, line.entries, strict=True)]
        yield markdown_row([rank(line), str(line.system), *cells])
    yield ""
    yield from (f"{escaped(text)}  " for text in (*signs_of(block), *block.captions))
    yield from (f"- {escaped(note)}" for note in block.notes)


def markdown_entry(column: Column, entry: Entry) -> str:
    """A number, with its interval where that is asked for."""
    within = f" ({interval(entry)})" if column.interval and isinstance(entry, Estimate) else ""
    return number(column, entry) + within


def markdown_row(cells: Iterable[str]) -> str:
    """A row of a table."""
    return f"| {' | '.join(map(escaped, cells))} |"


def escaped(text: str) -> str:
    """Text that Markdown leaves as it is, on one line."""
    return re.sub(r"([\\`*_\[\]<>|#~])", r"\\\1", CONTROL.sub("�", text).replace("\n", " "))


LINE_HEADS = ["block", "rank", "rank_worst", "model", "recipe", "published"]
ENTRY_HEADS = ["group", "column", "kind", "value", "low", "high", "state", "reason"]


def as_csv(board: Board) -> str:
    """A board as a long CSV table, a line for each number; scores are shares."""
    file = io.StringIO()
    writer = csv.DictWriter(file, LINE_HEADS + ENTRY_HEADS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(record for block in board.blocks for record in records(block))
    return file.getvalue()


def records(block: Block) -> Iterator[dict[str, Any]]:
    """Every number of a block with all that it belongs to."""
    for line in block.lines:
        best, worst = line.rank or (None, None)
        about = {"block": block.title, "rank": best, "rank_worst": worst, **asdict(line.system)}
        about["published"] = line.published
        for column, entry in zip(block.columns, line.entries, strict=True):
            its = {"group": column.group, "column": column.name, "kind": column.kind, "state": "done"}
            yield about | its | asdict(entry)


def as_json(board: Board) -> str:
    """A board as JSON; scores are shares."""
    document = {"schema": SCHEMA, **asdict(board)}
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
