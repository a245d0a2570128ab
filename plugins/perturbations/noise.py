"""Typing errors: one edit in each unit that is hit, the same in every script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType

from xeval.api import Edits, Language, hookimpl
from xeval.plugins.perturbations.keyboards import neighbours
from xeval.plugins.perturbations.letters import has_words
from xeval.plugins.perturbations.many import Many

CASED = {"Latn", "Cyrl", "Grek", "Armn", "Adlm", "Cher", "Copt", "Glag"}  # scripts with capitals and small letters
UNSPACED = {"Hans", "Hant", "Hani", "Jpan", "Thai", "Laoo", "Khmr", "Mymr"}  # scripts without spaces between words


@dataclass(frozen=True)
class LetterNoise(Many):
    """One edit in a share of the words of more than one grapheme that the edit can change.

    A grapheme is never split, so marks stay with their base. What is put in is drawn from the graphemes of the same
    text that have the same script and case: so it is in the language's own letters, whatever the language.
    """

    name: str
    about: str
    edit: str  # in letteredits
    eligible: str = "long"
    version: str = "2"
    unit: str = "words"

    def covers(self, language: Language) -> bool:
        """All languages but those whose words cannot be told apart."""
        return has_words(language)

    def perturb_many(
        self, texts: Sequence[str], language: Language, level: float, seeds: Sequence[int]
    ) -> Sequence[Edits]:
        """One edit in each word hit, of many texts."""
        how = _letters()
        found: list[Edits] = how.edited(
            texts, language, level, seeds, getattr(how, self.edit), getattr(how, self.eligible)
        )
        return found


@dataclass(frozen=True)
class KeyboardNoise(Many):
    """A letter becomes one whose key is next to its own, on the keyboard that the language is typed on."""

    name: str = "noise.keyboard"
    about: str = "A letter becomes one whose key is next to its own."
    version: str = "2"
    unit: str = "words"

    def covers(self, language: Language) -> bool:
        """The languages of which a layout is known; see keyboards."""
        return bool(neighbours(language))

    def perturb_many(
        self, texts: Sequence[str], language: Language, level: float, seeds: Sequence[int]
    ) -> Sequence[Edits]:
        """One wrong key in each word hit, of many texts."""
        how = _letters()
        found: list[Edits] = how.edited(texts, language, level, seeds, *how.on_keys(neighbours(language)))
        return found


@dataclass(frozen=True)
class OtherNoise(Many):
    """An edit of case, white space or punctuation."""

    name: str
    about: str
    edit: str  # in otheredits
    unit: str
    version: str = "1"

    def covers(self, language: Language) -> bool:
        """Case where there are capitals, white space where it stands between words, punctuation everywhere."""
        if self.edit == "case_changed":
            return language.script in CASED
        return self.edit == "punctuation_changed" or language.script not in UNSPACED

    def perturb_many(
        self, texts: Sequence[str], language: Language, level: float, seeds: Sequence[int]
    ) -> Sequence[Edits]:
        """One edit in each unit hit, of many texts."""
        from xeval.plugins.perturbations import otheredits  # as below

        found: list[Edits] = getattr(otheredits, self.edit)(texts, language, level, seeds)
        return found


def _letters() -> ModuleType:
    from xeval.plugins.perturbations import letteredits  # it brings numpy along, and a list of plugins needs neither

    return letteredits


@hookimpl
def xeval_perturbations() -> list[LetterNoise | KeyboardNoise | OtherNoise]:
    """The mixture first, then each kind alone."""
    return [
        LetterNoise("noise", "A swap, deletion, insertion or substitution, each as likely.", "mixed"),
        LetterNoise("noise.swap", "Two neighbouring graphemes change places.", "swapped", "uneven"),
        LetterNoise("noise.delete", "A grapheme is left out.", "deleted"),
        LetterNoise("noise.insert", "A grapheme of the same text is put in.", "inserted"),
        LetterNoise("noise.substitute", "A grapheme becomes another of the same text.", "substituted"),
        LetterNoise("noise.repeat", "A grapheme stands twice.", "repeated"),
        KeyboardNoise(),
        OtherNoise("noise.case", "A small letter becomes a capital or the other way round.", "case_changed", "words"),
        OtherNoise("noise.space", "A space is lost before a word or gets into it.", "space_changed", "words"),
        OtherNoise("noise.punctuation", "A mark is left out or doubled.", "punctuation_changed", "marks"),
    ]
