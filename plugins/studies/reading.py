"""What the studies that ship share in reading results."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

from xeval.analysis import Effect, Entry, FloatArray, Panel, Table, mixed
from xeval.api import Probe, Results

LOW = 2  # the resource class of Joshi et al. 2020 up to which a language is called low-resource


def arms_of(results: Results, role: str) -> list[str]:
    """The recipes that play a role in the design, and have scores."""
    there = {recipe for panel in results.panels for recipe in panel.recipes}
    return [recipe for recipe, its in results.design.roles.items() if its == role and recipe in there]


def units_in(panels: Sequence[Panel]) -> int:
    """The fewest test items, or groups of items, that a target has."""
    return min((panel.units for panel in panels), default=0)


def note_of_languages(panels: Sequence[Panel]) -> Iterator[str]:
    """Which languages a mean is over, and which are left out since a score is missing; targets that are alike, once."""
    alike: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for panel in panels:
        lost = tuple(code for code in panel.languages if code not in panel.complete() and code != panel.source)
        alike.setdefault((panel.zero_shot(), lost), []).append(panel.target)
    for (there, lost), targets in alike.items():
        without = f"; not in {', '.join(lost)}, where scores are missing" if lost else ""
        yield f"{', '.join(targets)}: mean over {', '.join(there)}{without}."


def basis(panels: Sequence[Panel]) -> str:
    """What an answer rests on: seeds, target tasks, items and languages."""
    if not panels:
        return ""
    seeds, tasks = max(len(panel.seeds) for panel in panels), len(panels)
    codes = dict.fromkeys(code for panel in panels for code in panel.zero_shot())
    counted = (counts(seeds, "seed"), counts(tasks, "target task"), counts(len(codes), "zero-shot language"))
    return f"This rests on {', '.join(counted)}, and {units_in(panels):,} items or more of each target."


def counts(number: int, what: str) -> str:
    """A number of things.

    >>> counts(1, "seed"), counts(3, "seed")
    ('1 seed', '3 seeds')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def low_resource(results: Results, code: str) -> bool:
    """Whether a language has next to no labelled data: classes 0 to 2 of Joshi et al. 2020."""
    found = results.resource(code)
    return found is not None and found <= LOW


def mean_over_seeds(results: Results, probe: Probe, name: str) -> float:
    """A number that was measured, mean over seeds; NaN if it is not known."""
    found = [document.get(name) for (one, _), document in results.probes.items() if one == probe]
    known = [float(value) for value in found if value is not None]
    return sum(known) / len(known) if known else math.nan


def estimated(found: Mapping[str, Effect]) -> dict[str, Effect]:
    """The effects that could be estimated: the others are no numbers."""
    return {name: of for name, of in found.items() if not math.isnan(of.value)}


Cellwise = Callable[[Panel, str], FloatArray | None]  # a contrast on a target in one language: (1 + samples, seeds)


def generalised(panels: Sequence[Panel], contrasts: Mapping[str, Cellwise]) -> Table:
    """Would a contrast hold for other languages, targets and seeds? A mixed model of each contrast."""
    rows: list[tuple[Entry, ...]] = []
    for name, contrast in contrasts.items():
        cells = [(panel, code, contrast(panel, code)) for panel in panels for code in panel.zero_shot()]
        known = [
            (float(value), code, panel.target, str(seed))
            for panel, code, values in cells
            if values is not None
            for seed, value in zip(panel.seeds, values[0], strict=True)
            if value == value
        ]
        if len(known) > 2:
            rows.append((name, *fitted(known)))
    heads = ("contrast", "mean", "deviation between languages", "between targets", "between seeds", "rest")
    captions = (
        "Mixed model by REML with crossed random intercepts; one level of anything says nothing of others of its kind.",
    )
    return Table("For other languages, targets and seeds, explored", heads, tuple(rows), captions=captions, signed=True)


def fitted(known: Sequence[tuple[float, str, str, str]]) -> tuple[Entry, ...]:
    """The mean of a mixed model, and its deviations; none for what has one level."""
    _, codes, targets, seeds = zip(*known, strict=True)
    labels = {"language": codes, "target": targets, "seed": seeds}
    found = mixed([one[0] for one in known], {}, labels)
    return (found.effects["mean"], *(found.deviations.get(name) for name in (*labels, "rest")))
