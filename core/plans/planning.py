"""From an experiment to its plan: which cells there are, and which are holes, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from xeval.cell import Cell
from xeval.contracts import TargetTask
from xeval.facts.registry import ModelEntry, Registry
from xeval.guests import asked, missing
from xeval.perturbation import PerturbationRef
from xeval.plans.absence import remarks
from xeval.plans.catalogue import Catalogue
from xeval.plans.chains import Chains
from xeval.plans.experiment import Experiment
from xeval.plans.plan import Plan, PlannedCell, World
from xeval.plans.probing import planned_probes
from xeval.plans.recipe import Recipe
from xeval.plans.stage import Stage
from xeval.plans.steps import few_shot, few_shot_lot
from xeval.studies.design import Probe


def plan(
    experiment: Experiment, registry: Registry, catalogue: Catalogue, world: World, probes: Sequence[Probe] = ()
) -> Plan:
    """Every cell of the experiment, in a stable order, and a study's probes of its first model."""
    chains = Chains(registry, catalogue, world, experiment.limit)
    planned = tuple(cells(experiment, chains))
    if chains.absent and not any(one.stage for one in planned):
        raise chains.absent[0].error
    measured = tuple(planned_probes(probes, experiment.models[0], experiment.seeds, chains)) if probes else ()
    notes = dict.fromkeys((*experiment.notes, *chains.data.notes, *remarks(chains.absent)))
    if chains.broken and not any(one.stage for one in planned):
        raise next(iter(chains.broken.values()))
    return Plan(planned, tuple(notes), measured)


def cells(experiment: Experiment, chains: Chains) -> Iterator[PlannedCell]:
    """Seed by seed, model by model: what is shared is first made where it is first needed."""
    for seed in experiment.seeds:
        for name in (*experiment.controls, *experiment.models):
            recipes = (Recipe(),) if name in experiment.controls else experiment.recipes
            for recipe in recipes:
                for target in experiment.targets:
                    yield from pipeline(experiment, chains, (name, recipe, target), seed)


def pipeline(
    experiment: Experiment, chains: Chains, names: tuple[str, Recipe, str], seed: int
) -> Iterator[PlannedCell]:
    """The cells of one pipeline: its languages, each clean and then under every perturbation."""
    model, recipe, name = names
    entry, target = chains.model(model), chains.catalogue.targets[name]
    chains.start(entry, seed)  # a model that is not there is a mistake, and data that are not there are a hole
    state, reason = chains.attempt(lambda: chains.fine_tuned(entry, recipe, target, seed), name, str(recipe))
    blank = replace(blank_cell(entry.name, recipe, target, seed), reason=reason)
    for code in experiment.languages or target.languages:
        here = replace(blank, language=code)
        own, why = shown_few(chains, (entry, recipe, target), state, here)
        here = replace(here, reason=why)
        for ref in (None, *experiment.perturbations):
            yield planned_cell(chains, here, ref, (entry, own, target))


def shown_few(
    chains: Chains, of: tuple[ModelEntry, Recipe, TargetTask], state: Stage | None, blank: Cell
) -> tuple[Stage | None, str]:
    """The state that a language is evaluated with, after a few of its examples if the recipe says so; or why not."""
    entry, recipe, target = of
    code = blank.language
    if not recipe.fewshot or state is None or code == target.source_language or code not in target.languages:
        return state, blank.reason
    if not target.trains_on:
        return None, f"{target.name} is not trained on, so a few examples are of no use to it"
    ground, fine_tuned = chains.ground, state
    return chains.attempt(
        lambda: few_shot(ground, fine_tuned, few_shot_lot(ground, entry, recipe, target, code), blank.seed),
        target.name,
        str(recipe),
        code,
    )


def blank_cell(model: str, recipe: Recipe, target: TargetTask, seed: int) -> Cell:
    """A cell of a pipeline before its language, its noise and its score are known."""
    return Cell(
        model=model,
        recipe=str(recipe),
        target=target.name,
        language="",
        source=target.source_language,
        perturbation=None,
        level=0.0,
        seed=seed,
        metric=target.metric,
        score=None,
        low=None,
        high=None,
        n=0,
        state="not-run",
    )


def planned_cell(
    chains: Chains, blank: Cell, ref: PerturbationRef | None, of: tuple[ModelEntry, Stage | None, TargetTask]
) -> PlannedCell:
    """One cell: with a stage to score it, or with the reason why there is none."""
    entry, state, target = of
    code = blank.language
    found, stage = ref, None
    reason = chains.told((target.name, code, ref), lambda: hole(chains, target, code, ref)) or blank.reason
    if ref and state and not reason:
        found, reason = chains.calibrated(ref, target, code)
    if state and not reason:
        stage, reason = chains.attempt(
            lambda: chains.evaluate(entry, state, target, code, found), target.name, blank.recipe, code
        )
    kind, level = (ref.kind, ref.level) if ref else (None, 0.0)
    cell = replace(blank, perturbation=kind, level=level, key=stage.key if stage else "")
    return PlannedCell(cell if stage else chains.without(cell, reason), stage)


def hole(chains: Chains, target: TargetTask, code: str, ref: PerturbationRef | None) -> str:
    """Why a task cannot be scored in a language under a perturbation; empty if it can."""
    if code not in target.languages:
        return f"{target.name} has no data in {code!r}"
    if target.format == "retrieval" and code == target.source_language:
        return f"{target.name} searches translations from {code!r}, not within it"
    return _without_meaning(chains, target, code, ref) if ref else ""


def _without_meaning(chains: Chains, target: TargetTask, code: str, ref: PerturbationRef) -> str:
    """Why a perturbation cannot be meant in a language, or of a task; empty if it can."""
    by = chains.catalogue.perturbations[ref.name]
    language = chains.language(code)
    is_covered = asked(by, "covers", language)
    if getattr(by, "learns", False) and code == chains.taught_by(ref, target) and not is_covered:
        return f"{ref.name} puts in words of {language.name} itself"
    if not is_covered and not chains.learns(ref, target, code):
        why = missing(by, language)
        return f"{ref.name} has no meaning, or no table, for {language.name}{why and f': {why}'}"
    if target.format == "tagging" and getattr(by, "adds_words", False):
        return f"{ref.name} adds words, and nobody knows the tags of new words in {target.name}"
    return ""
