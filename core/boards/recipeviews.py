"""Views of recipes: what each intermediate task gains over none, and scores over the share of its data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from xeval.boards.board import ZERO_SHOT, Column, Hole, System
from xeval.boards.measures import Measure, Measures
from xeval.boards.summaries import Summary
from xeval.plans.recipe import EMPTY, Recipe

GAIN = Column("gain", kind="change", interval=True)
NO_SCALE = Hole("not-run", "the recipe was not run at this scale")


# ------------------------------------------------------------------------------------------------ intermediate tasks


def intermediate_summaries(parts: Mapping[str, Summary], whole: Summary) -> Iterator[Summary]:
    """For each model with recipes and with none: its zero-shot average and the gains over none, by target task."""
    for model in dict.fromkeys(system.model for system in whole.systems):
        members = [system for system in whole.systems if system.model == model]
        baseline = System(model, EMPTY)
        if baseline in members and len(members) > 1:
            yield gains_of(parts, whole, members, baseline)


def gains_of(parts: Mapping[str, Summary], whole: Summary, members: Sequence[System], baseline: System) -> Summary:
    """The systems of one model beside what each gains over its baseline."""
    of = whole.only(members)
    columns: Measures = {ZERO_SHOT: of.headline, GAIN: gain(of.headline, members.index(baseline))}
    for name, part in parts.items():
        column = Column(name, "gain by target", "change", heat=True)
        columns[column] = gain(part.only(members).headline, members.index(baseline))
    caption = f"gain: zero-shot average less that of {baseline}, on the same items"
    title = f"Intermediate tasks of {baseline.model}: {whole.title}"
    return replace(of, title=title, columns=columns, captions=(*whole.captions, caption))


def gain(of: Measure, baseline: int) -> Measure:
    """What every system has over one of them; a hole where either has one."""
    lacking = of.holes[baseline]
    holes = tuple(hole or lacking for hole in of.holes)
    return Measure(of.values - of.values[:, baseline : baseline + 1], holes)


# -------------------------------------------------------------------------------------------------- shares of data


def scale_summaries(parts: Mapping[str, Summary], whole: Summary) -> Iterator[Summary]:
    """For each target task and their mean: recipes as lines, the shares of their data as columns."""
    families = scale_families(whole.systems)
    if families:
        for part in dict.fromkeys([*parts.values(), whole]):
            yield scales_of(part, families)


def scale_families(systems: Sequence[System]) -> dict[System, dict[float, System]]:
    """Recipes that differ in how much data they use alone, by that share; only those with several."""
    found: dict[System, dict[float, System]] = {}
    for system in systems:
        family, scale = without_scale(system)
        if scale:
            found.setdefault(family, {})[scale] = system
    return {family: dict(sorted(its.items())) for family, its in found.items() if len(its) > 1}


def without_scale(system: System) -> tuple[System, float]:
    """The recipe on all of its data, and the share that it has; steps keep their proportions. 0 for no recipe."""
    recipe = Recipe.parse(system.recipe)
    most = max((part.scale for step in recipe.steps for part in step.parts), default=0.0)
    steps = (replace(step, parts=tuple(replace(p, scale=p.scale / most) for p in step.parts)) for step in recipe.steps)
    return replace(system, recipe=str(replace(recipe, steps=tuple(steps)))), most


def scales_of(of: Summary, families: Mapping[System, Mapping[float, System]]) -> Summary:
    """One target task, or the mean: the headline of each family at each share; none of the data is the baseline."""
    shares = sorted({share for its in families.values() for share in its})
    at = {share: [its.get(share) for its in families.values()] for share in shares}
    nothing = [System(family.model, EMPTY) for family in families]
    if any(system in of.systems for system in nothing):
        at = {0.0: [system if system in of.systems else None for system in nothing], **at}
    columns = {
        Column(f"*{share:g}" if share else EMPTY, "zero-shot by share of data", at=share): picked(of, systems)
        for share, systems in at.items()
    }
    lacks = {family: "; ".join(said) for family, its in families.items() if (said := lacks_among(of, its.values()))}
    caption = "*0.1: on a tenth of the intermediate data; shares are nested. Systems are ranked at the largest"
    last = list(columns.values())[-1]
    return replace(
        of,
        systems=tuple(families),
        headline=last,
        columns=columns,
        captions=(*of.captions, caption),
        lacks=lacks,
        votes=(last,),
    )


def lacks_among(of: Summary, systems: Iterable[System]) -> list[str]:
    """What some systems lack."""
    return [f"{system} {of.lacks[system]}" for system in systems if system in of.lacks]


def picked(of: Summary, systems: Sequence[System | None]) -> Measure:
    """The headlines of some systems, in their order; a hole where there is none."""
    places = [None if system is None else of.systems.index(system) for system in systems]
    empty = np.full(len(of.headline.values), np.nan)
    values = [empty if place is None else of.headline.values[:, place] for place in places]
    holes = tuple(NO_SCALE if place is None else of.headline.holes[place] for place in places)
    return Measure(np.stack(values, axis=1), holes)
