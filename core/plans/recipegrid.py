"""From what a user asks for to recipes: the grid of them, orders that stand for many, sets that stand for tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from xeval.errors import BadValue
from xeval.plans.recipe import Recipe
from xeval.plans.recipeparts import RecipePart, RecipeStep, Sampling

Sets = Mapping[str, Sequence[str]]


def recipes_of(
    intermediates: Iterable[str], scales: Iterable[float], orders: Iterable[str], languages: tuple[str, ...]
) -> list[Recipe]:
    """The grid of recipes: the baseline, then each intermediate recipe at each scale, alone and in each order."""
    grid = [Recipe()]
    scales, orders = list(scales) or [1.0], list(orders)
    for text in intermediates:
        for scale in scales:
            scaled = rescaled(Recipe.parse(text), scale)
            grid.append(scaled)
            grid.extend(ordered(scaled, languages, order) for order in orders)
    return grid


def with_parts(recipe: Recipe, **said: Any) -> Recipe:
    """The recipe with the same said of every task in it."""
    return changed_parts(recipe, lambda part: replace(part, **said))


def changed_parts(recipe: Recipe, change: Callable[[RecipePart], RecipePart]) -> Recipe:
    """The recipe with a change made to every task in it."""
    steps = (replace(step, parts=tuple(map(change, step.parts))) for step in recipe.steps)
    return replace(recipe, steps=tuple(steps))


def rescaled(recipe: Recipe, scale: float) -> Recipe:
    """The recipe on a share of the data of every task."""
    return changed_parts(recipe, lambda part: replace(part, scale=part.scale * scale))


def ordered(recipe: Recipe, languages: tuple[str, ...], order: str) -> Recipe:
    """The recipe with its one task in languages in an order. Raises BadValue if that is not what it is."""
    parts = [part for step in recipe.steps for part in step.parts]
    if len(parts) != 1 or parts[0].order:
        raise BadValue(
            f"The order {order!r} is asked for beside {str(recipe)!r}, which is not one task without an order.",
            hint=f"Write the order into it: TASK[languages]@{order}.",
        )
    part = replace(parts[0], languages=parts[0].languages or languages, order=order)
    return replace(recipe, steps=(replace(recipe.steps[0], parts=(part,)),))


def expanded(step: RecipeStep, sets: Sets) -> RecipeStep:
    """The step with the tasks of every set in place of its name. Raises BadValue for what cannot be mixed."""
    parts = [
        replace(part, task=task, keep_head=part.keep_head and task == part.task)
        for part in step.parts
        for task in sets.get(part.task, (part.task,))
    ]
    for part in step.parts:
        if part.task in sets and (part.order or part.keep_head):
            raise BadValue(
                f"{part.task!r} is a set of tasks: an order of languages, or a head that goes on, is of one task.",
                hint=f"It stands for {'+'.join(sets[part.task])}.",
            )
    if len(parts) == 1 and step.sampling != Sampling():
        raise BadValue(f"{str(step)!r} samples from one task: {step.sampling} has nothing to choose between.")
    return replace(step, parts=tuple(parts))
