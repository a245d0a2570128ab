"""From what a user asks for to recipes: the grid of them, orders that stand for many, sets that stand for tasks."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

from xeval.errors import BadValue
from xeval.hashing import seed_of
from xeval.plans.recipe import Recipe
from xeval.plans.recipeparts import RecipePart, RecipeStep, Sampling

ALL = re.compile(r"all(-[1-9]\d*)?")  # the order that stands for every order
MOST_ORDERS = 24  # of four languages
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


def all_orders(recipe: Recipe) -> list[Recipe]:
    """The recipe once for each order that `all`, or `all-N`, stands for; itself, if it names neither.

    `all` stands for every permutation of up to four languages, `all-N` for N of them, drawn by the languages alone, so
    that fewer are among more. Raises BadValue for more than `all` may stand for.
    """
    found = [(i, j) for i, s in enumerate(recipe.steps) for j, p in enumerate(s.parts) if ALL.fullmatch(p.order)]
    if not found:
        return [recipe]
    (i, j), step = found[0], recipe.steps[found[0][0]]
    made = []
    for codes in permutations_of(step.parts[j]):
        part = replace(step.parts[j], order=f"listed-{'.'.join(codes)}")
        steps = (*recipe.steps[:i], replace(step, parts=(part,)), *recipe.steps[i + 1 :])
        made += all_orders(replace(recipe, steps=steps))
    return made


def permutations_of(part: RecipePart) -> list[tuple[str, ...]]:
    """The orders of a part's languages that `all` or `all-N` means, in a stable order."""
    codes, wanted = sorted(part.languages), part.order.partition("-")[2]
    count = math.factorial(len(codes))
    if not wanted and count > MOST_ORDERS:
        raise BadValue(
            f"{str(part)!r} stands for {count:,} orders of {len(codes)} languages; `all` is for up to {MOST_ORDERS}.",
            hint=f"Write @all-{MOST_ORDERS} for {MOST_ORDERS} of them, drawn at random.",
        )
    if not wanted or int(wanted) >= count:
        return list(permutations(codes))
    drawn: dict[tuple[str, ...], None] = {}
    number = 0
    while len(drawn) < int(wanted):
        drawn[drawn_order(codes, number)] = None
        number += 1
    return list(drawn)


def drawn_order(codes: Sequence[str], number: int) -> tuple[str, ...]:
    """An order of some languages, by a number."""
    return tuple(sorted(codes, key=lambda code: seed_of("all", *codes, number, code)))


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
