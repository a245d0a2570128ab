"""Typing errors: one edit in each word that is hit, the same in every script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from xeval.api import Language, Piece, change_words, hookimpl
from xeval.plugins.perturbations.keyboards import neighbours
from xeval.plugins.perturbations.letters import Letters, draw, has_words, letters_of, others, spelling

LetterEdit = Callable[[str, Letters, Random], str]


@dataclass(frozen=True)
class LetterNoise:
    """One edit in a share of the words of more than one grapheme that the edit can change.

    A grapheme is never split, so marks stay with their base. What is put in is drawn from the graphemes of the same
    text that have the same script and case: so it is in the language's own letters, whatever the language.
    """

    name: str
    edit: LetterEdit
    eligible: Callable[[str], bool]
    version: str = "1"

    def covers(self, language: Language) -> bool:
        """All languages but those whose words cannot be told apart."""
        return has_words(language)

    def perturb(self, text: str, language: Language, level: float, rng: Random) -> Sequence[Piece]:
        """One edit in each word hit."""

        def edit(word: str, own: Random) -> str:
            return self.edit(word, letters_of(text), own)

        return change_words(text, language, level, rng, edit, eligible=self.eligible)


@dataclass(frozen=True)
class KeyboardNoise:
    """A letter becomes one whose key is next to its own, on the keyboard that the language is typed on."""

    name: str = "noise.keyboard"
    version: str = "1"

    def covers(self, language: Language) -> bool:
        """The languages of which a layout is known; see keyboards."""
        return bool(neighbours(language))

    def perturb(self, text: str, language: Language, level: float, rng: Random) -> Sequence[Piece]:
        """One wrong key in each word hit."""
        near = neighbours(language)

        def typed(word: str) -> list[int]:
            return [place for place, grapheme in enumerate(spelling(word)) if grapheme[0] in near]

        def edit(word: str, own: Random) -> str:
            place = draw(typed(word), own)
            old = spelling(word)[place]
            return put(word, place, (draw(near[old[0]], own) + old[1:],))

        return change_words(text, language, level, rng, edit, eligible=lambda word: long(word) and bool(typed(word)))


def long(word: str) -> bool:
    """Whether a word has more than one grapheme."""
    return len(word) > 1 and (word.isascii() or len(spelling(word)) > 1)


def uneven(word: str) -> bool:
    """Whether two neighbouring graphemes of a word differ."""
    return len(set(spelling(word))) > 1


def put(word: str, place: int, new: Sequence[str], old: int = 1) -> str:
    """A word with `old` graphemes from `place` on replaced."""
    parts = spelling(word)
    return "".join((*parts[:place], *new, *parts[place + old :]))


def swapped(word: str, letters: Letters, rng: Random) -> str:
    """Two neighbouring graphemes that differ, the one in the other's place."""
    parts = spelling(word)
    place = draw([i for i in range(len(parts) - 1) if parts[i] != parts[i + 1]], rng)
    return put(word, place, (parts[place + 1], parts[place]), old=2)


def deleted(word: str, letters: Letters, rng: Random) -> str:
    """One grapheme left out."""
    return put(word, draw(range(len(spelling(word))), rng), ())


def inserted(word: str, letters: Letters, rng: Random) -> str:
    """One grapheme more, like the one that it comes before or after."""
    parts = spelling(word)
    place = draw(range(len(parts) + 1), rng)
    beside = parts[min(place, len(parts) - 1)]
    return put(word, place, (draw([beside, *others(beside, letters)], rng),), old=0)


def substituted(word: str, letters: Letters, rng: Random) -> str:
    """Another grapheme in the place of one."""
    place = draw(range(len(spelling(word))), rng)
    options = others(spelling(word)[place], letters)
    return put(word, place, (draw(options, rng),)) if options else word


def repeated(word: str, letters: Letters, rng: Random) -> str:
    """One grapheme twice."""
    place = draw(range(len(spelling(word))), rng)
    return put(word, place, (spelling(word)[place],), old=0)


def mixed(word: str, letters: Letters, rng: Random) -> str:
    """A swap, a deletion, an insertion or a substitution, each as likely as the others."""
    edits = (deleted, inserted, substituted, swapped)
    return draw(edits if uneven(word) else edits[:3], rng)(word, letters, rng)


@hookimpl
def xeval_perturbations() -> list[LetterNoise | KeyboardNoise]:
    """The mixture first, then each kind alone."""
    return [
        LetterNoise("noise", mixed, long),
        LetterNoise("noise.swap", swapped, uneven),
        LetterNoise("noise.delete", deleted, long),
        LetterNoise("noise.insert", inserted, long),
        LetterNoise("noise.substitute", substituted, long),
        LetterNoise("noise.repeat", repeated, long),
        KeyboardNoise(),
    ]
