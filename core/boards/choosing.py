"""What of a board is shown, and in which order: cells by what they say, lines by a column, the first of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from xeval.boards.board import Block, Board, Column, Entry, Hole, Line, System
from xeval.cell import Cell
from xeval.errors import BadValue, UnknownName
from xeval.plans.recipe import EMPTY, Recipe
from xeval.values import Language

CONDITION = re.compile(r"\s*(?P<field>[\w-]+)\s*(?P<sign>!?=)\s*(?P<wanted>.*?)\s*")
BETWEEN = re.compile(r",(?=\s*[\w-]+\s*!?=)")  # a recipe's own commas stand before no `name=`
Fields = Mapping[str, Callable[[Cell], Sequence[str]]]


@dataclass(frozen=True)
class Condition:
    """One part of a filter: what a field of a cell must be, or must not be; `*` and `?` stand for any letters."""

    field: str
    wanted: tuple[str, ...]
    without: bool

    def __str__(self) -> str:
        return f"{self.field}{'!=' if self.without else '='}{'|'.join(self.wanted)}"

    def holds(self, values: Sequence[str]) -> bool:
        """Whether any of a cell's values is wanted; none of them where it is to be without."""
        # A bracket stands for itself: recipes are full of them.
        patterns = [wanted.replace("[", "[[]") for wanted in self.wanted]
        return self.without != any(fnmatchcase(value, pattern) for value in values for pattern in patterns)


# ------------------------------------------------------------------------------------------------------------ filters


def parse_filter(text: str) -> tuple[Condition, ...]:
    """Read `model=small,language=sw|th,recipe!=none`. A field given twice must hold twice.

    >>> [str(one) for one in parse_filter("recipe=mnli[en,de]@far, language!=en")]
    ['recipe=mnli[en,de]@far', 'language!=en']
    """
    found = []
    for part in BETWEEN.split(text):
        match = CONDITION.fullmatch(part)
        if match is None or not match["wanted"]:
            raise BadValue(f"{part!r} is not FIELD=VALUE.", hint="Examples: language=sw|th  recipe!=none  model=xlm-*")
        found.append(Condition(match["field"], tuple(match["wanted"].split("|")), match["sign"] == "!="))
    return tuple(found)


def filtered(cells: Sequence[Cell], text: str, languages: Mapping[str, Language]) -> list[Cell]:
    """The cells for which every condition holds. Raises UnknownName for a field, BadValue if nothing is left.

    Clean cells have no perturbation and no level: conditions on those leave them in, since a change is from clean.
    """
    fields = fields_of(languages)
    left = list(cells)
    for condition in parse_filter(text):
        if condition.field not in fields:
            raise UnknownName("field of a cell", condition.field, list(fields))
        values, before = fields[condition.field], left
        always = condition.field in ("perturbation", "level")
        left = [cell for cell in left if (always and not cell.perturbation) or condition.holds(values(cell))]
        if not left or (always and not any(cell.perturbation for cell in left)):
            raise nothing_left(condition, before, values)
    return left


def nothing_left(condition: Condition, cells: Sequence[Cell], values: Callable[[Cell], Sequence[str]]) -> Exception:
    """The mistake of asking for what there is not: with the nearest of what there is."""
    there = list(dict.fromkeys(value for cell in cells for value in values(cell) if value))  # clean has no name
    if len(condition.wanted) == 1 and not condition.without:
        return UnknownName(condition.field, condition.wanted[0], there)
    return BadValue(f"No cell has {condition}.", hint=f"There is: {', '.join(there)}.")


def fields_of(languages: Mapping[str, Language]) -> Fields:
    """What a cell can be chosen by."""

    def known(cell: Cell) -> Language:
        return languages.get(cell.language) or Language(cell.language, cell.language, "unknown", "unknown")

    return {
        "model": lambda cell: (cell.model,),
        "recipe": lambda cell: (cell.recipe,),
        "intermediate": lambda cell: tasks_in(cell.recipe) or (EMPTY,),
        "system": lambda cell: (str(System(cell.model, cell.recipe)),),
        "target": lambda cell: (cell.target,),
        "language": lambda cell: (cell.language,),
        "family": lambda cell: (known(cell).family,),
        "script": lambda cell: (known(cell).script,),
        "resource": lambda cell: (str(known(cell).resource),),
        "perturbation": lambda cell: (cell.perturbation or "",),
        "level": lambda cell: (f"{cell.level:g}",),
        "seed": lambda cell: (str(cell.seed),),
    }


def tasks_in(recipe: str) -> tuple[str, ...]:
    """The intermediate tasks that a recipe names."""
    return tuple(part.task for step in Recipe.parse(recipe).steps for part in step.parts)


# ------------------------------------------------------------------------------------------------------------- order


def sorted_by(board: Board, name: str) -> Board:
    """Lines by a column: the greatest first, the least first after `NAME:up`; holes last. Ranks stay as they are.

    Blocks that lack the column stay as they are. Raises UnknownName if all do, BadValue if a name means several.
    """
    wanted, up = name.removesuffix(":up"), name.endswith(":up")
    if wanted == "system":
        blocks = [
            replace(one, lines=tuple(sorted(one.lines, key=lambda line: str(line.system)))) for one in board.blocks
        ]
        return replace(board, blocks=tuple(blocks))
    places = [place_of(block, wanted) for block in board.blocks]
    if board.blocks and all(place is None for place in places):
        raise UnknownName(
            "column", wanted, list(dict.fromkeys(c.head for block in board.blocks for c in block.columns))
        )
    pairs = zip(board.blocks, places, strict=True)
    blocks = [block if place is None else in_order(block, place, up) for block, place in pairs]
    return replace(board, blocks=tuple(blocks))


def place_of(block: Block, name: str) -> int | None:
    """The place of a column by all that stands above it, or by its name alone where that is enough."""
    whole = [place for place, column in enumerate(block.columns) if column.head == name]
    found = whole or [place for place, column in enumerate(block.columns) if column.name == name]
    if len(found) > 1:
        heads = " or ".join(f"'{block.columns[place].head}'" for place in found)
        raise BadValue(f"{len(found)} columns are called {name!r}.", hint=f"Write {heads}.")
    return found[0] if found else None


def in_order(block: Block, place: int, up: bool) -> Block:
    """The lines of a block by one of their entries; published lines stay below."""

    def key(line: Line) -> tuple[bool, bool, float]:
        entry = line.entries[place]
        value = 0.0 if isinstance(entry, Hole) else entry.value
        return bool(line.published), isinstance(entry, Hole), value if up else -value

    return replace(block, lines=tuple(sorted(block.lines, key=key)))


def first_lines(board: Board, count: int) -> Board:
    """The first lines of every block, with a note of how many there are; published lines stay."""
    return replace(board, blocks=tuple(shorter(block, count) for block in board.blocks))


def shorter(block: Block, count: int) -> Block:
    """The first lines of a block that are not published, and all that are."""
    own = [line for line in block.lines if not line.published]
    if len(own) <= count:
        return block
    lines = (*own[:count], *(line for line in block.lines if line.published))
    note = f"the first {count} of {len(own)} systems; ranks are among all of them"
    return replace(block, lines=lines, captions=(*block.captions, note))


def best_of(block: Block, place: int) -> float | None:
    """The best number of a column among the lines of the run."""
    column: Column = block.columns[place]
    entries: list[Entry] = [line.entries[place] for line in block.lines if not line.published]
    values = [entry.value for entry in entries if not isinstance(entry, Hole)]
    return (min(values) if column.less else max(values)) if values else None
