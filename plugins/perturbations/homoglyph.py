"""Letters of other scripts that look the same, and characters that cannot be seen.

`homoglyph.tsv` is what Unicode's confusables.txt (UTS #39) says of letters of the Latin, Cyrillic, Greek and Armenian
scripts that are confused with one another. The eye sees no change; a tokenizer does (Boucher et al. 2022, Bad
Characters, 2106.09898).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from xeval.api import Language, hookimpl
from xeval.plugins.perturbations.letters import has_words, spelling
from xeval.plugins.perturbations.many import Replacing
from xeval.plugins.perturbations.tables import rows

SCRIPTS = {"Latn", "Cyrl", "Grek", "Armn"}
# Zero width space and word joiner. Joiners and non-joiners are spelling in Arabic script and in scripts of India: a
# reader would see them, so they are not put in.
UNSEEN = ("\u200b", "\u2060")
JOINERS = ("\u200c", "\u200d")


@dataclass(frozen=True)
class Homoglyph(Replacing):
    """A letter becomes one of another script that looks the same, in a share of those that have one; its marks stay."""

    name: str = "homoglyph"
    version: str = "2"
    unit: str = "graphemes"

    def covers(self, language: Language) -> bool:
        """Languages in scripts that share shapes: Latin, Cyrillic, Greek, Armenian."""
        return language.script in SCRIPTS

    def options(self, language: Language) -> Callable[[str], Sequence[str]]:
        """The homoglyphs of a grapheme."""
        return twins


@dataclass(frozen=True)
class Invisible(Replacing):
    """A character that cannot be seen, between two graphemes of a share of the words that have two."""

    name: str = "homoglyph.invisible"
    version: str = "2"
    unit: str = "words"

    def covers(self, language: Language) -> bool:
        """All languages but those whose words cannot be told apart."""
        return has_words(language)

    def options(self, language: Language) -> Callable[[str], Sequence[str]]:
        """A word with an unseen character in it; no cluster is split, and no joiner gets a new neighbour."""
        return lambda word: [word[:place] + unseen + word[place:] for place in seams(word) for unseen in UNSEEN]


@cache
def homoglyphs() -> Mapping[str, tuple[str, ...]]:
    """Letter to letters of other scripts with its shape and case.

    >>> homoglyphs()["х"]
    ('x',)
    """
    return {letter: tuple(others.split(" ")) for letter, others in rows("homoglyph")}


@lru_cache(maxsize=1 << 14)
def twins(grapheme: str) -> tuple[str, ...]:
    """What looks like a grapheme, with its marks; nothing that is not normalised (NFC)."""
    options = (new + grapheme[1:] for new in homoglyphs().get(grapheme[0], ()))
    return tuple(new for new in options if unicodedata.is_normalized("NFC", new))


@lru_cache(maxsize=1 << 14)
def seams(word: str) -> tuple[int, ...]:
    """The places between two graphemes of a word with no joiner beside them."""
    ends, at = [], 0
    for grapheme in spelling(word):
        at += len(grapheme)
        ends.append(at)
    return tuple(end for end in ends[:-1] if word[end - 1] not in JOINERS and word[end] not in JOINERS)


@hookimpl
def xeval_perturbations() -> list[Homoglyph | Invisible]:
    """The letters first: they are what the name stands for."""
    return [Homoglyph(), Invisible()]
