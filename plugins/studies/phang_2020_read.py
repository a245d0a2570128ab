"""What the study of the paper's grid reads from its results."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import numpy as np

from xeval.analysis import (
    Entry,
    FloatArray,
    Panel,
    Table,
    apart,
    brief,
    effect,
    explored,
    grid_table,
    mean_of,
    planned_claims,
)
from xeval.api import Findings, Planned, Results
from xeval.plugins.studies.common import ENGLISH
from xeval.plugins.studies.reading import arms_of, basis, generalised, units_in


def read(contrasts: Sequence[Planned], results: Results) -> Findings:
    """The findings: three planned gains, and the grid."""
    arms, panels = arms_of(results, ENGLISH), results.panels
    untrained = {task.name for task in results.selection.targets if not task.trained}
    values: dict[str, FloatArray | None] = {
        "mean": mean_gain(panels, arms),
        "best": best_chosen(panels, arms),
        "retrieval": mean_gain([panel for panel in panels if panel.target in untrained], arms),
    }
    known = {name: effect(value, units_in(panels)) for name, value in values.items() if value is not None}
    claims = planned_claims(contrasts, known)
    grid = explored({f"{arm}, {p.target}": effect(gain(p, arm), p.units) for p in panels for arm in arms})
    said = f"{apart(grid)} of {len(grid)} cells of the grid are separable from no intermediate task."
    return Findings(
        answer=" ".join([*map(brief, claims), said, basis(panels)]),
        claims=claims,
        tables=(
            main_table(panels, arms),
            heat_table(panels, arms),
            grid_table("Every gain", grid),
            generalised(panels, {arm: partial(gain_in, arm=arm) for arm in arms}),
            *published(results),
        ),
        warnings=results.design.warnings,
        notes=(
            "Scores are means over all languages of a target, the source among them, as the paper's are.",
            "chosen on other seeds: for each seed, the task that is best on the others is scored on it alone.",
        ),
    )


def gain(panel: Panel, arm: str) -> FloatArray:
    """What an intermediate task adds, mean over all languages: (1 + samples, seeds)."""
    return panel.gain(arm, "none", panel.complete())


def gain_in(panel: Panel, code: str, arm: str) -> FloatArray:
    """What an intermediate task adds in one language."""
    return panel.gain(arm, "none", [code])


def best_chosen(panels: Sequence[Panel], arms: Sequence[str]) -> FloatArray | None:
    """The gain of the task that is best on all other seeds, target by target, seed by seed; None with one seed."""
    found = []
    for panel in panels if arms else ():
        each = np.stack([gain(panel, arm) for arm in arms], axis=-1)  # (1 + samples, seeds, arms)
        if each.shape[1] < 2:
            return None
        others = (each[0].sum(axis=0, keepdims=True) - each[0]) / (each.shape[1] - 1)
        chosen = others.argmax(axis=1)
        found.append(np.stack([each[:, seed, arm] for seed, arm in enumerate(chosen)], axis=1))
    return mean_of(found) if found else None


def mean_gain(panels: Sequence[Panel], arms: Sequence[str]) -> FloatArray | None:
    """The mean gain of all intermediate tasks on all targets; None if there is nothing to take it of."""
    found = [gain(panel, arm) for panel in panels for arm in arms]
    return mean_of(found) if found else None


def main_table(panels: Sequence[Panel], arms: Sequence[str]) -> Table:
    """The paper's table: the baseline's scores, then what each intermediate task adds, and the best for each target."""
    rows: list[tuple[Entry, ...]] = [("none", *scores(panels, "none"))]
    for arm in arms:
        each = [effect(gain(panel, arm), panel.units) for panel in panels]
        mean = effect(mean_of([gain(panel, arm) for panel in panels]), units_in(panels))
        rows.append((f"+ {arm}", *(change(of.value) for of in (*each, mean))))
    if arms:
        rows.append(("best of all", *(best_on(panel, arms) for panel in panels), ""))
    heads = ("intermediate task", *(panel.target for panel in panels), "mean")
    metrics = ", ".join(f"{panel.target}: {panel.metric}" for panel in panels)
    captions = (f"{metrics}; in percent, then differences.", "best of all is chosen on the very scores shown.")
    return Table("Intermediate tasks before target tasks", heads, tuple(rows), captions=captions)


def change(share: float) -> str:
    """A difference in percent, with its sign; a dash where it is not known."""
    return f"{100 * share:+.1f}" if math.isfinite(share) else "–"


def best_on(panel: Panel, arms: Sequence[str]) -> str:
    """The intermediate task with the highest gain on a target; a dash where none is known."""
    known = {arm: value for arm in arms if math.isfinite(value := float(gain(panel, arm)[0].mean()))}
    return max(known, key=known.__getitem__, default="–")


def heat_table(panels: Sequence[Panel], arms: Sequence[str]) -> Table:
    """The gains as a heat map."""
    rows: list[tuple[Entry, ...]] = [(arm, *(effect(gain(p, arm), p.units) for p in panels)) for arm in arms]
    return Table(
        "Gains", ("intermediate task", *(panel.target for panel in panels)), tuple(rows), heat=True, signed=True
    )


def scores(panels: Sequence[Panel], recipe: str) -> list[float]:
    """Mean scores after a recipe, and their mean over targets."""
    each = [float(panel.at(recipe, panel.complete())[0].mean()) for panel in panels]
    return [*each, float(np.mean(each))]


def published(results: Results) -> list[Table]:
    """Published rows of the same targets and metrics, for reading beside; none for the testbed."""
    wanted = [(panel.target, panel.metric) for panel in results.panels]
    rows: list[tuple[Entry, ...]] = []
    for system in dict.fromkeys(one.system for one in results.published):
        its = {(one.task, one.metric): one.score for one in results.published if one.system == system}
        if any(pair in its for pair in wanted):
            rows.append((system, *(its.get(pair) for pair in wanted)))
    if not rows:
        return []
    sources = tuple(dict.fromkeys(f"{one.system}: {one.source}" for one in results.published))
    heads = ("system", *(target for target, _ in wanted))
    return [Table("Published scores, for reading beside", heads, tuple(rows), captions=sources)]
