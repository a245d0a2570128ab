"""Words of another language in a sentence, as people mix them who speak both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from xeval.api import BadValue, Language, hookimpl
from xeval.plugins.perturbations.lexicon import Lexicon, induced, read_dictionary
from xeval.plugins.perturbations.many import Replacing
from xeval.plugins.perturbations.natural import as_written


@dataclass(frozen=True)
class Words:
    """Where translations come from."""

    dictionary: Path | None = field(
        default=None, metadata={"help": "word TAB translation TAB language; without it, the task's parallel data"}
    )
    into: str = field(
        default="", metadata={"help": "language whose words are learned and put in; else the task's source language"}
    )

    def __post_init__(self) -> None:
        if self.into and self.dictionary:
            raise BadValue("into is for words that are learned; a dictionary says itself what a word becomes")


@dataclass(frozen=True)
class CodeSwitch(Replacing):
    """A word becomes its translation, in a share of the words that have one; one minus the level stay (CoSDA-ML).

    Translations come from a dictionary (Qin et al. 2020, 2006.06402), or are learned from the task's own examples that
    have translations in its source language. `lexicon` is what was learned.
    """

    settings: Words = Words()
    lexicon: Mapping[str, tuple[str, ...]] | None = field(default=None, hash=False)
    name: str = "codeswitch"
    version: str = "2"
    unit: str = "words"

    @property
    def learns(self) -> bool:
        """Whether it learns its translations from parallel data: unless a dictionary is set."""
        return self.settings.dictionary is None

    @property
    def into(self) -> str:
        """The language whose words it learns; "" is the source language of the task."""
        return self.settings.into

    def learned(self, pairs: Sequence[tuple[str, str]], language: Language, other: Language) -> CodeSwitch:
        """The same with translations from texts and their translations in another language."""
        return replace(self, lexicon=induced(pairs, language, other))

    def covers(self, language: Language) -> bool:
        """The languages of the dictionary; none before anything is learned."""
        return bool(self.translations(language))

    def missing(self, language: Language) -> str:
        """What a user can do where it does not cover a language."""
        if self.settings.dictionary is None:
            return (
                "the task has no translations of its examples to learn words from; use --set codeswitch.dictionary=FILE"
            )
        codes = ", ".join(sorted(read_dictionary(self.settings.dictionary))) or "no language"
        return f"{self.settings.dictionary} has no word in {language.code!r}, but in {codes}"

    def options(self, language: Language) -> Callable[[str], Sequence[str]]:
        """The translations of a word, with its capital."""
        return partial(translated, lexicon=self.translations(language))

    def translations(self, language: Language) -> Lexicon:
        """What is known of a language's words."""
        if self.lexicon is not None:
            return self.lexicon
        path = self.settings.dictionary
        return read_dictionary(path).get(language.code, {}) if path else {}


def translated(word: str, lexicon: Lexicon) -> list[str]:
    """What a word may become, other than itself, with its capitals."""
    return [new for other in lexicon.get(word.lower(), ()) if (new := as_written(other, word)) != word]


@hookimpl
def xeval_perturbations() -> list[CodeSwitch]:
    """One kind."""
    return [CodeSwitch()]
