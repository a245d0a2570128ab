"""What speech puts into a text: fillers, false starts, and words that were heard right and spelt wrong.

`fillers.tsv` holds what speakers say while they think, of the languages for which Wikipedia's article Filler
(linguistics) or a list of European fillers names some. `homophones.tsv` holds sets of frequent English words with one
pronunciation in CMUdict, without those that differ in British and American spelling; and of the common Chinese
characters (GB 2312, first level), those with one reading, tone included, in Unihan (kMandarin).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

from xeval.api import Language, hookimpl
from xeval.plugins.perturbations.letters import has_words, spelling
from xeval.plugins.perturbations.many import Replacing
from xeval.plugins.perturbations.natural import as_written
from xeval.plugins.perturbations.picking import space_after
from xeval.plugins.perturbations.tables import rows

Sounds = Mapping[str, tuple[str, ...]]  # a word to others that sound the same


@dataclass(frozen=True)
class Filler(Replacing):
    """A filler of the language is said before a share of the words."""

    name: str = "speech.filler"
    version: str = "2"
    unit: str = "words"
    adds_words: bool = True

    def covers(self, language: Language) -> bool:
        """The languages whose fillers are known; see fillers.tsv."""
        return language.code in fillers()

    def options(self, language: Language) -> Callable[[str], Sequence[str]]:
        """A word with a filler before it."""
        before = [filler + space_after(filler, language) for filler in fillers().get(language.code, ())]
        return lambda word: [one + word for one in before]


@dataclass(frozen=True)
class FalseStart(Replacing):
    """A share of the words is begun twice: their first grapheme, a hyphen, and the word."""

    name: str = "speech.stutter"
    version: str = "2"
    unit: str = "words"

    def covers(self, language: Language) -> bool:
        """Languages whose words can be told apart and stand apart."""
        return has_words(language) and space_after("", language) == space_after("ä", language) == " "

    def options(self, language: Language) -> Callable[[str], Sequence[str]]:
        """A word begun twice."""
        return lambda word: (f"{beginning(word)}-{word}",)


@dataclass(frozen=True)
class Homophone(Replacing):
    """A word, in Chinese a character, becomes one that sounds the same, in a share of those that have one."""

    name: str = "speech.homophone"
    version: str = "2"
    unit: str = "words"

    def covers(self, language: Language) -> bool:
        """English and Chinese."""
        return language.code in homophones()

    def options(self, language: Language) -> Callable[[str], Sequence[str]]:
        """What sounds like a word."""
        return partial(sounding, known=homophones().get(language.code, {}))

    def units(self, language: Language) -> str:
        """Characters in Chinese."""
        return "graphemes" if language.code == "zh" else "words"


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
