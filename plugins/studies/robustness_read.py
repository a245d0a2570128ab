"""What the robustness study reads from its results."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from xeval.analysis import (
    Chart,
    Claim,
    Effect,
    Entry,
    FloatArray,
    Panel,
    Point,
    Series,
    Table,
    area,
    brief,
    condition,
    difference_in_differences,
    effect,
    explored,
    flips,
    grid_table,
    matched_drop,
    mean_of,
    paired_t,
    planned_claims,
    shown,
)
from xeval.api import Findings, Planned, Results
from xeval.plugins.studies.common import ENGLISH, MANY, NOTHING
from xeval.plugins.studies.reading import arms_of, generalised, note_of_languages, units_in

PAIRS = {"english": (ENGLISH, NOTHING), "multilingual": (MANY, NOTHING), "between": (MANY, ENGLISH)}
DEFINITIONS = (
    (
        "A difference in differences is (noisy - clean) of one recipe minus (noisy - clean) of the other, mean over "
        "levels and target tasks; above 0, the first loses less."
    ),
    (
        "At matched clean scores: the difference in drop that is left once a drop is regressed on the clean score, "
        "over target tasks, languages and levels, for each seed. What starts higher has more to lose."
    ),
)


def read(contrasts: Sequence[Planned], results: Results) -> Findings:
    """The findings: differences in differences over all levels as planned, the rest explored."""
    panels = [panel for panel in results.panels if noises(panel)]
    effects = {}
    for contrast, (role, base) in PAIRS.items():
        values = [losses(panel, results, role, base) for panel in panels]
        there = [one for one in values if one is not None]
        if there:
            effects[contrast] = effect(mean_of(there), units_in(panels))
    claims = planned_claims(contrasts, effects)
    matched = matched_drops(panels, results)
    return Findings(
        answer=answer(claims, matched),
        claims=claims,
        tables=(
            curve_table(panels, results),
            grid_table("What noise costs against none, by language", explored(by_language(panels, results))),
            flip_table(panels, results),
            generalised(panels, {name: cellwise(results, *pair) for name, pair in PAIRS.items()}),
        ),
        charts=tuple(chart(panel, results) for panel in panels),
        warnings=results.design.warnings,
        notes=(*note_of_languages(panels, results), *DEFINITIONS),
    )


def noises(panel: Panel) -> list[tuple[str, float]]:
    """The conditions that are not clean."""
    return [one for one in panel.conditions if one[0]]


def losses(panel: Panel, results: Results, role: str, base: str) -> FloatArray | None:
    """The difference in differences of two roles, (1 + samples, seeds), mean over recipes of a role and levels."""
    first, second = arms_of(results, role), arms_of(results, base)
    if not first or not second:
        return None
    found = []
    for noise in noises(panel):
        languages = panel.zero_shot(noise)
        treated, treated_clean = (
            mean_of([panel.at(r, languages, c) for r in first]) for c in (noise, condition("", 0))
        )
        control, control_clean = (
            mean_of([panel.at(r, languages, c) for r in second]) for c in (noise, condition("", 0))
        )
        found.append(difference_in_differences(treated, treated_clean, control, control_clean))
    return mean_of(found)


def cellwise(results: Results, role: str, base: str) -> Callable[[Panel, str], FloatArray | None]:
    """The difference in differences of two roles in one language, mean over levels."""
    first, second = arms_of(results, role), arms_of(results, base)

    def contrast(panel: Panel, code: str) -> FloatArray | None:
        found = [
            panel.gain(arm, second[0], [code], noise) - panel.gain(arm, second[0], [code])
            for noise in noises(panel)
            if second and code in panel.complete(noise)
            for arm in first
        ]
        return mean_of(found) if found else None

    return contrast


def by_language(panels: Sequence[Panel], results: Results) -> dict[str, Effect]:
    """Each language's difference in differences against none, mean over targets and levels."""
    found = {}
    for role in (ENGLISH, MANY):
        arms, base = arms_of(results, role), arms_of(results, NOTHING)
        for code in results.design.languages if arms else ():
            values = [
                panel.gain(arm, base[0], [code], noise) - panel.gain(arm, base[0], [code])
                for panel in panels
                for noise in noises(panel)
                for arm in arms
                if code in panel.complete(noise)
            ]
            if values:
                found[f"{code}, {role}"] = effect(mean_of(values), units_in(panels))
    return found


def matched_drops(panels: Sequence[Panel], results: Results) -> dict[str, Effect]:
    """For each pair of roles, the difference in drop at the same clean score: a figure a seed, and a t interval."""
    found = {}
    for contrast, (role, base) in PAIRS.items():
        arms = [(arm, True) for arm in arms_of(results, role)] + [(arm, False) for arm in arms_of(results, base)]
        if not arms_of(results, role) or not arms_of(results, base):
            continue
        each = []
        for seed in range(len(results.design.seeds)):
            rows = [
                (panel.at(arm, [code])[0, seed], panel.at(arm, [code], noise)[0, seed], treated)
                for panel in panels
                for noise in noises(panel)
                for code in panel.zero_shot(noise)
                for arm, treated in arms
            ]
            clean, noisy = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
            each.append(-matched_drop(clean, clean - noisy, np.array([row[2] for row in rows])))
        found[contrast] = paired_t([one for one in each if one == one])
    return found


def curve_table(panels: Sequence[Panel], results: Results) -> Table:
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


def flip_table(panels: Sequence[Panel], results: Results) -> Table:
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


def chart(panel: Panel, results: Results) -> Chart:
    """Zero-shot scores of each recipe over the levels of the first perturbation."""
    name = noises(panel)[0][0]
    series = []
    for recipe in panel.recipes:
        curve, levels = curve_of(panel, recipe, name)
        each = [effect(curve[:, :, place], panel.units) for place in range(len(levels))]
        points = tuple(Point(x, of.value, of.low, of.high) for x, of in zip(levels, each, strict=True))
        series.append(Series(recipe, points))
    return Chart(f"{panel.target} under {name}", "curves", tuple(series), "level", f"zero-shot {panel.metric}, percent")


def answer(claims: Sequence[Claim], matched: dict[str, Effect]) -> str:
    """The answer in one paragraph."""
    if not claims:
        return "Nothing could be compared: too much was not scored."
    said = " ".join(map(brief, claims))
    level = "; ".join(f"{name}: {shown(of)}" for name, of in matched.items())
    return f"{said} At matched clean scores: {level}."
