"""The words of a language: from its parent, by sound change, or its own; and its names, in its script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random

from xeval.api import Language, seed_of
from xeval.tasks.mini.languages import DESIGNS, SOURCE, Design, syntactic_distance
from xeval.tasks.mini.meaning import CONCEPTS, FUNCTION_WORDS, NAMES, NUMBERS

CONSONANTS, VOWELS, CODAS = "ptkbdgmnlrsfvzhj", "aeiou", "nrslmtk"
SOUND_CHANGES = tuple(
    str.maketrans(old, new)
    for old, new in (("ptkaou", "bdgoae"), ("bdgieu", "ptkeiu"), ("pkszlo", "fhzsru"), ("mnfvai", "nmvfea"))
)
SUFFIXES = ("past", "future", "plural", "accusative", "definite", "negated", "within")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Lexicon:
    """What a language calls things. `words` and `suffixes` and `names` are in its script, `latin` are names in Latin.

    `spoken` are the words in Latin letters, from which daughter languages derive theirs.
    """

    words: Mapping[str, str]
    suffixes: Mapping[str, str]
    names: Mapping[str, str]
    latin: Mapping[str, str]
    spoken: Mapping[str, str]


@cache
def lexicons(seed: int) -> Mapping[str, Lexicon]:
    """The lexicon of every language. No two languages share a word but by descent, and names, which all share."""
    latin = _names(seed)
    taken = set(latin.values())
    found: dict[str, Lexicon] = {}
    for code, design in DESIGNS.items():
        rng = Random(seed_of("mini", "lexicon", seed, code))
        spoken = _vocabulary(design, found[design.parent].spoken if design.parent else {}, taken, rng)
        taken.update(spoken.values())
        found[code] = _written(design, spoken, _suffixes(rng), latin)
    return found


def lexical_distance(code: str, seed: int = 0) -> float:
    """The share of a language's vocabulary, words, numerals and names, that is not written as in the source language.

    A name counts by how often it is written in Latin letters; digits are the same everywhere.
    """
    source, other, design = lexicons(seed)[SOURCE], lexicons(seed)[code], DESIGNS[code]
    same = sum(source.words[concept] == other.words[concept] for concept in CONCEPTS)
    total = len(CONCEPTS) + len(NAMES) + len(NUMBERS)
    return 1 - (same + design.latin_names * len(NAMES) + len(NUMBERS)) / total


def described(seed: int = 0) -> dict[str, Language]:
    """The languages as the registry's table has them, distances to three digits."""
    return {
        code: Language(
            code,
            design.name,
            design.family,
            design.script,
            design.resource,
            {
                "lexical": round(lexical_distance(code, seed), 3),
                "syntactic": round(syntactic_distance(design), 3),
            },
            constructed=True,
        )
        for code, design in DESIGNS.items()
    }


def _vocabulary(design: Design, parent: Mapping[str, str], taken: set[str], rng: Random) -> dict[str, str]:
    consonants = "".join(rng.sample(CONSONANTS, 11)) if parent else CONSONANTS
    words: dict[str, str] = {}
    own: set[str] = set()
    for concept in CONCEPTS:
        syllables = 1 if concept in FUNCTION_WORDS else rng.choice((2, 2, 3))
        word = _inherited(design, parent.get(concept, ""), rng)
        while not word or word in own or (word in taken and word != parent.get(concept)):
            word = _word(rng, consonants, syllables)
        own.add(word)
        words[concept] = word
    return words


def _inherited(design: Design, word: str, rng: Random) -> str:
    luck = rng.random()
    if luck < design.identical:
        return word
    return word.translate(SOUND_CHANGES[design.sounds]) if luck < design.identical + design.cognate else ""


def _word(rng: Random, consonants: str, syllables: int) -> str:
    word = "".join(rng.choice(consonants) + rng.choice(VOWELS) for _ in range(syllables))
    return word + rng.choice(CODAS) if rng.random() < 0.4 else word


def _suffixes(rng: Random) -> dict[str, str]:
    """Suffixes that differ from each other, and none is the beginning of another."""
    found: dict[str, str] = {"present": ""}
    for name in SUFFIXES:
        suffix = _word(rng, CONSONANTS, 1)[:2]
        while suffix in found.values():
            suffix = _word(rng, CONSONANTS, 1)[:2]
        found[name] = suffix
    return found


def _names(seed: int) -> dict[str, str]:
    rng = Random(seed_of("mini", "names", seed))
    found: dict[str, str] = {}
    for name in NAMES:
        word = ""
        while not word or word in found.values():
            word = _word(rng, CONSONANTS, rng.choice((2, 3))) + rng.choice(("", "x", "q", "w"))
        found[name] = word
    return found


def _written(
    design: Design, spoken: Mapping[str, str], suffixes: Mapping[str, str], latin: Mapping[str, str]
) -> Lexicon:
    if not design.first_letter:
        return Lexicon(spoken, suffixes, latin, latin, spoken)
    letters = str.maketrans(LETTERS, "".join(map(chr, _block(design.first_letter))))
    words, endings, names = (_respelled(table, letters) for table in (spoken, suffixes, latin))
    return Lexicon(words, endings, names, latin, spoken)


def _block(first: int) -> Iterable[int]:
    return range(first, first + len(LETTERS))


def _respelled(table: Mapping[str, str], letters: dict[int, int]) -> dict[str, str]:
    return {key: word.translate(letters) for key, word in table.items()}
