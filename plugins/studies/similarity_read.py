"""What the similarity study reads from its results."""

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
    Panel,
    Point,
    Series,
    Table,
    Unit,
    brief,
    effect,
    explored,
    grid_table,
    ndcg,
    paired_t,
    planned_claims,
    rank_of_best,
    regret,
    regret_of_chance,
    within_targets,
)
from xeval.api import Findings, Planned, Probe, Results
from xeval.plugins.studies.complexity_read import arms_with_tasks
from xeval.plugins.studies.predictors import PREDICTORS, Arms, Similar, mean, text_similarity
from xeval.plugins.studies.reading import basis, estimated, mean_over_seeds, note_of_languages


def read(contrasts: Sequence[Planned], results: Results) -> Findings:
    """The findings: embeddings as planned, baselines and choices explored."""
    arms, panels = arms_with_tasks(results), results.panels
    gains = np.array([[gain(panel, arm).value for arm in arms] for panel in panels])
    tables = {name: similarities(results, arms, one) for name, one in PREDICTORS.items()}
    claims = planned_claims(contrasts, correlations(results, arms, tables, gains), UNITS)
    choices = choice_table(tables, gains)
    return Findings(
        answer=f"{answer(claims, choices)} {basis(panels)}",
        claims=claims,
        tables=(choices, predictor_table(arms, tables, gains), gain_table(panels, arms), by_language(results, arms)),
        charts=tuple(chart(panel, arms, tables["TextEmb"][n], gains[n]) for n, panel in enumerate(panels)),
        warnings=results.design.warnings,
        notes=(*note_of_languages(panels), *DEFINITIONS),
    )


UNITS: Mapping[str, Unit] = {"text": "correlation", "text, size fixed": "correlation", "task": "correlation"}
DEFINITIONS = (
    "TextEmb: cosine of the mean text vectors of intermediate and target, mean over the target's zero-shot languages.",
    "TaskEmb: cosine of the Fisher information of the encoder trained on either, per example at true labels.",
    "Rank correlations are taken within each target and averaged; p permutes whole intermediate tasks.",
    "regret: best gain minus the best gain among the tasks chosen; that of a random choice beside it.",
)


def correlations(
    results: Results, arms: Arms, tables: Mapping[str, FloatArray], gains: FloatArray
) -> dict[str, Effect]:
    """The rank correlations that are planned, as far as they are known, by their contrast."""
    families = [task for task, _ in arms.values()]
    sizes = np.array([mean_over_seeds(results, Probe("profile", t, c), "examples") for t, c in arms.values()])
    found = {
        "text": within_targets(tables["TextEmb"], gains, families),
        "text, size fixed": within_targets(tables["TextEmb"], gains, families, sizes),
        "task": within_targets(tables["TaskEmb"], gains, families),
    }
    return {name: replace(of, seeds=len(results.design.seeds)) for name, of in estimated(found).items()}


def predictor_table(arms: Arms, tables: Mapping[str, FloatArray], gains: FloatArray) -> Table:
    """How each predictor goes with the gain, over arms within targets."""
    families = [task for task, _ in arms.values()]
    found = estimated({name: within_targets(table, gains, families) for name, table in tables.items()})
    return grid_table("Predictors of the gain, within targets (rank correlation)", explored(found, "correlation"))


def gain(panel: Panel, arm: str) -> Effect:
    """The zero-shot gain of an arm on a target."""
    return effect(panel.gain(arm, "none", panel.zero_shot()), panel.units)


def similarities(results: Results, arms: Arms, similar: Similar) -> FloatArray:
    """(targets, arms), NaN where it is not known."""
    return np.array([[similar(results, arms, arm, panel) for arm in arms] for panel in results.panels])


def choice_table(tables: Mapping[str, FloatArray], gains: FloatArray) -> Table:
    """What choosing the intermediate task by each predictor costs, mean over targets with a t interval over them."""
    rows = [choice(name, *known) for name, table in tables.items() if len((known := known_rows(table, gains))[0])]
    heads = ("predictor", "targets", "NDCG", "regret@1", "of chance", "saved", "regret@3", "rank of the best")
    captions = (f"Of {gains.shape[1]} intermediate tasks, each language counted. saved: chance minus regret@1.",)
    return Table("Choosing the intermediate task", heads, tuple(rows), captions=captions)


def known_rows(table: FloatArray, gains: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The targets of which both the predictor and the gain are known for every arm: of both, (targets, arms)."""
    whole = np.isfinite(table).all(axis=1) & np.isfinite(gains).all(axis=1)
    return table[whole], gains[whole]


def choice(name: str, table: FloatArray, gains: FloatArray) -> tuple[Entry, ...]:
    """What choosing by one predictor costs, over targets of which all is known."""
    known = list(zip(table, gains, strict=True))
    losses = [regret(said, gain, 1) for said, gain in known]
    chance = [regret_of_chance(gain, 1) for gain in gains]
    saved = paired_t([c - r for c, r in zip(chance, losses, strict=True)])
    three = mean([regret(said, gain, min(3, len(gain))) for said, gain in known])
    quality = mean([ndcg(said, gain) for said, gain in known])
    rank = mean([rank_of_best(said, gain) for said, gain in known])
    return (name, str(len(known)), f"{quality:.2f}", mean(losses), mean(chance), saved, three, f"{rank:.1f}")


def gain_table(panels: Sequence[Panel], arms: Arms) -> Table:
    """The gain of every arm on every target."""
    rows: list[tuple[Entry, ...]] = [(arm, *(gain(panel, arm) for panel in panels)) for arm in arms]
    return Table(
        "Gains, zero-shot", ("recipe", *(panel.target for panel in panels)), tuple(rows), heat=True, signed=True
    )


def by_language(results: Results, arms: Arms) -> Table:
    """TextEmb against the gain language by language: one correlation each, over arms within targets."""
    found: dict[str, Effect] = {}
    families = [task for task, _ in arms.values()]
    for code in results.design.languages:
        panels = [panel for panel in results.panels if code in panel.zero_shot()]
        if panels:
            near = np.array([[text_similarity(results, *arms[a], p.target, code) for a in arms] for p in panels])
            gains = np.array([[effect(p.gain(a, "none", [code]), p.units).value for a in arms] for p in panels])
            found[code] = within_targets(near, gains, families)
    each = explored(estimated(found), "correlation")
    return grid_table("TextEmb against the gain, language by language", each, "language")


def chart(panel: Panel, arms: Arms, near: FloatArray, gains: FloatArray) -> Chart:
    """Gains over similarity, coloured by intermediate task."""
    series = []
    for task in dict.fromkeys(task for task, _ in arms.values()):
        mine = [n for n, (its, _) in enumerate(arms.values()) if its == task and math.isfinite(near[n] + gains[n])]
        each = {n: gain(panel, list(arms)[n]) for n in mine}
        codes = [code for _, code in arms.values()]
        points = (Point(float(near[n]), of.value, of.low, of.high, codes[n]) for n, of in each.items())
        series.append(Series(task, tuple(points)))
    return Chart(f"Gain on {panel.target} over TextEmb", "scatter", tuple(series), "cosine", "zero-shot gain, points")


def answer(claims: Sequence[Claim], choices: Table) -> str:
    """The answer in one paragraph."""
    said = " ".join(map(brief, claims)) or "No similarity is known for every task."
    first = next((row for row in choices.rows if row[0] == "TextEmb"), None)
    if first is None or not isinstance(first[3], float) or not isinstance(first[4], float):
        return said
    lost, chance = 100 * first[3], 100 * first[4]
    return f"{said} Choosing by TextEmb loses {lost:.1f} points to the best choice; a random one {chance:.1f}."
