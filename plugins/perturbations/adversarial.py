"""The worst of several tries: an upper bound on the damage that a kind of noise does to a model, within a budget.

Each example is damaged in several ways, all at the same level, and the way counts that lowers the model's score most.
The model is asked for predictions only, as by an attacker who sees no gradients; the budget is the number of tries. The
first try is the plain noise, so what is found is no better than that; with more tries it can only get worse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from xeval.api import BadValue, Language, Perturbation, Piece, hookimpl
from xeval.plugins.perturbations import diacritics, homoglyph, noise, ocr, words


@dataclass(frozen=True)
class Budget:
    """How long is searched."""

    candidates: int = field(default=8, metadata={"help": "tries for each example"})

    def __post_init__(self) -> None:
        if self.candidates < 1:
            raise BadValue(f"candidates is {self.candidates}; it must be above 0")


@dataclass(frozen=True)
class Worst:
    """For each example the worst of several tries with other luck, by the score of the very model."""

    name: str
    over: tuple[Perturbation, ...]  # tried in turn
    settings: Budget = Budget()

    @property
    def version(self) -> str:
        """Its own, and those of what it tries. From 2 on, which try counted is stored."""
        return "-".join(("2", *(one.version for one in self.over)))

    @property
    def adds_words(self) -> bool:
        """Whether anything that it tries adds words."""
        return any(getattr(one, "adds_words", False) for one in self.over)

    def covers(self, language: Language) -> bool:
        """The languages that anything it tries covers."""
        return any(one.covers(language) for one in self.over)

    def tries(self, language: Language) -> Sequence[tuple[Perturbation, int]]:
        """What is tried, each with the number of its luck; the first is the plain perturbation."""
        fit = [one for one in self.over if one.covers(language)]
        return [(fit[number % len(fit)], number // len(fit)) for number in range(self.settings.candidates)]

    def perturb(self, text: str, language: Language, level: float, rng: Random) -> Sequence[Piece]:
        """One try, as where no model is there to be asked."""
        by = next((one for one in self.over if one.covers(language)), self.over[0])
        return by.perturb(text, language, level, rng)


@hookimpl
def xeval_perturbations() -> list[Worst]:
    """Typing errors, misreadings and homoglyphs in turn first; then each kind of noise that ships alone."""
    families = (noise, ocr, homoglyph, diacritics, words)
    kinds: list[Perturbation] = [one for family in families for one in family.xeval_perturbations()]
    mixed = tuple(one for one in kinds if one.name in ("noise", "ocr", "homoglyph"))
    return [Worst("adversarial", mixed), *(Worst(f"adversarial.{one.name}", (one,)) for one in kinds)]
