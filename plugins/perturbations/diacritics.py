"""Marks left out, as people leave them out who type in haste or on a keyboard of another language.

`diacritics.tsv` says which marks the spelling of a language needs: those of the main exemplar characters of Unicode
CLDR 48 in alphabets (so none in English), hamza, madda and vowel signs of its main and auxiliary ones in Arabic script,
niqqud in Hebrew, nukta in the scripts of India. Of й, which nobody takes apart, it is no mark.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from xeval.api import Language, hookimpl
from xeval.plugins.perturbations.many import Replacing
from xeval.plugins.perturbations.tables import rows

WHOLE = "йЙ"
STROKES = str.maketrans("đĐłŁøØıħĦ", "dDlLoOihH")  # letters that Unicode does not take apart
HAMZA = frozenset("\u0653\u0654\u0655")
VOWELS = frozenset(map(chr, [*range(0x64B, 0x653), 0x670, *range(0x5B0, 0x5BD), 0x5C1, 0x5C2]))
NUKTA = frozenset("\u093c\u09bc\u0a3c\u0abc\u0b3c\u0cbc")
TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
TONAL = frozenset({"vi", "yo"})  # whose accents are tones; a dot below is one in Vietnamese alone


@dataclass(frozen=True)
class Bare(Replacing):
    """A grapheme loses its marks, in a share of those that have any that the language needs.

    `about` says what this kind does, `only` are the marks that it takes away, or all, `among` its languages, or all.
    """

    name: str = "diacritics"
    about: str = "A grapheme loses its marks, of those that the language needs."
    only: frozenset[str] = frozenset()
    among: frozenset[str] = frozenset()
    version: str = "2"
    unit: str = "graphemes"

    def covers(self, language: Language) -> bool:
        """The languages whose spelling needs such marks."""
        return bool(self.marks(language))

    def options(self, language: Language) -> Callable[[str], Sequence[str]]:
        """The letters alone."""
        marks, farsi = self.marks(language), language.code != "ar"

        def without(grapheme: str) -> Sequence[str]:
            left = bare(grapheme, marks, farsi)
            return () if left == grapheme else (left,)

        return without

    def marks(self, language: Language) -> frozenset[str]:
        """What is taken away in a language: marks, and letters with a stroke."""
        if language.constructed or (self.among and language.code not in self.among):
            return frozenset()
        found = needed().get(language.code, frozenset())
        if not self.only:
            return found
        return found & self.only - (frozenset("\u0323") if language.code == "yo" else frozenset())


@cache
def needed() -> Mapping[str, frozenset[str]]:
    """Language to the marks that its spelling needs, and its letters with a stroke.

    >>> [f"{ord(mark):04X}" for mark in sorted(needed()["de"])]
    ['0308']
    """
    found = {}
    for code, codes, *strokes in rows("diacritics"):
        found[code] = frozenset((*(chr(int(one, 16)) for one in codes.split()), *"".join(strokes)))
    return found


@lru_cache(maxsize=1 << 15)
def bare(grapheme: str, marks: frozenset[str], farsi: bool) -> str:
    """A grapheme without some marks; the yeh that a hamza leaves behind is Farsi yeh, except in Arabic.

    >>> bare("ậ", frozenset("\u0323"), True), bare("ł", frozenset("ł"), True), bare("й", frozenset("\u0306"), True)
    ('â', 'l', 'й')
    """
    if grapheme[0] in WHOLE:
        return grapheme
    parts = unicodedata.normalize("NFD", grapheme)
    left = "".join(part for part in parts if not (part in marks and unicodedata.combining(part)))
    if left != parts and farsi:
        left = left.replace("\u064a", "\u06cc")
    new = left.translate(STROKES) if left.lower() in marks else left
    return unicodedata.normalize("NFC", new) if new != parts else grapheme


@hookimpl
def xeval_perturbations() -> list[Bare]:
    """All marks first, then kinds of them alone."""
    return [
        Bare(),
        Bare("diacritics.tones", "A grapheme loses its tone marks.", TONES, TONAL),
        Bare("diacritics.vowels", "A grapheme loses its vowel signs: harakat, niqqud.", VOWELS),
        Bare("diacritics.hamza", "A grapheme loses its hamza or madda.", HAMZA),
        Bare("diacritics.nukta", "A grapheme loses its nukta.", NUKTA),
    ]
