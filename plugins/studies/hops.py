"""Orders of languages hop by hop: the measures of continual learning, and what differs between orders."""

from __future__ import annotations

import re
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
    backward_transfer,
    effect,
    final_average,
    forgetting,
    forward_transfer,
    mean_of,
    order_sensitivity,
    order_variance,
    p_value,
)
from xeval.api import Results
from xeval.plugins.studies.language_order import FIRST, LATER
from xeval.plugins.studies.reading import arms_of, units_in

LANGUAGE = re.compile(r"\[([^\]]+)\]")


def orders(results: Results) -> list[str]:
    """The recipes that are whole orders."""
    return [*arms_of(results, FIRST), *arms_of(results, LATER)]


def hops(recipe: str) -> list[str]:
    """The languages of a recipe's hops, in order."""
    return LANGUAGE.findall(recipe)


def trained_in(results: Results) -> set[str]:
    """The languages that the orders train on."""
    return {code for order in orders(results) for code in hops(order)}


def name_of(recipe: str) -> str:
    """A recipe by its languages alone."""
    return " > ".join(hops(recipe)) or recipe


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
