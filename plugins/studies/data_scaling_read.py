"""What the scaling study reads from its results."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from xeval.analysis import (
    Chart,
    Claim,
    Effect,
    Entry,
    Fit,
    FloatArray,
    Panel,
    Point,
    Series,
    Table,
    brief,
    data_multiplier,
    effect,
    fits,
    held_out_error,
    interval,
    mean_of,
    planned_claims,
)
from xeval.api import Findings, Planned, Results
from xeval.plugins.studies.amounts import Curve, Curves, curves_of, every_curve, in_common, name_of
from xeval.plugins.studies.common import ENGLISH, MANY
from xeval.plugins.studies.data_scaling import STEPS
from xeval.plugins.studies.reading import basis, low_resource, note_of_languages, units_in


def read(contrasts: Sequence[Planned], results: Results) -> Findings:
    """The findings: slopes as planned, then laws for every target and arm."""
    claims = planned_claims(contrasts, slopes_of(results))
    return Findings(
        answer=answer(claims, results),
        claims=claims,
        tables=(law_table(results), slope_table(results), multiplier_table(results)),
        charts=tuple(chart(panel, results) for panel in results.panels),
        warnings=results.design.warnings,
        notes=(*note_of_languages(results.panels), *DEFINITIONS),
    )


DEFINITIONS = (
    "Amounts are shares of the task's budget, nested. With fixed epochs, a larger share is also more steps.",
    "With fixed steps (task*share^times) a share is gone through so many times that it takes the steps of the largest.",
    "Slopes are compared, and data multipliers taken, at the amounts that both curves have.",
    "Laws are fitted to zero-shot means with an intercept for each seed, and compared by AICc.",
    "Intervals of slopes are t, those of exponents (power) and of shares that leave 1/e to gain by profile likelihood.",
    "extrapolation: mean score at the largest amount minus what the law, fitted without it, says.",
    "Data multiplier: how many times as much source-language data is needed for the score of the multilingual mix.",
)


def slope(panel: Panel, curve: Curve, codes: Sequence[str]) -> FloatArray:
    """What a doubling adds, (1 + samples, seeds): the least-squares slope over log2 of the share; NaN of one amount."""
    if len(curve) < 2:
        return np.full_like(panel.at(curve[0][1], codes), np.nan)
    x = np.log2([share for share, _ in curve])
    x = x - x.mean()
    scores = np.stack([panel.at(recipe, codes) for _, recipe in curve], axis=-1)
    found: FloatArray = scores @ x / float(x @ x)
    return found


def mean_slope(results: Results, curves: Curves, low: bool | None = None) -> FloatArray | None:
    """The mean over tasks and targets, in all zero-shot languages, in those of low resource, or in the others."""
    found = []
    for panel in results.panels:
        there = panel.zero_shot()
        codes = [code for code in there if low is None or low_resource(results, code) is low]
        both = {low_resource(results, code) for code in there} >= {True, False}
        if codes and (low is None or both):
            found += [slope(panel, curve, codes) for curve in curves.values()]
    return mean_of(found) if found else None


def slopes_of(results: Results) -> dict[str, Effect]:
    """The planned effects that can be estimated."""
    english, steps, many = (curves_of(results, role) for role in (ENGLISH, STEPS, MANY))
    low, others = (mean_slope(results, english, low=one) for one in (True, False))
    mixed, alone = mean_slope(results, many), mean_slope(results, in_common(english, many))
    values = {
        "doubling": mean_slope(results, english),
        "steps": mean_slope(results, steps),
        "low-resource": None if low is None or others is None else low - others,
        "multilingual": None if mixed is None or alone is None else mixed - alone,
    }
    return {name: effect(value, units_in(results.panels)) for name, value in values.items() if value is not None}


def observed(panel: Panel, curve: Curve) -> FloatArray:
    """Zero-shot means (seeds, amounts)."""
    return np.stack([panel.at(recipe, panel.zero_shot())[0] for _, recipe in curve], axis=-1)


def law_table(results: Results) -> Table:
    """The best law for each target and recipe, with its shape and how it extrapolates."""
    rows: list[tuple[Entry, ...]] = []
    for panel in results.panels:
        for curve in every_curve(results):
            sizes, scores = [share for share, _ in curve], observed(panel, curve)
            found = fits(sizes, scores)
            if not found or np.isnan(scores).any():
                continue
            best = found[0]
            next_best = f"{found[1].law} +{found[1].aicc - best.aicc:.1f}" if len(found) > 1 else "–"
            off = held_out_error(best.law, sizes, scores)
            fitted = (best.law, next_best, shape_of(best, sizes, scores), f"{best.determined:.2f}", f"{100 * off:+.1f}")
            rows.append((panel.target, name_of(curve), *fitted))
    heads = ("target", "recipe", "law", "next by AICc", "shape", "R2 within seeds", "extrapolation, points")
    shape = "shape: points a doubling (log-linear), exponent (power), share that leaves 1/e to gain (exponential)."
    return Table("Laws, explored", heads, tuple(rows), "number", captions=(shape,))


def shape_of(best: Fit, sizes: Sequence[float], scores: FloatArray) -> str:
    """The parameter of a law with its interval: points a doubling, the exponent, or the share that leaves 1/e."""
    if best.law == "constant":
        return "–"
    linear = best.law == "log-linear"
    factor, value = (100 * math.log(2), best.slope) if linear else (1.0, best.shape)
    low, high = interval(best.law, sizes, scores)
    within = f" ({factor * low:.2g} to {factor * high:.2g})" if math.isfinite(low) else ""
    return f"{factor * value:.2g}{within}"


def slope_table(results: Results) -> Table:
    """What a doubling adds, target by target, in low-resource languages and in the others."""
    rows: list[tuple[Entry, ...]] = []
    for panel in results.panels:
        for curve in every_curve(results):
            entries: list[Entry] = []
            for low in (None, True, False):
                codes = [c for c in panel.zero_shot() if low is None or low_resource(results, c) is low]
                entries.append(effect(slope(panel, curve, codes), panel.units) if codes else None)
            rows.append((panel.target, name_of(curve), *entries))
    heads = ("target", "recipe", "zero-shot", "low-resource", "others")
    return Table("What a doubling of the data adds, explored", heads, tuple(rows), signed=True)


def multiplier_table(results: Results) -> Table:
    """How much source-language data the multilingual mix is worth, target by target."""
    rows: list[tuple[Entry, ...]] = []
    english, many = curves_of(results, ENGLISH), curves_of(results, MANY)
    for panel in results.panels:
        for task, curve in in_common(many, english).items():
            alone = in_common(english, many)[task]
            means = [observed(panel, one).mean(axis=0) for one in (curve, alone)]
            rows.append((panel.target, name_of(curve), times(data_multiplier([share for share, _ in alone], *means))))
    return Table("Data multiplier of several languages, explored", ("target", "recipe", "times"), tuple(rows), "number")


def times(multiplier: float) -> str:
    """A data multiplier, if there is one."""
    return f"{multiplier:.1f}" if math.isfinite(multiplier) else "–"


def chart(panel: Panel, results: Results) -> Chart:
    """Zero-shot scores over amounts of data, and the score without any."""
    series = []
    for curve in every_curve(results):
        each = [(share, effect(panel.at(recipe, panel.zero_shot()), panel.units)) for share, recipe in curve]
        series.append(Series(name_of(curve), tuple(Point(x, of.value, of.low, of.high) for x, of in each)))
    base = effect(panel.at("none", panel.zero_shot()), panel.units)
    ends = (min(p.x for p in series[0].points), max(p.x for p in series[0].points)) if series else ()
    series.append(Series("none", tuple(Point(x, base.value, base.low, base.high) for x in ends)))
    name = f"zero-shot {panel.metric}, percent"
    caption = "Bands are 95% intervals of each score; slopes are compared within seeds, and are surer."
    share = "share of the intermediate data"
    return Chart(panel.target, "curves", tuple(series), share, name, log_x=True, caption=caption)


def answer(claims: Sequence[Claim], results: Results) -> str:
    """The answer in one paragraph."""
    laws = [str(row[2]) for row in law_table(results).rows]
    counts = ", ".join(f"{law} {laws.count(law)} times" for law in dict.fromkeys(laws))
    said = " ".join(map(brief, claims)) or "No slope could be estimated."
    best = f"The law with the best AICc over targets and recipes (explored): {counts or 'none could be fitted'}."
    return f"{said} {best} {basis(results.panels)}"
