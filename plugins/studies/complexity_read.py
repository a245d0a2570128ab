"""What the complexity study reads from its results."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from xeval.analysis import (
    Chart,
    Claim,
    Effect,
    Entry,
    FloatArray,
    Point,
    Series,
    Table,
    brief,
    correlation,
    effect,
    explored,
    grid_table,
    mean_of,
    planned_claims,
)
from xeval.api import Findings, Planned, Probe, Results
from xeval.plugins.studies.common import NOTHING
from xeval.plugins.studies.reading import basis, low_resource, mean_over_seeds, note_of_languages, units_in

MEASURES = {
    "description length": "description_length",
    "probe error": "probe_error",
    "label entropy": "entropy",
    "labels": "labels",
    "words": "words",
    "examples": "examples",
    "gap": "gap",
}


def read(contrasts: Sequence[Planned], results: Results) -> Findings:
    """The findings: description length as planned, the other measures explored."""
    arms = arms_with_tasks(results)
    outcomes = {name: value for name, value in outcomes_of(results, list(arms)).items() if value is not None}
    means = {
        name: np.array([effect(one, units_in(results.panels)).value for one in each]) for name, each in outcomes.items()
    }
    measures = {name: measured(results, arms, key) for name, key in MEASURES.items()}
    families = [task for task, _ in arms.values()]
    claims = claims_on((contrasts, len(results.design.seeds)), measures["description length"], means, families)
    grid = {
        f"{measure} and {outcome}": correlation(values, means[outcome], groups=families)
        for measure, values in measures.items()
        for outcome in means
        if np.isfinite(values).all() and len(set(values.tolist())) > 1
    }
    return Findings(
        answer=" ".join([*map(brief, claims), basis(results.panels)])
        if claims
        else "Description lengths are not known, so nothing was compared.",
        claims=claims,
        tables=(
            arm_table(arms, measures, outcomes, results),
            grid_table("Measures against outcomes (rank correlation)", explored(grid, "correlation")),
        ),
        charts=tuple(chart(measures["description length"], values, arms, name) for name, values in means.items()),
        warnings=results.design.warnings,
        notes=(*note_of_languages(results.panels), *DEFINITIONS),
    )


def claims_on(
    asked: tuple[Sequence[Planned], int], lengths: FloatArray, means: Mapping[str, FloatArray], families: Sequence[str]
) -> tuple[Claim, ...]:
    """The planned contrasts, of so many seeds: description lengths (arms,) against outcomes, where both are known."""
    contrasts, seeds = asked
    low = "low-resource" if "low-resource gain" in means else "zero-shot"
    known = {
        outcome: replace(correlation(lengths, means[f"{low} {outcome}"], groups=families), seeds=seeds)
        for outcome in ("robustness", "gain")
        if f"{low} {outcome}" in means and np.isfinite(lengths).all()
    }
    return planned_claims(asked_in(contrasts, low), known, dict.fromkeys(known, "correlation"))


def asked_in(contrasts: Sequence[Planned], languages: str) -> list[Planned]:
    """The contrasts as they could be estimated: where no low-resource language is scored, in all zero-shot ones."""

    def named(text: str) -> str:
        return text.replace("low-resource", languages)

    return [
        replace(one, statement=named(one.statement), words=(named(one.words[0]), named(one.words[1]), ""))
        for one in contrasts
    ]


DEFINITIONS = (
    "description length: prequential code length of the labels given the words, in bits a label (online code).",
    "probe error: of a linear probe on bags of words, held out; gap: with an eighth of the data minus with all.",
    "gain: score minus that without an intermediate task; robustness: gain under noise minus gain on clean text.",
    "Languages of one task are one group: p permutes whole tasks, and an interval is that of so many tasks.",
)


def arms_with_tasks(results: Results) -> dict[str, tuple[str, str]]:
    """Task and language by recipe."""
    there = {recipe for panel in results.panels for recipe in panel.recipes}
    found = {}
    for recipe, role in results.design.roles.items():
        if role != NOTHING and recipe in there:
            task, _, code = role.partition(" ")
            found[recipe] = (task, code)
    return found


def measured(results: Results, arms: dict[str, tuple[str, str]], name: str) -> FloatArray:
    """A measure of every arm's data."""
    return np.array([mean_over_seeds(results, Probe("profile", task, code), name) for task, code in arms.values()])


def outcomes_of(results: Results, arms: Sequence[str]) -> dict[str, list[FloatArray] | None]:
    """Gains and what is left of them under noise, in all zero-shot languages and in those of low resource, by arm."""
    found: dict[str, list[FloatArray] | None] = {}
    for title, low in (("zero-shot", None), ("low-resource", True)):
        for name, noisy in (("gain", False), ("robustness", True)):
            each = [outcome(results, arm, low, noisy) for arm in arms]
            whole = [one for one in each if one is not None]
            found[f"{title} {name}"] = whole if len(whole) == len(arms) else None
    return found


def outcome(results: Results, arm: str, low: bool | None, noisy: bool) -> FloatArray | None:
    """The mean over targets of an arm's gain, or of what noise takes from it: (1 + samples, seeds)."""
    found = []
    for panel in results.panels:
        for noise in [one for one in panel.conditions if bool(one[0]) is noisy]:
            codes = [c for c in panel.zero_shot(noise) if low is None or low_resource(results, c)]
            if codes:
                gain = panel.gain(arm, "none", codes, noise)
                found.append(gain - panel.gain(arm, "none", codes) if noisy else gain)
    return mean_of(found) if found else None


def rounded(value: float) -> str:
    """Three digits, or the whole number if that is longer.

    >>> rounded(0.0443), rounded(1500.0), rounded(float("nan"))
    ('0.0443', '1,500', '–')
    """
    if not math.isfinite(value):
        return "–"
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def arm_table(
    arms: dict[str, tuple[str, str]],
    measures: dict[str, FloatArray],
    outcomes: dict[str, list[FloatArray]],
    results: Results,
) -> Table:
    """Every arm with its measures and its outcomes."""
    rows: list[tuple[Entry, ...]] = []
    for place, arm in enumerate(arms):
        numbers = [rounded(float(values[place])) for values in measures.values()]
        effects: list[Effect] = [effect(each[place], units_in(results.panels)) for each in outcomes.values()]
        rows.append((arm, *numbers, *effects))
    return Table("Intermediate tasks", ("recipe", *measures, *outcomes), tuple(rows), signed=True)


def chart(x: FloatArray, y: FloatArray, arms: dict[str, tuple[str, str]], name: str) -> Chart:
    """An outcome over description length, coloured by task."""
    series = []
    for task in dict.fromkeys(task for task, _ in arms.values()):
        mine = [n for n, (its, _) in enumerate(arms.values()) if its == task and math.isfinite(x[n] + y[n])]
        codes = [code for _, code in arms.values()]
        series.append(Series(task, tuple(Point(float(x[n]), float(y[n]), label=codes[n]) for n in mine)))
    return Chart(f"{name} over description length", "scatter", tuple(series), "bits a label", f"{name}, points")
