"""The level at which a perturbation leaves texts at a given chrF: levels by what is done, not by what is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xeval.contracts import Perturbation
from xeval.perturbation import Policy
from xeval.text.change import changed_all
from xeval.text.overlap import chrf
from xeval.text.severity import sample, text_of
from xeval.values import Example, Language

CHARACTERS = 60_000  # that texts are compared on
STEPS = 14  # halvings of the levels from 0 to 1
CLOSE, TOLERANCE = 0.05, 1.0  # points of chrF: near enough to stop, and too far to pass for what was asked


@dataclass(frozen=True)
class Calibration:
    """The level that comes nearest to what was asked for, and the chrF of the texts at that level."""

    level: float
    chrf: float

    def reaches(self, wanted: float) -> bool:
        """Whether that is what was asked for."""
        return abs(self.chrf - wanted) <= TOLERANCE


def calibrated(
    examples: Sequence[Example], by: Perturbation, language: Language, wanted: float, seed: int, policy: Policy
) -> Calibration:
    """Find the level by bisection: chrF falls as the level grows, for a higher level changes what a lower one does."""
    chosen = [examples[number] for number in sample(examples, CHARACTERS)]
    old = [text_of(example) for example in chosen]

    def at(level: float) -> Calibration:
        new = changed_all(chosen, by, level, language, seed, policy)
        return Calibration(level, round(chrf([text_of(one.example) for one in new], old), 4))

    low, high = 0.0, 1.0
    tried = [at(high)]
    for _ in range(STEPS):
        if tried[0].chrf >= wanted or abs(tried[-1].chrf - wanted) <= CLOSE:
            break
        tried.append(at(round((low + high) / 2, 6)))
        low, high = (low, tried[-1].level) if tried[-1].chrf < wanted else (tried[-1].level, high)
    return min(tried, key=lambda one: (abs(one.chrf - wanted), one.level))
