"""The scores of one target task in every resample: by training seed, recipe, language and noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Noise = tuple[str, float]  # a perturbation and its level
CLEAN: Noise = ("", 0.0)


@dataclass(frozen=True, eq=False)
class Panel:
    """`scores` (1 + samples, seeds, recipes, languages, conditions); row 0 is observed, the others draw items again.

    A score that there is not is NaN. All that stands in a row was scored on the same draw of items, so differences
    within a row are paired. `units` is how many items, or groups of items, are drawn.
    """

    target: str
    metric: str
    source: str
    recipes: tuple[str, ...]
    languages: tuple[str, ...]
    conditions: tuple[Noise, ...]
    seeds: tuple[int, ...]
    scores: FloatArray
    units: int

    def at(self, recipe: str, languages: Sequence[str], condition: Noise = CLEAN) -> FloatArray:
        """The mean over languages after a recipe, (1 + samples, seeds); NaN if any score of it is missing, or all."""
        if recipe not in self.recipes or not languages:
            return np.full(self.scores.shape[:2], np.nan)
        row = self.scores[:, :, self.recipes.index(recipe), :, self.conditions.index(condition)]
        found: FloatArray = row[:, :, [self.languages.index(code) for code in languages]].mean(axis=2)
        return found

    def gain(self, recipe: str, base: str, languages: Sequence[str], condition: Noise = CLEAN) -> FloatArray:
        """What a recipe adds to another, (1 + samples, seeds)."""
        return self.at(recipe, languages, condition) - self.at(base, languages, condition)

    def complete(self, condition: Noise = CLEAN) -> tuple[str, ...]:
        """The languages in which every recipe and seed has its score, clean and under the condition."""
        places = [self.conditions.index(CLEAN), self.conditions.index(condition)]
        whole = ~np.isnan(self.scores[0][..., places]).any(axis=(0, 1, 3))
        return tuple(code for code, there in zip(self.languages, whole, strict=True) if there)

    def zero_shot(self, condition: Noise = CLEAN) -> tuple[str, ...]:
        """The complete languages but the source; where only the source is scored, the source."""
        found = tuple(code for code in self.complete(condition) if code != self.source)
        return found or self.complete(condition)

    def levels(self, perturbation: str) -> tuple[float, ...]:
        """The levels of a perturbation, from clean, 0, upwards."""
        return (0.0, *sorted(level for name, level in self.conditions if name == perturbation))


def condition(perturbation: str, level: float) -> Noise:
    """A condition by name and level; level 0 of anything is clean."""
    return (perturbation, level) if level else CLEAN
