"""What speech puts into a text: fillers, false starts, and words that were heard right and spelt wrong.

`fillers.tsv` holds what speakers say while they think, of the languages for which Wikipedia's article Filler
(linguistics) or a list of European fillers names some. `homophones.tsv` holds sets of frequent English words with one
pronunciation in CMUdict, without those that differ in British and American spelling; and of the common Chinese
characters (GB 2312, first level), those with one reading, tone included, in Unihan (kMandarin).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from xeval.api import Language, Piece, change_characters, change_words, hookimpl
from xeval.plugins.perturbations.letters import has_words, spelling
from xeval.plugins.perturbations.natural import as_written
from xeval.plugins.perturbations.picking import draw, space_after
from xeval.plugins.perturbations.tables import rows

Sounds = Mapping[str, tuple[str, ...]]  # a word to others that sound the same


@dataclass(frozen=True)
class Filler:
    """A filler of the language is said before a share of the words."""

    name: str = "speech.filler"
    version: str = "1"
    adds_words: bool = True

    def covers(self, language: Language) -> bool:
        """The languages whose fillers are known; see fillers.tsv."""
        return language.code in fillers()

    def perturb(self, text: str, language: Language, level: float, rng: Random) -> Sequence[Piece]:
        """The text with a filler before each word hit."""
        known = fillers().get(language.code, ("",))

        def edit(word: str, own: Random) -> str:
            filler = draw(known, own)
            return filler + space_after(filler, language) + word

        return change_words(text, language, level, rng, edit, eligible=lambda word: language.code in fillers())


@dataclass(frozen=True)
class FalseStart:
    """A share of the words is begun twice: their first grapheme, a hyphen, and the word."""

    name: str = "speech.stutter"
    version: str = "1"

    def covers(self, language: Language) -> bool:
        """Languages whose words can be told apart and stand apart."""
        return has_words(language) and space_after("", language) == space_after("ä", language) == " "

    def perturb(self, text: str, language: Language, level: float, rng: Random) -> Sequence[Piece]:
        """The text with each word hit begun twice."""
        return change_words(text, language, level, rng, lambda word, own: f"{beginning(word)}-{word}")


@dataclass(frozen=True)
class Homophone:
    """A word, in Chinese a character, becomes one that sounds the same, in a share of those that have one."""

    name: str = "speech.homophone"
    version: str = "1"

    def covers(self, language: Language) -> bool:
        """English and Chinese."""
        return language.code in homophones()

    def perturb(self, text: str, language: Language, level: float, rng: Random) -> Sequence[Piece]:
        """The text with a homophone for each word or character hit."""
        known = homophones().get(language.code, {})
        change = change_characters if language.code == "zh" else change_words
        return change(
            text,
            language,
            level,
            rng,
            lambda word, own: draw(sounding(word, known), own),
            eligible=lambda word: bool(sounding(word, known)),
        )


def beginning(word: str) -> str:
    """The first grapheme of a word.

    >>> beginning("नमस्ते"), beginning("boat")
    ('न', 'b')
    """
    return spelling(word)[0]


@cache
def fillers() -> Mapping[str, tuple[str, ...]]:
    """Language to its fillers."""
    return {code: tuple(found.split(" ")) for code, found in rows("fillers")}


@cache
def homophones() -> Mapping[str, Sounds]:
    """Language to word to what sounds the same.

    >>> homophones()["en"]["their"]
    ('there',)
    """
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for code, line in rows("homophones"):
        alike = line.split(" ")
        for word in alike:
            found.setdefault(code, {})[word] = tuple(other for other in alike if other != word)
    return found


def sounding(word: str, known: Sounds) -> list[str]:
    """What sounds like a word, with its capitals."""
    return [new for other in known.get(word.lower(), ()) if (new := as_written(other, word)) != word]


@hookimpl
def xeval_perturbations() -> list[Filler | FalseStart | Homophone]:
    """Three kinds; none stands for the others, since their levels count different things."""
    return [Filler(), FalseStart(), Homophone()]
