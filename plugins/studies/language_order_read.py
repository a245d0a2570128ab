"""What the study of language orders reads from its results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from xeval.analysis import (
    Claim,
    FloatArray,
    Panel,
    Table,
    brief,
    effect,
    mean_of,
    planned_claims,
)
from xeval.api import Findings, Planned, Results
from xeval.plugins.studies.common import NOTHING
from xeval.plugins.studies.hops import chart, name_of, order_table, orders, sensitivity, trained_in, whole
from xeval.plugins.studies.language_order import FIRST, LATER, MIXED
from xeval.plugins.studies.reading import arms_of, basis, generalised, note_of_languages, units_in


def read(contrasts: Sequence[Planned], results: Results) -> Findings:
    """The findings of all orders: as planned, then measures of continual learning order by order."""
    panels, trained = results.panels, trained_in(results)
    effects = {
        "first": contrast(results, arms_of(results, FIRST), arms_of(results, LATER), lambda p: p.zero_shot()),
        "untouched": contrast(
            results,
            arms_of(results, FIRST),
            arms_of(results, LATER),
            lambda p: tuple(code for code in p.zero_shot() if code not in trained),
        ),
        "mixed": contrast(results, arms_of(results, MIXED), orders(results), lambda p: p.zero_shot()),
    }
    known = {name: effect(values, units_in(panels)) for name, values in effects.items() if values is not None}
    claims = planned_claims(contrasts, known)
    spread, words = sensitivity(results)
    return Findings(
        answer=answer(claims, words, panels),
        claims=claims,
        tables=(
            order_table(results),
            spread,
            generalised(panels, {"source first minus later": partial(first_minus_later, results)}),
            *probe_tables(results),
        ),
        charts=tuple(chart(panel, results) for panel in panels if trained and whole(panel, results)),
        warnings=results.design.warnings,
        notes=(*note_of_languages(panels), *DEFINITIONS),
    )


DEFINITIONS = (
    "A hop trains on one language for an equal share of the budget. R[i, j] is the score in language j after hop i.",
    "Scores are of the target tasks, fine-tuned in the source language after the hop.",
    "final: mean over all languages after the last hop.",
    "backward transfer: last score minus the score just after the language's own hop (below 0: forgetting).",
    "forgetting: best earlier score minus the last. Both over all languages trained on but the last.",
    "forward transfer: score just before the language's own hop minus the score without any.",
    "RankC: how alike an item's answers are ranked in two languages, the first counting most (Qi et al. 2023).",
)


def contrast(
    results: Results, first: Sequence[str], second: Sequence[str], languages: Callable[[Panel], tuple[str, ...]]
) -> FloatArray | None:
    """The mean of some recipes minus the mean of others, over targets: (1 + samples, seeds)."""
    found = []
    for panel in results.panels:
        codes = languages(panel)
        if codes and first and second:
            means = [mean_of([panel.at(recipe, codes) for recipe in recipes]) for recipes in (first, second)]
            found.append(means[0] - means[1])
    return mean_of(found) if found else None


def first_minus_later(results: Results, panel: Panel, code: str) -> FloatArray | None:
    """Orders that begin with the source language minus the others, in one language."""
    roles = [arms_of(results, role) for role in (FIRST, LATER)]
    if not all(roles):
        return None
    first, later = (mean_of([panel.at(one, [code]) for one in arms]) for arms in roles)
    return first - later


def probe_tables(results: Results) -> list[Table]:
    """Alignment of translations in the last layer, and answers in two languages, after each whole recipe."""
    alignment = {"retrieval": last("retrieval"), "CKA x 100": last("cka")}
    answers = {"RankC": number("rank_consistency"), "agreement": number("agreement"), "kappa x 100": number("kappa")}
    found = [
        probe_table(results, "alignment", "Alignment with the source language in the last layer", alignment),
        probe_table(results, "consistency", "Answers consistent with those in the source language", answers),
    ]
    return [table for table in found if table is not None]


Read = Callable[[Mapping[str, Any]], float | None]


def last(name: str) -> Read:
    """The last of the numbers of that name: of the last layer."""
    return lambda document: float(document[name][-1])


def number(name: str) -> Read:
    """The number of that name."""
    return lambda document: document[name]


def probe_table(results: Results, kind: str, title: str, read: Mapping[str, Read]) -> Table | None:
    """What a probe measured, a row for each recipe, means over seeds; None if nothing was measured."""
    found: dict[tuple[str, str, str], list[float]] = {}
    for (probe, _), document in results.probes.items():
        for what, take in read.items() if probe.kind == kind else ():
            if (value := take(document)) is not None:
                found.setdefault((probe.recipe, probe.language, what), []).append(value)
    if not found:
        return None
    columns = [(code, what) for code in dict.fromkeys(code for _, code, _ in found) for what in read]
    rows = tuple(
        (name_of(recipe), *(mean(found.get((recipe, *column), ())) for column in columns))
        for recipe in dict.fromkeys(recipe for recipe, _, _ in found)
    )
    (task,) = {probe.task for probe, _ in results.probes if probe.kind == kind}
    heads = ("recipe", *(f"{code}: {what}" for code, what in columns))
    return Table(title, heads, rows, captions=(f"Explored; of {task}, means over seeds.",))


def mean(values: Sequence[float]) -> float | None:
    """The mean, if there is anything to take it of."""
    return float(np.mean(values)) if values else None


def answer(claims: Sequence[Claim], words: str, panels: Sequence[Panel]) -> str:
    """The answer in one paragraph."""
    if not claims:
        return f"Nothing could be compared with {NOTHING}."
    return " ".join(filter(None, [*map(brief, claims), words, basis(panels)]))
