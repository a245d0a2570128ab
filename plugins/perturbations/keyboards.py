"""Which letters have their keys next to each other, on the keyboard that a language is typed on."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from xeval.api import Language
from xeval.plugins.perturbations.layouts import BRAHMIC, BY_LANGUAGE, BY_SCRIPT, BY_SCRIPT_OF_CONSTRUCTED, LAYOUTS, Rows

Neighbours = Mapping[str, tuple[str, ...]]

# Where a row's first key is, in key widths: each row of ISO/IEC 9995-1 stands a little to the right of the one above.
FIRST_KEY = (0.0, 1.5, 1.75, 1.25)


def neighbours(language: Language) -> Neighbours:
    """The letters next to each letter, on the language's keyboard; empty if no layout is known for it.

    >>> neighbours(Language("en", "English", "", "Latn"))["g"]
    ('b', 'f', 'h', 't', 'v', 'y')
    """
    if language.script in BRAHMIC:
        return _around("inscript", BRAHMIC[language.script])
    name = layout(language)
    return _around(name) if name else {}


def layout(language: Language) -> str:
    """The name of a language's layout; "" if none is known."""
    if language.constructed:
        return BY_SCRIPT_OF_CONSTRUCTED.get(language.script) or BY_SCRIPT.get(language.script, "")
    return BY_LANGUAGE.get(language.code) or BY_SCRIPT.get(language.script, "")


@cache
def _around(name: str, block: int = 0) -> Neighbours:
    found: dict[str, set[str]] = {}
    for rows in levels(name, block):
        keys = list(places(rows))
        for letter, x, y in keys:
            near = {other for other, x2, y2 in keys if abs(x2 - x) <= 1 and abs(y2 - y) <= 1}
            found.setdefault(letter, set()).update(near - {letter})
    return {letter: tuple(sorted(near)) for letter, near in sorted(found.items()) if near}


def levels(name: str, block: int) -> list[Rows]:
    """The rows of a layout without and with shift; `block` is where the script begins that stands for Devanagari."""
    layout = LAYOUTS[name]
    rows = [layout.rows, layout.shifted or _each(layout.rows, capital)]
    return [_each(level, lambda letter: chr(ord(letter) - 0x0900 + block)) for level in rows] if block else rows


def places(rows: Rows) -> Iterator[tuple[str, float, int]]:
    """The letters of a keyboard, each with the place of its key: across in key widths, and down in rows."""
    for number, (row, first) in enumerate(zip(rows, FIRST_KEY, strict=True)):
        for key, letter in enumerate(row):
            if unicodedata.category(letter).startswith("L"):
                yield letter, first + key, number


def capital(letter: str) -> str:
    """The capital that is typed with the same key, or a space if there is none."""
    upper = letter.upper()
    return upper if len(upper) == 1 and upper.lower() == letter else " "


def _each(rows: Rows, change: Callable[[str], str]) -> Rows:
    digits, top, home, bottom = ("".join(" " if key == " " else change(key) for key in row) for row in rows)
    return digits, top, home, bottom
