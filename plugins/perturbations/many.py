"""What perturbations share that change many texts at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from random import Random

from xeval import api
from xeval.api import Language, Piece


class Many(ABC):
    """A perturbation of many texts, which is one of a single text too."""

    @abstractmethod
    def perturb_many(
        self, texts: Sequence[str], language: Language, level: float, seeds: Sequence[int]
    ) -> Sequence[Sequence[Piece]]:
        """The pieces of each new text; all chance of a text comes from its seed."""

    def perturb(self, text: str, language: Language, level: float, rng: Random) -> Sequence[Piece]:
        """The pieces of one new text."""
        return self.perturb_many([text], language, level, [rng.getrandbits(63)])[0]


class Replacing(Many):
    """A unit becomes one of its options, each as likely, in a share of the units that have any.

    A `unit` is one of the `words`, or one of the `graphemes` that hold a letter or a digit.
    """

    unit: str = "words"

    @abstractmethod
    def options(self, language: Language) -> Callable[[str], Sequence[str]]:
        """From a unit to what it may become, none of which is itself."""

    def units(self, language: Language) -> str:
        """What the units of a language are."""
        return self.unit

    def perturb_many(
        self, texts: Sequence[str], language: Language, level: float, seeds: Sequence[int]
    ) -> Sequence[Sequence[Piece]]:
        """One of its options for each unit hit."""
        # Asked for here, since they bring numpy along, which a list of plugins does not need.
        replace = api.replace_many_words if self.units(language) == "words" else api.replace_many_characters
        return replace(texts, language, level, seeds, self.options(language))
