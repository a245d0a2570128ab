"""What every study promises, as checks; and made scores, on which its analysis is tried before anything is trained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from xeval.contracts import Study
from xeval.errors import BadValue, XevalError
from xeval.plans.recipe import Recipe
from xeval.studies.design import Design, Selection, TaskFacts
from xeval.studies.findings import Findings
from xeval.studies.panel import CLEAN, Panel, condition
from xeval.studies.results import Results
from xeval.testing.orders import SAMPLE

CODES = tuple(language.code for language in SAMPLE)
TARGETS = (
    TaskFacts("made-nli", "classification", CODES, "en", labels=3),
    TaskFacts("made-pos", "tagging", CODES, "en", labels=17),
    TaskFacts("made-pairs", "retrieval", CODES, "en", trained=False),
)
INTERMEDIATES = tuple(
    TaskFacts(f"made-{name}", "classification", CODES, "en", labels=2) for name in ("a", "b", "c", "d")
)
SELECTION = Selection(
    suite="made",
    model="made",
    targets=TARGETS,
    intermediates=INTERMEDIATES,
    offered=INTERMEDIATES,
    languages={language.code: language for language in SAMPLE},
    noise=("noise",),
)
SAMPLES, UNITS = 200, 300  # draws of items, and items


def made_results(design: Design, selection: Selection = SELECTION, gains: Mapping[str, float] | None = None) -> Results:
    """Scores as a run of the design would give them: 0.6, less under noise, more after recipes that gain something."""
    panels = tuple(made_panel(design, task, gains or {}) for task in selection.targets if task.name in design.targets)
    return Results(selection, design, panels, (), selection.languages)


def made_panel(design: Design, task: TaskFacts, gains: Mapping[str, float]) -> Panel:
    """The scores of one target; `gains` are shares, by recipe."""
    conditions = (CLEAN, *dict.fromkeys(condition(ref.kind, ref.level) for ref in design.perturbations))
    shape = (1 + SAMPLES, len(design.seeds), len(design.recipes), len(design.languages), len(conditions))
    scores = 0.6 + np.random.default_rng(0).normal(0, 0.002, shape)
    scores -= 0.5 * np.array([level for _, level in conditions])
    scores += np.array([gains.get(recipe, 0.0) for recipe in design.recipes])[:, None, None]
    about = (task.name, "accuracy", task.source, design.recipes, design.languages, conditions, design.seeds)
    return Panel(*about, scores, UNITS)


def tried(study: Study) -> str:
    """Why a study cannot be tried on the samples; empty if it can."""
    try:
        design = study.design(SELECTION)
    except BadValue as error:
        return f"it refuses the sample selection ({error}), so little could be checked"
    return "its probes are not made here, so its analysis was not checked" if design.probes else ""


def findings_of(study: Study) -> Findings | None:
    """What a study finds in made scores; None if it cannot be tried."""
    return None if tried(study) else study.analyse(made_results(study.design(SELECTION)))


def declared(study: Study) -> Iterator[str]:
    """Its question and what it compares are written down."""
    if not study.question.strip():
        yield "it asks no question; say it in one sentence"
    names = [planned.name for planned in study.contrasts]
    if not names:
        yield "it plans no contrast; everything it finds would be explored only"
    yield from (f"two contrasts are called {name!r}" for name in {*names} if names.count(name) > 1)


def designed(study: Study) -> Iterator[str]:
    """What it asks to be run is lawful, and the same when it is asked again."""
    try:
        design = study.design(SELECTION)
    except BadValue:
        return  # a study may refuse a selection that cannot answer
    if not isinstance(design, Design):
        yield f"design() gives {type(design).__name__} instead of a Design"
        return
    yield from unlawful(design)
    if repr(study.design(SELECTION)) != repr(design):
        yield "the same selection gives another design"
    if study.design(replace(SELECTION, seeds=(7,), said=frozenset({"seeds"}))).seeds != (7,):
        yield "it does not keep to the seeds that the user said: selection.seeds"


def unlawful(design: Design) -> Iterator[str]:
    """What of a design cannot be run."""
    for recipe in design.recipes:
        try:
            written = str(Recipe.parse(recipe))
        except XevalError as error:
            yield f"the recipe {recipe!r} cannot be read: {error}"
            continue
        if written != recipe:
            yield f"the recipe {recipe!r} is written {written!r} in results; write it so"
    unknown = [*{*design.targets} - {task.name for task in TARGETS}, *{*design.languages} - {*CODES}]
    yield from (f"{name!r} is in the design and was not in the selection" for name in sorted(unknown))
    if not (design.targets and design.languages and design.seeds):
        yield "it asks for no target, no language or no seed"


def analysed(study: Study) -> Iterator[str]:
    """From made scores it answers each contrast that it planned, and the same again."""
    found = findings_of(study)
    if found is None:
        return
    if not isinstance(found, Findings):
        yield f"analyse() gives {type(found).__name__} instead of Findings"
        return
    if not found.answer.strip():
        yield "the findings have no answer"
    answered = {claim.name for claim in found.claims if claim.planned}
    yield from (
        f"the planned contrast {one.name!r} has no claim" for one in study.contrasts if one.name not in answered
    )
    if repr(findings_of(study)) != repr(found):
        yield "the same results give other findings"


CHECKS = (declared, designed, analysed)


def outputs(study: Study) -> list[str]:
    """What a study makes of the samples."""
    return [repr(findings_of(study))] if tried(study) else [repr(study.design(SELECTION)), repr(findings_of(study))]
