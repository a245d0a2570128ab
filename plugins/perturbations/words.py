"""Words left out, said twice, put in, and in another order: the letters stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType

from xeval.api import Language, Piece, hookimpl
from xeval.plugins.perturbations.letters import has_words
from xeval.plugins.perturbations.many import Many, Replacing
from xeval.plugins.perturbations.picking import space_after


@dataclass(frozen=True)
class Dropped(Many):
    """A share of the words is left out, each with a space beside it. One word, which luck decides, always stays."""

    name: str = "words.drop"
    version: str = "2"

    def covers(self, language: Language) -> bool:
        """All languages but those whose words cannot be told apart."""
        return has_words(language)

    def perturb_many(
        self, texts: Sequence[str], language: Language, level: float, seeds: Sequence[int]
    ) -> Sequence[Sequence[Piece]]:
        """The texts without the words hit."""
        return _how().dropped(texts, language, level, seeds)  # type: ignore[no-any-return]  # of a module


@dataclass(frozen=True)
class Repeated(Replacing):
    """A share of the words is said twice."""

    name: str = "words.repeat"
    version: str = "2"
    unit: str = "words"
    adds_words: bool = True

    def covers(self, language: Language) -> bool:
        """All languages but those whose words cannot be told apart."""
        return has_words(language)

    def options(self, language: Language) -> Callable[[str], Sequence[str]]:
        """A word twice."""
        return lambda word: (word + space_after(word, language) + word,)


@dataclass(frozen=True)
class Inserted(Many):
    """After a share of the words comes one more: any word of the same text, so that it is the language's own."""

    name: str = "words.insert"
    version: str = "2"
    adds_words: bool = True

    def covers(self, language: Language) -> bool:
        """All languages but those whose words cannot be told apart."""
        return has_words(language)

    def perturb_many(
        self, texts: Sequence[str], language: Language, level: float, seeds: Sequence[int]
    ) -> Sequence[Sequence[Piece]]:
        """The texts with a filler after each word hit."""
        return _how().inserted(texts, language, level, seeds)  # type: ignore[no-any-return]  # of a module


@dataclass(frozen=True)
class Shuffled(Many):
    """Three neighbouring words change places, in a share of all such threes; the level counts threes, not words.

    Only words with nothing but white space between them are neighbours; one that touches a full stop stays. The text
    is cut into threes at a place that luck decides; what is left over at an end makes a two.
    """

    name: str = "words.shuffle"
    version: str = "2"
    unit: str = "threes of words"

    def covers(self, language: Language) -> bool:
        """All languages but those whose words cannot be told apart."""
        return has_words(language)

    def perturb_many(
        self, texts: Sequence[str], language: Language, level: float, seeds: Sequence[int]
    ) -> Sequence[Sequence[Piece]]:
        """The texts with the words of each three that is hit in another order."""
        return _how().shuffled(texts, language, level, seeds)  # type: ignore[no-any-return]  # of a module


def _how() -> ModuleType:
    from xeval.plugins.perturbations import wordedits  # it brings numpy along, and a list of plugins needs neither

    return wordedits


@hookimpl
def xeval_perturbations() -> list[Dropped | Repeated | Inserted | Shuffled]:
    """Four kinds; none stands for the others, since their levels count different things."""
    return [Dropped(), Repeated(), Inserted(), Shuffled()]
