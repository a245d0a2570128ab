"""How scores and predictions go over the levels of noise: tables and charts of the robustness study."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xeval.analysis import (
    Chart,
    Entry,
    FloatArray,
    Panel,
    Point,
    Series,
    Table,
    area,
    condition,
    effect,
    flips,
)
from xeval.api import Results


def noises(panel: Panel) -> list[tuple[str, float]]:
    """The conditions that are not clean."""
    return [one for one in panel.conditions if one[0]]


def curve_table(panels: Sequence[Panel]) -> Table:
    """Scores over levels, the area under the curve, and the worst level, for each recipe and target."""
    names = sorted({noise[0] for panel in panels for noise in noises(panel)})
    steps = sorted({noise[1] for panel in panels for noise in noises(panel)})
    rows: list[tuple[Entry, ...]] = []
    for panel in panels:
        for recipe in panel.recipes:
            for name in names:
                curve, levels = curve_of(panel, recipe, name)
                means = dict(zip(levels, curve[0].mean(axis=0).tolist(), strict=True))
                whole = effect(area(curve, levels), panel.units)
                each = [means.get(level) for level in (0.0, *steps)]  # one noise may have other levels than another
                rows.append((panel.target, recipe, name, *each, min(means.values()), whole))
    heads = ("target", "recipe", "noise", "clean", *(f"@{level:g}" for level in steps), "worst", "mean of levels")
    return Table("Zero-shot scores over noise levels", heads, tuple(rows))


def curve_of(panel: Panel, recipe: str, name: str) -> tuple[FloatArray, tuple[float, ...]]:
    """The scores over the levels of a perturbation, (1 + samples, seeds, levels), and the levels."""
    levels = panel.levels(name)
    languages = panel.zero_shot(condition(name, levels[-1]))
    return np.stack([panel.at(recipe, languages, condition(name, level)) for level in levels], axis=2), levels


def flip_table(results: Results) -> Table:
    """How many predictions noise changes, right or wrong."""
    clean = {(c.recipe, c.target, c.language, c.seed): c for c in results.cells if not c.perturbation}
    counts: dict[tuple[str, str, float], tuple[int, int]] = {}
    for cell in results.cells:
        before = clean.get((cell.recipe, cell.target, cell.language, cell.seed))
        if cell.perturbation and cell.state == "done" and before is not None and cell.language != cell.source:
            changed, of = flips(results.answers(before), results.answers(cell))
            sums = counts.get((cell.recipe, cell.target, cell.level), (0, 0))
            counts[cell.recipe, cell.target, cell.level] = (sums[0] + changed, sums[1] + of)
    levels = sorted({level for _, _, level in counts})
    rows: list[tuple[Entry, ...]] = [
        (target, recipe, *(share(counts.get((recipe, target, level), (0, 0))) for level in levels))
        for target in dict.fromkeys(target for _, target, _ in counts)
        for recipe in dict.fromkeys(recipe for recipe, _, _ in counts)
    ]
    heads = ("target", "recipe", *(f"@{level:g}" for level in levels))
    return Table("Predictions that noise changes, in percent, zero-shot", heads, tuple(rows))


def share(counts: tuple[int, int]) -> float | None:
    """A share, if there is anything to share."""
    return counts[0] / counts[1] if counts[1] else None


def chart(panel: Panel) -> Chart:
    """Zero-shot scores of each recipe over the levels of the first perturbation."""
    name = noises(panel)[0][0]
    series = []
    for recipe in panel.recipes:
        curve, levels = curve_of(panel, recipe, name)
        each = [effect(curve[:, :, place], panel.units) for place in range(len(levels))]
        points = tuple(Point(x, of.value, of.low, of.high) for x, of in zip(levels, each, strict=True))
        series.append(Series(recipe, points))
    return Chart(f"{panel.target} under {name}", "curves", tuple(series), "level", f"zero-shot {panel.metric}, percent")
