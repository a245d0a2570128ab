"""What a board shows and what it does not, in sentences: recipes against none, models and orders against each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from xeval.boards.board import System
from xeval.boards.comparing import ALPHA, Difference, adjusted, difference
from xeval.boards.summaries import Summary
from xeval.plans.recipe import EMPTY, Recipe
from xeval.plans.recipegrid import with_parts


@dataclass(frozen=True)
class Contrast:
    """Two systems compared: the difference of their headlines, p adjusted for all `among` that were compared."""

    left: str
    right: str
    difference: Difference
    among: int
    thin: bool
    seeds: int

    @property
    def is_separable(self) -> bool:
        """Whether the difference is more than luck of the draw."""
        return self.difference.p < ALPHA and not self.thin

    def __str__(self) -> str:
        found = self.difference
        within = f"95% interval {points(found.low)} to {points(found.high)}"
        if self.is_separable:
            side = "ahead of" if found.value > 0 else "behind"
            where = ", on one seed" if self.seeds == 1 else ""
            ahead = f"{self.left} is {abs(100 * found.value):.1f} points {side} {self.right}"
            return f"{ahead} ({within}): separable{where}."
        why = " (too few items)" if self.thin else ""
        if found.low * found.high > 0 and self.among > 1:
            why = f" once {self.among} comparisons are allowed for"
        return f"{self.left} and {self.right} are not separable{why}: difference {points(found.value)}, {within}."


def points(share: float) -> str:
    """A difference of shares in points, with its sign.

    >>> points(0.0312)
    '+3.1'
    """
    return f"{100 * share:+.1f}"


def contrasts(
    of: Summary, pairs: Sequence[tuple[System, System]], name: Callable[[System], str] = str
) -> list[Contrast]:
    """Every pair compared, the p-values adjusted for all of them together."""
    if not pairs:
        return []
    scores = of.scores
    chances = adjusted(np.stack([scores[left] - scores[right] for left, right in pairs], axis=1))
    found = []
    for (left, right), p in zip(pairs, chances, strict=True):
        apart = replace(difference(scores[left], scores[right]), p=float(p))
        found.append(Contrast(name(left), name(right), apart, len(pairs), of.thin, of.seeds))
    return found


def recipe_gains(of: Summary) -> tuple[str, ...]:
    """For each model with recipes: its best one against none."""
    found = []
    for model in dict.fromkeys(system.model for system in of.systems):
        baseline = System(model, EMPTY)
        recipes = [system for system in of.scores if system.model == model and system != baseline]
        if baseline in of.scores and recipes:
            found.append(str(contrasts(of, [(recipe, baseline) for recipe in recipes])[0]))
    return tuple(found)


def model_gains(of: Summary) -> tuple[str, ...]:
    """The best model without a recipe against each other one."""
    alone = [system for system in of.scores if system.recipe == EMPTY]
    return tuple(map(str, contrasts(of, [(alone[0], other) for other in alone[1:]]))) if alone else ()


def order_gains(of: Summary) -> tuple[str, ...]:
    """For each recipe that was run in several language orders: whether the orders can be told apart."""
    found: list[str] = []
    for family, members in families(of).items():
        pairs = contrasts(of, list(combinations(members, 2)), order_name)
        if pairs:
            widest = max(pairs, key=lambda pair: pair.difference.value)
            found.append(f"Orders of {family}: {widest}")
        if len(pairs) > 1:
            apart = sum(pair.is_separable for pair in pairs)
            found.append(f"Orders of {family}: {apart} of {len(pairs)} pairs can be told apart.")
    return tuple(found)


def families(of: Summary) -> dict[System, list[System]]:
    """Systems that differ in the order of languages alone, best first; by what they have in common."""
    found: dict[System, list[System]] = {}
    for system in of.scores:
        if orders_in(system.recipe):
            found.setdefault(without_orders(system), []).append(system)
    return found


def orders_in(recipe: str) -> tuple[str, ...]:
    """The language orders that a recipe names."""
    return tuple(part.order for step in Recipe.parse(recipe).steps for part in step.parts if part.order)


def order_name(system: System) -> str:
    """A system of a family by its orders alone."""
    return ">".join(orders_in(system.recipe))


def without_orders(system: System) -> System:
    """The family of a system: the same recipe, in whatever order."""
    return replace(system, recipe=str(with_parts(Recipe.parse(system.recipe), order="")))


def without_languages(system: System) -> System:
    """The same recipe in the source languages of its tasks."""
    return replace(system, recipe=str(with_parts(Recipe.parse(system.recipe), order="", languages=())))
