"""Tables of any width on consoles of any width: names folded, columns split over several tables, no number ever cut."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from rich.cells import cell_len

FOLDS = re.compile(r"(?= \+ )|(?=[\[@>*%&~])|(?= \w+=)")  # before the parts of a recipe
LANGUAGES = re.compile(r"\[[^\]]{6,}\]")  # a list that is longer than its abbreviation


@dataclass(frozen=True)
class Field:
    """One column as drawn: head and cells may have several lines; `styles` is one for each cell."""

    head: str
    cells: tuple[str, ...]
    styles: tuple[str, ...]
    group: str = ""
    right: bool = True

    @cached_property
    def width(self) -> int:
        """Characters that the widest line takes, a space on either side."""
        return 2 + max((cell_len(line) for text in (self.head, *self.cells) for line in text.split("\n")), default=0)


@dataclass(frozen=True)
class Span:
    """Neighbours under one header: their widths, and the lines of the header folded over them."""

    fields: tuple[Field, ...]
    widths: tuple[int, ...]
    head: tuple[str, ...]


def spans(fields: Iterable[Field]) -> list[Span]:
    """Fields with what stands above them. A word wider than they are widens the first of them."""
    found = []
    for group, alike in groupby(fields, key=lambda field: field.group):
        members = tuple(alike)
        widths = [field.width for field in members]
        longest = max(map(cell_len, group.split()), default=0) + 2
        widths[0] += max(0, longest - sum(widths))
        found.append(Span(members, tuple(widths), tuple(words_within(group, sum(widths) - 2))))
    return found


def width_of(fields: Iterable[Field]) -> int:
    """Characters that a table takes."""
    return sum(sum(span.widths) for span in spans(fields))


def words_within(text: str, width: int) -> list[str]:
    """Text folded between words; a word that is too long has a line of its own."""
    lines: list[str] = []
    for word in text.split():
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


# ---------------------------------------------------------------------------------------------------------- columns


def split(fields: Sequence[Field], sticky: int, width: int) -> list[list[Field]]:
    """Tables that are no wider than `width`, each beginning with the first `sticky` fields.

    What is under one header stays together if it fits at all. One field a table is the narrowest there is.
    """
    first, rest = list(fields[:sticky]), list(fields[sticky:])
    parts = [list(first)]
    for piece in pieces(rest, width - width_of(first)):
        if len(parts[-1]) > sticky and width_of([*parts[-1], *piece]) > width:
            parts.append(list(first))
        parts[-1].extend(piece)
    return parts


def pieces(fields: Iterable[Field], width: int) -> Iterator[list[Field]]:
    """Fields that stay together: those of one header, or each alone where that is too wide."""
    for group, found in groupby(fields, key=lambda field: field.group):
        members = list(found)
        if group and width_of(members) <= width:
            yield members
        else:
            yield from ([field] for field in members)


# ------------------------------------------------------------------------------------------------------------ names


def letters_for(names: Iterable[str]) -> dict[str, str]:
    """A letter for each long list of languages in some names.

    >>> letters_for(["mini", "mini + mnli[en,de,sw]@far-to-near"])
    {'[en,de,sw]': '[L]'}
    """
    lists = list(dict.fromkeys(found for name in names for found in LANGUAGES.findall(name)))
    return {found: "[L]" if len(lists) == 1 else f"[L{number}]" for number, found in enumerate(lists, 1)}


def abbreviated(name: str, letters: Mapping[str, str]) -> str:
    """A name with letters for its lists of languages."""
    return LANGUAGES.sub(lambda match: letters.get(match[0], match[0]), name)


def folded(name: str, width: int) -> str:
    """A name in lines of at most `width`, broken where a part of a recipe begins; a longer part is broken anywhere.

    >>> print(folded("mini + mnli[L]@far-to-near", 14))
    mini + mnli[L]
      @far-to-near
    """
    lines = [""]
    for part in FOLDS.split(name):
        if not lines[-1] or cell_len(lines[-1] + part) <= width:
            lines[-1] += part
        else:
            lines.append(f"  {part.lstrip()}")
    return "\n".join(piece for line in lines for piece in broken(line, width))


def broken(line: str, width: int) -> Iterator[str]:
    """A line in stretches of `width`."""
    yield line[:width]
    for start in range(width, len(line), max(1, width - 2)):
        yield f"  {line[start : start + max(1, width - 2)]}"
