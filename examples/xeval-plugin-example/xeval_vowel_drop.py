"""Words lose their vowels, as in short messages: "vowels" becomes "vwls"."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from xeval.api import Language, Piece, change_words, hookimpl

VOWELS = "aeiouAEIOU"


def without_vowels(word: str) -> str:
    return "".join(letter for letter in word if letter not in VOWELS)


class VowelDrop:
    name = "vowel-drop"
    version = "1"

    def covers(self, language: Language) -> bool:
        return language.script == "Latn"

    def perturb(self, text: str, language: Language, level: float, rng: Random) -> Sequence[Piece]:
        return change_words(
            text,
            language,
            level,
            rng,
            edit=lambda word, own: without_vowels(word),
            eligible=lambda word: 0 < len(without_vowels(word)) < len(word),
        )


@hookimpl
def xeval_perturbations() -> list[VowelDrop]:
    return [VowelDrop()]
