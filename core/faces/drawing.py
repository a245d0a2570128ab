"""How a block of a board is laid out on a terminal: the fullest names among the fewest tables that fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from xeval.boards.board import WORDS, Block, holes_in
from xeval.faces.fitting import Field, abbreviated, folded, split, width_of
from xeval.faces.painting import SIGNS, fields_of

STICKY = 2  # rank and system begin every table
NAME = 1  # where the system's name is
UNFOLDED = 10_000
FOLDED = (32, 22, 16, 10)  # widths that names are folded to, in turn
READABLE = 4  # namings that break no word of a recipe


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
    first, *others = min(easy or hard or found[-1:], key=len)
    return [first, *(without_silent(part, block) for part in others)]


def without_silent(fields: Sequence[Field], block: Block) -> list[Field]:
    """A table that goes on without the published lines that have no number in it."""
    nothing = ("", SIGNS["not-offered"])
    said = [any(field.cells[n] not in nothing for field in fields[STICKY:]) for n in range(len(block.lines))]
    kept = [n for n, line in enumerate(block.lines) if said[n] or not line.published]
    return [
        replace(field, cells=tuple(field.cells[n] for n in kept), styles=tuple(field.styles[n] for n in kept))
        for field in fields
    ]


def namings(names: Sequence[str], letters: Mapping[str, str]) -> Iterator[list[str]]:
    """Names in full, with letters for lists, then folded ever more."""
    yield list(names)
    for width in (UNFOLDED, *FOLDED):
        yield [folded(abbreviated(name, letters), width) for name in names]


def fits(parts: Sequence[Sequence[Field]], width: int) -> bool:
    """Whether every table is narrow enough."""
    return all(width_of(part) <= width for part in parts)
