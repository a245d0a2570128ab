"""What the studies that ship share in reading results."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from xeval.analysis import CLEAN, FloatArray, Noise, Panel
from xeval.api import Probe, Results

LOW = 2  # the resource class of Joshi et al. 2020 up to which a language is called low-resource


def arms_of(results: Results, role: str) -> list[str]:
    """The recipes that play a role in the design, and have scores."""
    there = {recipe for panel in results.panels for recipe in panel.recipes}
    return [recipe for recipe, its in results.design.roles.items() if its == role and recipe in there]


def units_in(panels: Sequence[Panel]) -> int:
    """The fewest test items, or groups of items, that a target has."""
    return min((panel.units for panel in panels), default=0)


def note_of_languages(panels: Sequence[Panel], results: Results) -> Iterator[str]:
    """Which languages a mean is over, and which are left out since a score is missing."""
    for panel in panels:
        there = panel.zero_shot()
        lost = [code for code in panel.languages if code not in panel.complete() and code != panel.source]
        without = f"; not in {', '.join(lost)}, where scores are missing" if lost else ""
        yield f"{panel.target}: mean over {', '.join(there)}{without}."


def low_resource(results: Results, code: str) -> bool:
    """Whether a language has next to no labelled data: classes 0 to 2 of Joshi et al. 2020."""
    found = results.resource(code)
    return found is not None and found <= LOW


def gain_in(panel: Panel, recipe: str, codes: Sequence[str], noise: Noise = CLEAN) -> FloatArray:
    """What a recipe adds to none, (1 + samples, seeds)."""
    return panel.gain(recipe, "none", codes, noise)


def mean_over_seeds(results: Results, probe: Probe, name: str) -> float:
    """A number that was measured, mean over seeds; NaN if it is not known."""
    found = [document.get(name) for (one, _), document in results.probes.items() if one == probe]
    known = [float(value) for value in found if value is not None]
    return sum(known) / len(known) if known else math.nan
