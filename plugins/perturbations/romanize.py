"""Words in Latin letters, as people write them who have no keyboard of their script at hand.

This project uses the universal romanizer software 'uroman' written by Ulf Hermjakob, USC Information Sciences Institute
(2015-2020); Hermjakob, May and Knight 2018, Out-of-the-box universal romanization tool uroman. Its release is pinned,
since another one would spell otherwise.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from xeval.api import Language, hookimpl
from xeval.plugins.perturbations.letters import has_words
from xeval.plugins.perturbations.many import Replacing


@dataclass(frozen=True)
class Romanized(Replacing):
    """A word is spelt in Latin letters, in a share of the words that are not; at level 1 all of them are.

    In scripts without spaces none is put in: a romanized word stands where the word stood.
    """

    name: str = "romanize"
    version: str = "2"
    unit: str = "words"

    def covers(self, language: Language) -> bool:
        """Languages in another script than Latin whose words can be told apart."""
        return language.script != "Latn" and has_words(language)

    def options(self, language: Language) -> Callable[[str], Sequence[str]]:
        """A word in Latin letters."""
        code = "" if language.constructed else language.iso3

        def latin(word: str) -> Sequence[str]:
            new = "" if word.isascii() else romanized(word, code)
            return () if new in ("", word) else (new,)

        return latin


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
