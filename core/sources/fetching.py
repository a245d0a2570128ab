"""What an experiment needs that may have to be got: data sets and models, where they are, whether they are at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from xeval.contracts import TargetTask
from xeval.data import FileData, HubData, JoinedData, MadeData
from xeval.errors import MissingData
from xeval.facts.registry import ModelEntry, Registry
from xeval.plans.catalogue import Catalogue
from xeval.plans.experiment import Experiment
from xeval.plans.recipegrid import expanded
from xeval.plans.recipeparts import RecipeStep
from xeval.plans.translations import translators_in
from xeval.sources.athand import Part, look, pool_of, trained
from xeval.sources.finding import Place
from xeval.sources.rows import require


@dataclass(frozen=True)
class Need:
    """What one task needs of one source: `parts`, of which those `lacking` are not here. Or a model's weights."""

    what: str
    source: str
    parts: tuple[Part, ...] = ()
    model: ModelEntry | None = None
    here: bool = False  # the weights

    @property
    def lacking(self) -> tuple[Part, ...]:
        """The parts that are not at hand."""
        return tuple(part for part in self.parts if part.lacking)

    @property
    def state(self) -> str:
        """What is to be done."""
        missing = self.lacking
        if self.model and not self.here:
            return "to fetch"
        if not missing:
            return "here"
        return "needs your files" if all(isinstance(part.data, FileData) for part in missing) else "to fetch"


def needs(
    experiment: Experiment, registry: Registry, catalogue: Catalogue, place: Place, has: Callable[[ModelEntry], bool]
) -> list[Need]:
    """Every source for every task, and every model; the network is not asked. `has` says whether weights are here."""
    found: dict[tuple[str, str], list[Part]] = {}
    for part in look(parts_of(experiment, registry, catalogue), place):
        if not isinstance(part.data, MadeData):
            found.setdefault((part.task, source_of(part)), []).append(part)
    data = [Need(task, source, tuple(parts)) for (task, source), parts in found.items()]
    return [*models_of(experiment, registry, has), *data]


def parts_of(experiment: Experiment, registry: Registry, catalogue: Catalogue) -> Iterator[Part]:
    """Each split in each language that is read, once."""
    seen = set()
    for part in _all_parts(experiment, registry, catalogue):
        name = (part.task, part.split, part.language, part.data)
        if name not in seen:
            seen.add(name)
            yield part


def _all_parts(experiment: Experiment, registry: Registry, catalogue: Catalogue) -> Iterator[Part]:
    for name in (*experiment.controls, *experiment.models):
        entry = registry.models.get(name)
        if entry and entry.pretraining:
            yield from trained(catalogue.intermediates[entry.pretraining.corpus])
    for recipe in experiment.recipes:
        for step in recipe.steps:
            yield from trained_in(expanded(step, registry.sets), catalogue)
    for name in experiment.targets:
        target = catalogue.targets[name]
        for other in target.trains_on:
            yield from trained(catalogue.task(other))
        yield from scored(target, experiment.languages)
        yield from pool_of(target)


def trained_in(step: RecipeStep, catalogue: Catalogue) -> Iterator[Part]:
    """What a step of a recipe reads: what a task lacks is translated from its source language."""
    for part in step.parts:
        task = catalogue.intermediates[part.task]
        wanted = part.languages or (task.source_language,)
        for code in dict.fromkeys(code if code in task.languages else task.source_language for code in wanted):
            yield Part(task.name, "train", code, task.data("train", code))
    if step.beside and step.beside.corpus in catalogue.intermediates:
        yield from trained(catalogue.intermediates[step.beside.corpus])


def scored(target: TargetTask, languages: tuple[str, ...]) -> Iterator[Part]:
    """The split that a target is scored on, in those of the languages that it has."""
    for code in languages or target.languages:
        found = target.format == "retrieval" and code == target.source_language
        if code in target.languages and not found:
            yield Part(target.name, target.evaluates_on, code, target.data(target.evaluates_on, code))


def models_of(experiment: Experiment, registry: Registry, has: Callable[[ModelEntry], bool]) -> Iterator[Need]:
    """The models whose weights exist somewhere."""
    for name in (*experiment.controls, *experiment.models):
        entry = registry.models.get(name) or ModelEntry(name=name, repository=name)
        if entry.repository:
            yield Need(f"model {name}", entry.repository, model=entry, here=has(entry))
    for entry in translators_in(experiment.recipes, registry):
        yield Need(f"translator {entry.name}", entry.repository, model=entry, here=has(entry))


def source_of(part: Part) -> str:
    """The data set that a part is of."""
    if isinstance(part.data, FileData):
        return f"{part.data.name} (files)"
    if isinstance(part.data, HubData):
        return part.data.repository
    return "made here" if isinstance(part.data, MadeData) else ", ".join(repositories(part))


def repositories(part: Part) -> dict[str, set[str]]:
    """The configs that are read of each repository."""
    found: dict[str, set[str]] = {}
    for one in part.data.parts if isinstance(part.data, JoinedData) else (part.data,):
        if isinstance(one, HubData):
            found.setdefault(one.repository, set()).add(one.config)
    return found


def bring(part: Part, place: Place) -> Part:
    """Fetch a part that is lacking; what still is says why."""
    try:
        require(part.data, place)
        return replace(part, lacking="")
    except MissingData as error:
        return replace(part, lacking=str(error))
