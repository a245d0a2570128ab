"""Graphemes of a word, and others like them: the same script, the same case, and best of all from the same text."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from xeval.api import Language, graphemes

Letters = Mapping[tuple[str, str], tuple[str, ...]]

NO_WORDS = {"Khmr", "Laoo"}  # nobody finds their words for us: see xeval.api.words
NEAR = 16  # code points: about the half of an alphabet


def has_words(language: Language) -> bool:
    """Whether words of more than one grapheme can be found in the language."""
    return language.script not in NO_WORDS


@lru_cache(maxsize=1 << 16)
def spelling(word: str) -> tuple[str, ...]:
    """The graphemes of a word.

    >>> spelling("नमस्ते")
    ('न', 'म', 'स्ते')
    """
    return tuple(word) if word.isascii() else tuple(unit.text for unit in graphemes(word))


@lru_cache(maxsize=1 << 16)
def kind(grapheme: str) -> tuple[str, str]:
    """The script of a grapheme's first character, by the first word of its Unicode name, and its category.

    >>> kind("é"), kind("Ж"), kind("7")
    (('LATIN', 'Ll'), ('CYRILLIC', 'Lu'), ('DIGIT', 'Nd'))
    """
    return unicodedata.name(grapheme[0], "").split(" ")[0], unicodedata.category(grapheme[0])


@lru_cache(maxsize=1 << 12)
def letters_of(text: str) -> Letters:
    """The different graphemes of a text, by kind and in order of code points: the letters that its language writes."""
    found: dict[tuple[str, str], list[str]] = {}
    for grapheme in sorted(set(spelling(text))):
        found.setdefault(kind(grapheme), []).append(grapheme)
    return {key: tuple(value) for key, value in found.items()}


def others(grapheme: str, letters: Letters) -> list[str]:
    """What could stand in place of a grapheme: those of its kind in the text, or else those near it in Unicode."""
    found = [other for other in letters.get(kind(grapheme), ()) if other != grapheme]
    return found or [other for other in _near(grapheme[0]) if kind(other) == kind(grapheme)]


def _near(character: str) -> list[str]:
    code = ord(character)
    return [chr(other) for other in range(max(0, code - NEAR), code + NEAR + 1) if other != code]
