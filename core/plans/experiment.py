"""What is to be compared: a user's wishes and a suite, made one and checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from xeval.errors import BadValue, UnknownName, nearest
from xeval.facts.registry import Registry, Suite
from xeval.perturbation import PerturbationRef
from xeval.plans.catalogue import Catalogue
from xeval.plans.recipe import Recipe
from xeval.plans.recipechoice import check_recipe, chosen_recipes
from xeval.plans.translations import translator_of
from xeval.plans.wishes import Wishes

T = TypeVar("T")

DEFAULT_SUITE = "mini"
DEFAULT_MODEL = "small"
DEFAULT_LEVELS = (0.1, 0.2, 0.3)


@dataclass(frozen=True)
class Experiment:
    """What is to be compared, complete: every name in it is known. Empty `languages` means all that a task has."""

    suite: str
    models: tuple[str, ...]
    controls: tuple[str, ...]
    recipes: tuple[Recipe, ...]
    targets: tuple[str, ...]
    languages: tuple[str, ...]
    perturbations: tuple[PerturbationRef, ...]
    seeds: tuple[int, ...]
    limit: int | None
    notes: tuple[str, ...] = ()


def resolve(wishes: Wishes, registry: Registry, catalogue: Catalogue) -> Experiment:
    """The experiment that the wishes mean; raises UnknownName or BadValue for what cannot be meant."""
    broken = check_plugins(wishes.plugins, catalogue)
    suite = suite_of(wishes, registry)
    targets = wishes.targets or suite.targets
    if not targets:
        raise BadValue("Nothing to evaluate: no target task is named.", hint="Add --target xquad, or --suite mini.")
    if wishes.translator:
        translator_of(wishes.translator, registry)
    models, controls = models_of(wishes, suite)
    experiment = Experiment(
        suite=suite.name,
        models=models,
        controls=controls,
        recipes=chosen_recipes(wishes, suite, catalogue, registry.sets),
        targets=_unique(targets),
        languages=_unique(wishes.languages or suite.languages),
        perturbations=_perturbations(wishes, suite, catalogue),
        seeds=_unique(wishes.seeds or suite.seeds) or (0,),
        limit=wishes.limit,
        notes=(*broken, *_notes(wishes, models)),
    )
    check_names(experiment, registry, catalogue)
    return experiment


def check_plugins(names: Sequence[str], catalogue: Catalogue) -> tuple[str, ...]:
    """A remark for each plugin that is broken, as long as another one that is named is not; the run goes on without.

    Raises UnknownName, or BadPlugin for what is wrong at all times, or with all of them.
    """
    reasons = {name: reason for name in names if (reason := catalogue.broken(name))}
    for name in names:
        if name not in reasons or len(reasons) == len(set(names)):
            catalogue.entry(name)
    return tuple(f"The plugin {name!r} takes no part: {reason}." for name, reason in reasons.items())


def suite_of(wishes: Wishes, registry: Registry) -> Suite:
    """The suite asked for; the mini one if nothing outside it is named; otherwise an empty one, called `custom`."""
    if wishes.suite:
        if wishes.suite not in registry.suites:
            raise UnknownName("suite", wishes.suite, registry.suites)
        return registry.suites[wishes.suite]
    mini = registry.suites[DEFAULT_SUITE]
    if set(wishes.targets) <= set(mini.targets):
        return mini
    return Suite(name="custom", description="what the command line names", levels=DEFAULT_LEVELS)


def models_of(wishes: Wishes, suite: Suite) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Models that go through every recipe, and controls, which only go through the empty one."""
    if wishes.models:
        return _unique(wishes.models), ()
    return suite.models or (DEFAULT_MODEL,), suite.controls


def check_names(experiment: Experiment, registry: Registry, catalogue: Catalogue) -> None:
    """Raise UnknownName for the first name that nobody knows."""
    folders: dict[str, str] = {}
    for model in (*experiment.models, *experiment.controls):
        if model not in registry.models:
            _check_folder(model, registry, folders)
    for language in experiment.languages:
        if language not in registry.languages:
            raise UnknownName("language", language, registry.languages)
    for target in experiment.targets:
        catalogue.targets.offer(target)
    for recipe in experiment.recipes:
        check_recipe(recipe, registry, catalogue)
    for ref in experiment.perturbations:
        catalogue.perturbations.offer(ref.name)


def _perturbations(wishes: Wishes, suite: Suite, catalogue: Catalogue) -> tuple[PerturbationRef, ...]:
    if wishes.perturbations:
        if wishes.levels:
            raise BadValue("Levels are given beside whole perturbations.", hint="Write them so: noise@0.1, noise@0.3")
        return _unique(replace(PerturbationRef.parse(text), policy=wishes.policy) for text in wishes.perturbations)
    levels = wishes.levels or suite.levels or DEFAULT_LEVELS
    names = [name for plugin in wishes.plugins for name in _main_offers(plugin, catalogue)]
    if wishes.levels and not names:
        raise BadValue("Levels are given, and no noise to have them.", hint="Add --plugins noise, for example.")
    return _unique(PerturbationRef(name, level, policy=wishes.policy) for name in names for level in levels)


def _main_offers(plugin: str, catalogue: Catalogue) -> list[str]:
    """A plugin's perturbation of its own name, which stands for it; without one, all that it offers."""
    offered = catalogue.perturbations.of(plugin)
    return [name for name in offered if name == plugin] or offered


def _notes(wishes: Wishes, models: Sequence[str]) -> tuple[str, ...]:
    notes = []
    if DEFAULT_MODEL in models and not wishes.models:
        notes.append(
            f"No --model is named: {DEFAULT_MODEL!r}, a small encoder pretrained on the spot, stands in. "
            "Name one (--model xlm-roberta-base) for results that mean something."
        )
    if wishes.limit is not None:
        notes.append(
            f"Partial: at most {wishes.limit} rows per split were used; no score is comparable with a full one."
        )
    return tuple(notes)


def _unique(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))


def _check_folder(name: str, registry: Registry, seen: dict[str, str]) -> None:
    """A model that the registry does not name must be a path, and its last part must not be another model's name."""
    if "/" not in name and not name.startswith("."):
        near = f"Did you mean {close!r}? " if (close := nearest(name, registry.models)) else ""
        hint = f"{near}For a folder, write --model ./{name}; xeval models list has the names."
        raise UnknownName("model", name, registry.models, hint=hint)
    short = Path(name).name
    if short in registry.models or seen.setdefault(short, name) != name:
        raise BadValue(
            f"The model folder {name} would go by {short!r}, which is another model's name.",
            hint="Name it in a registry: models: {our-name: {repository: FOLDER, family: ours}}.",
        )


def as_json(experiment: Experiment) -> Mapping[str, object]:
    """The experiment as JSON can say it."""
    policies = {ref.policy for ref in experiment.perturbations} - {"protect"}
    return {
        "suite": experiment.suite,
        "models": list(experiment.models),
        "controls": list(experiment.controls),
        "recipes": [str(recipe) for recipe in experiment.recipes],
        "targets": list(experiment.targets),
        "languages": list(experiment.languages),
        "perturbations": [str(ref) for ref in experiment.perturbations],
        "seeds": list(experiment.seeds),
        "limit": experiment.limit,
        **({"policy": policies.pop()} if policies else {}),
    }
