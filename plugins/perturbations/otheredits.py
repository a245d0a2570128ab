"""Edits of case, white space and punctuation, for many texts at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import regex
from numpy.typing import NDArray

from xeval.api import (
    Change,
    Edits,
    Language,
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
    """One letter of a word gets the other case, if that is one letter too, and the way back is sure."""
    words = words_of(texts, language.script)
    cased = _others(language.code in ("tr", "az"))(words.codes) != 0
    before = np.concatenate(([0], np.cumsum(cased)))
    counts = before[words.ends] - before[words.starts]
    hit = chosen_of(words.texts, counts > 0, level, seeds)
    nth = before[words.starts[hit.which]] + counted_places(hit.seeds, 1, counts[hit.which])
    at = np.flatnonzero(cased)[nth]
    of = words.texts[hit.which]
    new = map(chr, _others(language.code in ("tr", "az"))(words.codes[at]).tolist())
    places = (at - words.firsts[of]).tolist()
    changes: list[Change] = [(place, place + 1, letter) for place, letter in zip(places, new, strict=True)]
    return edits_of(texts, hit, of, changes)


@cache
def _others(dotted: bool) -> Callable[[NDArray[Any]], NDArray[np.int32]]:
    """From code points to those of the other case, 0 where there is none: a table that grows with what it is asked."""
    table = np.full(0x110000, -1, np.int32)

    def look_up(codes: NDArray[Any]) -> NDArray[np.int32]:
        for code in np.unique(codes[table[codes] < 0]).tolist():
            other = ord(other_case(chr(code), dotted))
            table[code] = 0 if other == code else other
        found: NDArray[np.int32] = table[codes]
        return found

    return look_up


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
