"""Boards on a screen: as terminal tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rich.console import Console
from rich.table import Table
from rich.text import Text

from xeval.boards.board import Block, Board
from xeval.faces.drawing import NAME, signs_of, tables
from xeval.faces.fitting import Field, abbreviated, letters_for
from xeval.faces.listings import printable
from xeval.faces.tablelines import table_lines

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
