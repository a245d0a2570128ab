"""Edits of case, white space and punctuation, for many texts at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from random import Random

import numpy as np
import regex

from xeval.api import (
    Change,
    Edits,
    Language,
    change_many_words,
    chosen_of,
    counted_places,
    edits_of,
    graphemes_of,
    words_of,
)

DOTTED = {"i": "İ", "İ": "i", "ı": "I", "I": "ı"}  # Turkish and Azerbaijani
JAMO = (0x1160, 0x11FF)  # vowels and finals, which would join the letter before them
MARK = regex.compile(r"\p{P}(?![\p{M}\u1160-\u11FF])")
INNER = regex.compile(r"(?<=[\p{L}\p{N}\p{M}])\p{P}(?=[\p{L}\p{N}])")


def case_changed(texts: Sequence[str], language: Language, level: float, seeds: Sequence[int]) -> list[Edits]:
    """One letter of a word gets the other case; only letters of which it is one letter too, and the way back is sure."""
    dotted = language.code in ("tr", "az")

    def edit(word: str, rng: Random) -> str:
        places = cased(word, dotted)
        place = places[int(rng.random() * len(places))]
        return word[:place] + other_case(word[place], dotted) + word[place + 1 :]

    return change_many_words(texts, language, level, seeds, edit, eligible=lambda word: bool(cased(word, dotted)))


@lru_cache(maxsize=1 << 16)
def cased(word: str, dotted: bool) -> tuple[int, ...]:
    """The places of the letters of a word that have another case."""
    return tuple(place for place, letter in enumerate(word) if other_case(letter, dotted) != letter)


def other_case(letter: str, dotted: bool) -> str:
    """The small letter of a capital and the capital of a small letter; itself if there is none.

    >>> other_case("ß", dotted=False), other_case("i", dotted=True)
    ('ß', 'İ')
    """
    if dotted and letter in DOTTED:
        return DOTTED[letter]
    other = letter.swapcase()
    return other if len(other) == 1 and other.swapcase() == letter else letter


def space_changed(texts: Sequence[str], language: Language, level: float, seeds: Sequence[int]) -> list[Edits]:
    """The space before a word is left out, or one gets between two graphemes of it; each as likely, if both can be."""
    words = words_of(texts, language.script)
    graphemes = graphemes_of(words)
    codes = np.concatenate((words.codes, [ord("\n")] * 2))  # the places before the first are the last ones
    apart = (codes[words.starts - 1] == ord(" ")) & ~np.isin(codes[words.starts - 2], (ord(" "), ord("\n"), ord("\t")))
    apart &= (codes[words.starts] < JAMO[0]) | (codes[words.starts] > JAMO[1])
    long = graphemes.counts > 1
    hit = chosen_of(words.texts, apart | long, level, seeds)
    of = words.texts[hit.which]
    joins = apart[hit.which] & (~long[hit.which] | (counted_places(hit.seeds, 1, np.full(len(of), 2)) == 0))
    inner = graphemes.firsts[hit.which] + 1 + counted_places(hit.seeds, 2, graphemes.counts[hit.which] - 1)
    starts = words.starts[hit.which]
    at = np.where(joins, starts - 1, graphemes.starts[np.where(joins, 0, inner)]) - words.firsts[of]
    changes: list[Change] = [
        (place, place + 1, "") if join else (place, place, " ")
        for place, join in zip(at.tolist(), joins.tolist(), strict=True)
    ]
    return edits_of(texts, hit, of, changes)


def punctuation_changed(texts: Sequence[str], language: Language, level: float, seeds: Sequence[int]) -> list[Edits]:
    """A mark is left out or stands twice, each as likely; not those inside words and numbers."""
    spans = [(number, at) for number, text in enumerate(texts) for at in marks(text)]
    places = np.array(spans, np.int64).reshape(-1, 2)
    hit = chosen_of(places[:, 0], np.ones(len(places), np.bool_), level, seeds)
    doubled = counted_places(hit.seeds, 1, np.full(len(hit.which), 2)).tolist()
    found = [(*spans[which], twice) for which, twice in zip(hit.which.tolist(), doubled, strict=True)]
    changes = [(at, at + 1, texts[number][at] * 2 * twice) for number, at, twice in found]
    return edits_of(texts, hit, places[hit.which, 0], changes)


def marks(text: str) -> list[int]:
    """Where marks of punctuation are.

    >>> marks("It's 3.14, no?")
    [9, 13]
    """
    inner = {match.start() for match in INNER.finditer(text)}
    return [match.start() for match in MARK.finditer(text) if match.start() not in inner]
