"""Curves over amounts of data: the recipes that differ in how much of an intermediate task they are trained on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from xeval.api import Results
from xeval.plugins.studies.common import ENGLISH, MANY
from xeval.plugins.studies.data_scaling import STEPS
from xeval.plugins.studies.reading import arms_of

Curve = list[tuple[float, str]]  # shares of the data and the recipes at them
Curves = Mapping[str, Curve]  # by intermediate task


def curves_of(results: Results, role: str) -> Curves:
    """The scaled recipes of a role, from least to most; fixed steps and fixed epochs have the largest in common."""
    found: dict[str, Curve] = {}
    for recipe in arms_of(results, role):
        base, star, share = recipe.partition("*")
        amount = float(share.partition("^")[0]) if star else 1.0
        found.setdefault(base.partition("[")[0], []).append((amount, recipe))
    if role == STEPS:
        whole = curves_of(results, ENGLISH)
        found = {task: [*curve, *at_the_same_steps(curve, whole.get(task, []))] for task, curve in found.items()}
    return {task: sorted(curve) for task, curve in found.items()}


def at_the_same_steps(curve: Curve, others: Curve) -> Curve:
    """Of the recipes at fixed epochs that whose amount, gone through once, takes as many steps as those of a curve."""
    amount, recipe = curve[0]
    largest = amount * float(recipe.partition("^")[2])
    return [point for point in others if math.isclose(point[0], largest, rel_tol=1e-4)]


def every_curve(results: Results) -> Iterator[Curve]:
    """The curves of all roles."""
    for role in (ENGLISH, STEPS, MANY):
        yield from curves_of(results, role).values()


def in_common(curves: Curves, others: Curves) -> Curves:
    """Curves at the amounts that others of the same task have too; those that have none in common are left out."""
    amounts = {task: {amount for amount, _ in curve} for task, curve in others.items()}
    both = {task: [one for one in curve if one[0] in amounts.get(task, ())] for task, curve in curves.items()}
    return {task: curve for task, curve in both.items() if curve}


def name_of(curve: Curve) -> str:
    """What a curve is called: its task and languages, and whether its steps are fixed."""
    return curve[0][1].partition("*")[0] + (", fixed steps" if "^" in curve[0][1] else "")
