"""What the study of language orders reads from its results."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from xeval.analysis import (
    Chart,
    Claim,
    Entry,
    FloatArray,
    Panel,
    Point,
    Series,
    Table,
    backward_transfer,
    brief,
    effect,
    final_average,
    forgetting,
    forward_transfer,
    mean_of,
    order_sensitivity,
    order_variance,
    p_value,
    planned_claims,
)
from xeval.api import Findings, Planned, Results
from xeval.plugins.studies.common import NOTHING
from xeval.plugins.studies.language_order import FIRST, LATER, MIXED
from xeval.plugins.studies.reading import arms_of, basis, generalised, note_of_languages, units_in

LANGUAGE = re.compile(r"\[([^\]]+)\]")


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
        notes=(*note_of_languages(panels, results), *DEFINITIONS),
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


def orders(results: Results) -> list[str]:
    """The recipes that are whole orders."""
    return [*arms_of(results, FIRST), *arms_of(results, LATER)]


def hops(recipe: str) -> list[str]:
    """The languages of a recipe's hops, in order."""
    return LANGUAGE.findall(recipe)


def trained_in(results: Results) -> set[str]:
    """The languages that the orders train on."""
    return {code for order in orders(results) for code in hops(order)}


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


def whole(panel: Panel, results: Results) -> bool:
    """Whether a target is scored in every language that is trained on."""
    return trained_in(results) <= set(panel.complete())


def matrix(panel: Panel, order: str, codes: Sequence[str]) -> FloatArray:
    """R (1 + samples, seeds, hops, languages) of an order."""
    steps = order.split(">")
    prefixes = [">".join(steps[: count + 1]) for count in range(len(steps))]
    return np.stack([np.stack([panel.at(p, [code]) for code in codes], axis=-1) for p in prefixes], axis=2)


def measures(panel: Panel, order: str) -> dict[str, FloatArray]:
    """Every measure of continual learning of an order on a target, each (1 + samples, seeds)."""
    codes = panel.complete()
    scores, trained = matrix(panel, order, codes), [codes.index(code) for code in hops(order)]
    before = np.stack([panel.at("none", [code]) for code in codes], axis=-1)
    return {
        "final": final_average(scores),
        "backward transfer": backward_transfer(scores, trained),
        "forgetting": forgetting(scores, trained),
        "forward transfer": forward_transfer(scores, trained, before),
    }


def order_table(results: Results) -> Table:
    """The measures of each order, mean over the targets that are scored in every language trained on."""
    there = [panel for panel in results.panels if whole(panel, results)]
    rows: list[tuple[Entry, ...]] = []
    for order in orders(results) if there else ():
        each = [measures(panel, order) for panel in there]
        found = {name: effect(mean_of([one[name] for one in each]), units_in(there)) for name in each[0]}
        rows.append((" > ".join(hops(order)), *found.values()))
    heads = ("order", "final", "backward transfer", "forgetting", "forward transfer")
    return Table(
        "Orders, hop by hop", heads, tuple(rows), captions=(f"Mean over {', '.join(p.target for p in there)}.",)
    )


def sensitivity(results: Results) -> tuple[Table, str]:
    """How much final zero-shot scores differ between orders, and whether more than seeds explain."""
    rows: list[tuple[Entry, ...]] = []
    for panel in results.panels:
        finals = {order: panel.at(order, panel.zero_shot())[0] for order in orders(results)}
        scored = {order: values for order, values in finals.items() if np.isfinite(values).all()}
        if len(scored) < 2:
            continue
        values = np.stack(list(scored.values()), axis=-1)
        means = values.mean(axis=0)
        variance, p = order_variance(values)
        best = name_of(list(scored)[int(means.argmax())])
        row = (float(order_sensitivity(means)), float(np.ptp(means)), float(np.sqrt(variance)))
        rows.append((panel.target, *row, p_value(p), best))
    heads = ("target", "deviation", "range", "beyond seeds", "p", "best")
    table = Table(
        "How much the order matters to zero-shot scores",
        heads,
        tuple(rows),
        captions=("beyond seeds: deviation between orders that seeds do not explain; p that there is none (F test).",),
    )
    widest = max(rows, key=lambda row: row[2] if isinstance(row[2], float) else 0.0, default=None)
    if widest is None or not isinstance(widest[2], float):
        return table, ""
    return table, f"Orders differ most on {widest[0]}: by {100 * widest[2]:.1f} points ({widest[4]})."


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


def name_of(recipe: str) -> str:
    """A recipe by its languages alone."""
    return " > ".join(hops(recipe)) or recipe


def chart(panel: Panel, results: Results) -> Chart:
    """The zero-shot mean after each hop of every order, from no hop at all."""
    series = []
    for order in orders(results):
        steps = order.split(">")
        recipes = ["none", *(">".join(steps[: count + 1]) for count in range(len(steps)))]
        each = [effect(panel.at(recipe, panel.zero_shot()), panel.units) for recipe in recipes]
        points = tuple(Point(float(hop), of.value, of.low, of.high) for hop, of in enumerate(each))
        series.append(Series(name_of(order), points))
    return Chart(f"{panel.target}, hop by hop", "curves", tuple(series), "hops", f"zero-shot {panel.metric}, percent")


def answer(claims: Sequence[Claim], words: str, panels: Sequence[Panel]) -> str:
    """The answer in one paragraph."""
    if not claims:
        return f"Nothing could be compared with {NOTHING}."
    return " ".join(filter(None, [*map(brief, claims), words, basis(panels)]))
