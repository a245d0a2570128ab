"""Words in Latin letters, as people write them who have no keyboard of their script at hand.

This project uses the universal romanizer software 'uroman' written by Ulf Hermjakob, USC Information Sciences Institute
(2015-2020); Hermjakob, May and Knight 2018, Out-of-the-box universal romanization tool uroman. Its release is pinned,
since another one would spell otherwise.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from random import Random
from typing import Any

from xeval.api import Language, Piece, change_words, hookimpl
from xeval.plugins.perturbations.letters import has_words


@dataclass(frozen=True)
class Romanized:
    """A word is spelt in Latin letters, in a share of the words that are not; at level 1 all of them are.

    In scripts without spaces none is put in: a romanized word stands where the word stood.
    """

    name: str = "romanize"
    version: str = "1"

    def covers(self, language: Language) -> bool:
        """Languages in another script than Latin whose words can be told apart."""
        return language.script != "Latn" and has_words(language)

    def perturb(self, text: str, language: Language, level: float, rng: Random) -> Sequence[Piece]:
        """The text with each word hit in Latin letters."""
        code = "" if language.constructed else language.iso3
        return change_words(
            text,
            language,
            level,
            rng,
            lambda word, own: romanized(word, code),
            eligible=lambda word: not word.isascii() and romanized(word, code) not in ("", word),
        )


@lru_cache(maxsize=1 << 16)
def romanized(word: str, code: str) -> str:
    """A word in Latin letters by the rules for a language (ISO 639-3; none is needed); "" if it is in them already."""
    if all("LATIN" in unicodedata.name(letter, "") for letter in word if letter.isalpha()):
        return ""
    latin: str = _uroman().romanize_string(word, lcode=code or None)
    return unicodedata.normalize("NFC", "".join(latin.split()))


@cache
def _uroman() -> Any:
    """Its tables take two seconds to read, so they are read when a word is there to be spelt."""
    from uroman import Uroman

    return Uroman()


@hookimpl
def xeval_perturbations() -> list[Romanized]:
    """One kind."""
    return [Romanized()]
