"""What is to be compared: a user's wishes and a suite, made one and checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, TypeVar

from xeval.errors import BadValue, UnknownName
from xeval.facts.registry import Registry, Suite
from xeval.plans.catalogue import Catalogue
from xeval.plans.recipe import Recipe, recipes_of
from xeval.values import PerturbationRef

T = TypeVar("T")

DEFAULT_SUITE = "mini"
DEFAULT_MODEL = "small"
DEFAULT_LEVELS = (0.1, 0.2, 0.3)


@dataclass(frozen=True)
class Wishes:
    """What a user asked for, on the command line or in a file; empty means not said."""

    suite: str = ""
    plugins: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    intermediates: tuple[str, ...] = ()
    recipes: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    perturbations: tuple[str, ...] = ()
    scales: tuple[float, ...] = ()
    seeds: tuple[int, ...] = ()
    limit: int | None = None
    precision: Literal["auto", "fp32", "bf16"] = "auto"

    def __post_init__(self) -> None:
        if self.limit is not None and self.limit < 1:
            raise BadValue(f"limit is {self.limit}; it is a number of rows, 1 or more")

    def over(self, other: Wishes) -> Wishes:
        """These wishes, and where they are silent, the other's."""
        empty = Wishes()
        said = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != getattr(empty, f.name)}
        return Wishes(**{f.name: getattr(other, f.name) for f in fields(other)} | said)


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


def entry_points_in(wishes: Wishes) -> set[str]:
    """The entry points that the wishes name, so that their code may be imported: `typo` in `typo.swap@0.1`."""
    recipes = [step.task for text in wishes.recipes for step in Recipe.parse(text).steps]
    named = [*wishes.intermediates, *wishes.targets, *wishes.orders, *wishes.perturbations, *recipes]
    return set(wishes.plugins) | {name.split("@")[0].split(".")[0] for name in named} | set(named)


def resolve(wishes: Wishes, registry: Registry, catalogue: Catalogue) -> Experiment:
    """The experiment that the wishes mean; raises UnknownName or BadValue for what cannot be meant."""
    for name in wishes.plugins:
        catalogue.entry(name)
    suite = suite_of(wishes, registry)
    targets = wishes.targets or suite.targets
    if not targets:
        raise BadValue("Nothing to evaluate: no target task is named.", hint="Add --target xquad, or --suite mini.")
    models, controls = models_of(wishes, suite)
    experiment = Experiment(
        suite=suite.name,
        models=models,
        controls=controls,
        recipes=_recipes(wishes, suite, catalogue),
        targets=_unique(targets),
        languages=_unique(wishes.languages or suite.languages),
        perturbations=_perturbations(wishes, suite, catalogue),
        seeds=_unique(wishes.seeds or suite.seeds) or (0,),
        limit=wishes.limit,
        notes=_notes(wishes, models),
    )
    check_names(experiment, registry, catalogue)
    return experiment


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
        for step in recipe.steps:
            _check_step(step.task, step.languages, step.order, catalogue)
    for ref in experiment.perturbations:
        catalogue.perturbations.offer(ref.name)


def _check_step(task: str, languages: Sequence[str], order: str, catalogue: Catalogue) -> None:
    offered = catalogue.intermediates[task].languages
    if order:
        catalogue.orders.offer(order)
    for language in languages:
        if language not in offered:
            raise BadValue(
                f"The intermediate task {task!r} has no training data in {language!r}.",
                hint=f"It has: {', '.join(offered)}.",
            )


def _recipes(wishes: Wishes, suite: Suite, catalogue: Catalogue) -> tuple[Recipe, ...]:
    if wishes.recipes:
        _check_alone(wishes)
        return _unique(Recipe.parse(text) for text in wishes.recipes)
    intermediates = wishes.intermediates or suite.intermediates
    orders = wishes.orders or _orders(wishes.plugins, suite, catalogue)
    if orders and not intermediates:
        raise BadValue(
            "A language order needs an intermediate task to order the languages of, and none is named.",
            hint="Add --intermediate mini-mc, for example.",
        )
    languages: tuple[str, ...] = ()
    if orders:
        languages = _order_languages(wishes, suite, [catalogue.intermediates[name].languages for name in intermediates])
    return _unique(recipes_of(intermediates, wishes.scales, orders, languages))


def _check_alone(wishes: Wishes) -> None:
    """Whole recipes say all: what would make others beside them is refused, not passed over."""
    for name in ("intermediates", "orders", "scales"):
        if getattr(wishes, name):
            raise BadValue(
                f"Whole recipes are given, and {name} beside them, which would have no effect.",
                hint="Write them into the recipe: TASK[languages]@order*scale.",
            )


def _orders(plugins: Iterable[str], suite: Suite, catalogue: Catalogue) -> tuple[str, ...]:
    """The orders that named plugins bring: those that the suite chooses, or all."""
    brought = [name for plugin in plugins for name in catalogue.orders.of(plugin)]
    return _unique([name for name in suite.orders if name in brought] or brought)


def _order_languages(wishes: Wishes, suite: Suite, offered: Sequence[Sequence[str]]) -> tuple[str, ...]:
    wanted = suite.intermediate_languages or wishes.languages or tuple(offered[0])
    shared = _unique(code for code in wanted if all(code in languages for languages in offered))
    if len(shared) < 2:
        raise BadValue(
            "A language order needs an intermediate task with training data in two languages or more; "
            f"in {', '.join(wanted)} there is only {', '.join(shared) or 'none'}.",
            hint="Choose another --intermediate, or name languages that it has.",
        )
    return shared


def _perturbations(wishes: Wishes, suite: Suite, catalogue: Catalogue) -> tuple[PerturbationRef, ...]:
    if wishes.perturbations:
        return _unique(PerturbationRef.parse(text) for text in wishes.perturbations)
    levels = suite.levels or DEFAULT_LEVELS
    names = [name for plugin in wishes.plugins for name in _main_offers(plugin, catalogue)]
    return _unique(PerturbationRef(name, level) for name in names for level in levels)


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
        raise UnknownName("model", name, registry.models)
    short = Path(name).name
    if short in registry.models or seen.setdefault(short, name) != name:
        raise BadValue(
            f"The model folder {name} would go by {short!r}, which is another model's name.",
            hint="Name it in a registry: models: {our-name: {repository: FOLDER, family: ours}}.",
        )


def as_json(experiment: Experiment) -> Mapping[str, object]:
    """The experiment as JSON can say it."""
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
    }
