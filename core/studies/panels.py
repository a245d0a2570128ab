"""From cells and their evidence to panels: items drawn jointly for all that a target task was scored on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from xeval.boards.statistics import SAMPLES, Evidence, Score, frame, resampled
from xeval.cell import Cell
from xeval.hashing import seed_of
from xeval.studies.panel import CLEAN, Noise, Panel, condition


def panels_of(
    cells: Sequence[Cell], evidence: Mapping[str, Evidence], scores: Mapping[str, Score], samples: int = SAMPLES
) -> tuple[Panel, ...]:
    """A panel for each target task that has any score, in the order in which they are first seen."""
    by_target: dict[str, list[Cell]] = {}
    for cell in cells:
        by_target.setdefault(cell.target, []).append(cell)
    found = (panel_of(of_target, evidence, scores, samples) for of_target in by_target.values())
    return tuple(panel for panel in found if panel.units)


def panel_of(
    cells: Sequence[Cell], evidence: Mapping[str, Evidence], scores: Mapping[str, Score], samples: int
) -> Panel:
    """The panel of one target task; every row draws its items again, the same for all that was scored on them.

    A recipe without any score, since its data are not at hand, is not in it: what the others have is compared.
    """
    first, done = cells[0], [cell for cell in cells if cell.state == "done"]
    seeds = tuple(sorted({cell.seed for cell in cells}))
    recipes = tuple(dict.fromkeys(cell.recipe for cell in done))
    languages = tuple(dict.fromkeys(cell.language for cell in cells))
    conditions = tuple(sorted({CLEAN, *map(condition_of, cells)}))
    found = np.full((1 + samples, len(seeds), len(recipes), len(languages), len(conditions)), np.nan)
    by = frame([evidence[cell.key] for cell in done], samples, seed_of(0, first.target))
    if done:
        drawn = resampled(by, [evidence[cell.key] for cell in done], scores[first.metric])
        for column, cell in enumerate(done):
            row = (seeds.index(cell.seed), recipes.index(cell.recipe))
            place = (languages.index(cell.language), conditions.index(condition_of(cell)))
            found[:, row[0], row[1], place[0], place[1]] = drawn[:, column]
    units = by.weights.shape[1] if done else 0
    return Panel(first.target, first.metric, first.source, recipes, languages, conditions, seeds, found, units)


def unscored(cells: Sequence[Cell]) -> list[str]:
    """A sentence for each recipe without any score on a target that others are scored on, and the first reason why."""
    scored = {(cell.recipe, cell.target) for cell in cells if cell.state == "done"}
    places = {(cell.target, cell.language) for cell in cells if cell.state == "done"}
    lacking = [c for c in cells if (c.recipe, c.target) not in scored and (c.target, c.language) in places]
    found = []
    for recipe in dict.fromkeys(cell.recipe for cell in lacking):
        its = [cell for cell in lacking if cell.recipe == recipe]
        targets = ", ".join(dict.fromkeys(cell.target for cell in its))
        reason = its[0].reason.removesuffix(".")
        found.append(f"{recipe} has no score on {targets}, so nothing there is compared with it: {reason}.")
    return found


def condition_of(cell: Cell) -> Noise:
    """What was done to the text that a cell scored."""
    return condition(cell.perturbation or "", cell.level)
