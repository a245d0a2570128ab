"""What kind of letter a grapheme begins with, and letters near it."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from xeval.api import Language, graphemes

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
def near(grapheme: str) -> list[str]:
    """Letters of its kind near a grapheme in Unicode: what may stand in its place if its text has no other like it."""
    code = ord(grapheme[0])
    around = (chr(other) for other in range(max(0, code - NEAR), code + NEAR + 1) if other != code)
    return [other for other in around if kind(other) == kind(grapheme)]
