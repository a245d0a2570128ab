"""What stages work with: the store, the plugins, the data, each opened once and kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from xeval.contracts import LearningPerturbation, Perturbation, RankingTask, SearchingPerturbation, Task
from xeval.errors import MissingData
from xeval.facts.registry import Registry, load_registry
from xeval.formats.ranking import limited, resolved
from xeval.guests import asked, watched
from xeval.plans.catalogue import Catalogue
from xeval.plans.settings import set_as_said
from xeval.plans.stage import Stage
from xeval.running.jobs import Setup
from xeval.running.store import Store
from xeval.sources.declared import load_catalogue
from xeval.sources.examples import examples_of, passages_of
from xeval.sources.rows import Place
from xeval.text.change import Changed, changed_all
from xeval.text.parallel import parallel_texts
from xeval.text.severity import severity
from xeval.tuning import Compute
from xeval.values import Example, Json, Language, Passage, Query, Split

MOST_KEPT = 1_000_000  # examples of each kind: about a gigabyte of short texts
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Evaluated:
    """Examples to score, and what was done to them: nothing, if they are clean."""

    examples: list[Example]
    change: Mapping[str, Json] | None = None
    pool: list[Passage] = field(default_factory=list)  # what queries search
    clean: Sequence[Example] = ()  # of what was damaged: as it was
    tries: tuple[Evaluated, ...] = ()  # of what is damaged in several ways: the ways,
    changes: Sequence[Changed] = ()  # each with what it did
    chosen: Sequence[int] = ()  # which way counted, for each example, once a model was asked


@dataclass
class Workbench:
    """One for each worker; its caches hold examples, and their perturbed copies, between stages."""

    setup: Setup
    store: Store
    registry: Registry
    catalogue: Catalogue
    place: Place
    compute: Compute
    models: Mapping[str, Path] = field(default_factory=dict)  # folders of models that exist, by the key of their stage
    _examples: dict[object, list[Example]] = field(default_factory=dict)
    _changed: dict[object, Evaluated] = field(default_factory=dict)
    _learned: dict[object, Perturbation] = field(default_factory=dict)
    _passages: dict[object, list[Passage]] = field(default_factory=dict)
    _pools: dict[object, list[Passage]] = field(default_factory=dict)
    _counted: dict[object, tuple[Sequence[Example], dict[str, float]]] = field(default_factory=dict)

    def once(self, name: object, of: Sequence[Example], count: Callable[[], dict[str, float]]) -> dict[str, float]:
        """What was counted under a name, or is now. What it is `of` is kept with it, so that an `id` stays its own."""
        if name not in self._counted:
            keep(self._counted, name, (of, count()), lambda counted: len(counted[0]))
        return self._counted[name][1]

    def task(self, named: Mapping[str, Json]) -> Task:
        """The task that a stage names."""
        shelf = self.catalogue.targets if named["shelf"] == "target" else self.catalogue.intermediates
        return shelf[named["name"]]

    def state(self, stage: Stage) -> Path:
        """The folder of a model state: in the store, or, for a model that exists already, where it is.

        Raises MissingData if it went from the store while a run needed it.
        """
        if stage.kind == "model":
            return self.models[stage.key]
        if stage.key not in self.store:
            said = f"{self.store.path(stage.key)} ({stage.label}) was taken away while it was needed."
            raise MissingData(said, hint="The same command makes it again.")
        return self.store.path(stage.key)

    def examples(self, task: Task, split: Split, language: str, limit: int | None) -> list[Example]:
        """The checked examples of a split, in the order of its rows."""
        name = (task.name, id(task), split, language, limit)
        if name not in self._examples:
            keep(self._examples, name, examples_of(task, split, language, self.place, limit), len)
        return self._examples[name]

    def evaluated(self, task: Task, params: Mapping[str, Any]) -> Evaluated:
        """The examples that an evaluate stage scores, changed as it says."""
        language, split, limit, how = (params[name] for name in ("language", "split", "limit", "perturbation"))
        clean = self.examples(task, split, language, limit)
        pool: list[Passage] = []
        if "pool" in params and isinstance(task, RankingTask):
            clean, pool = self.asked(task, params)
        if how is None:
            return Evaluated(clean, pool=pool)
        name = (task.name, split, language, limit, how["name"], how["level"], how["policy"])
        if name not in self._changed:
            by, spoken = self.perturbation(task, params), self.registry.languages[language]
            if isinstance(by, SearchingPerturbation):
                tries = tuple(tried(one, how, clean, spoken, luck, pool) for one, luck in by.tries(spoken))
                made = replace(tries[0], clean=clean, tries=tries)
            else:
                changes = changed_all(clean, by, how["level"], spoken, how["seed"], how["policy"])
                told = severity(clean, changes, spoken)
                made = Evaluated([change.example for change in changes], told, pool, clean=clean)
            keep(self._changed, name, made, held)
        return self._changed[name]

    def perturbation(self, task: Task, params: Mapping[str, Any]) -> Perturbation:
        """What an evaluate stage damages texts with, after it has learned from their translations if it must."""
        language, split, limit, how = (params[name] for name in ("language", "split", "limit", "perturbation"))
        by = self.catalogue.perturbations[how["name"]]
        if "learned" not in how or not isinstance(by, LearningPerturbation):
            mine: Perturbation = watched(by)
            return mine
        name = (task.name, split, language, limit, how["name"])
        if name not in self._learned:
            source = how["learned"]["source"]
            others = self.examples(task, split, source, limit) if how["learned"]["data"] else []
            pairs = parallel_texts(self.examples(task, split, language, limit), others)
            languages = self.registry.languages
            made = asked(by, "learned", pairs, languages[language], languages[source])
            self._learned[name] = watched(made)
        return self._learned[name]

    def asked(self, task: RankingTask, params: Mapping[str, Any]) -> tuple[list[Example], list[Passage]]:
        """The queries of a stage, knowing what is right, and the pool that they search: one object, unless limited."""
        split, limit = params["split"], params["limit"]
        parts = [self.passages(task, split, code) for code in params["pool"]]
        whole = self._pools.setdefault((id(task), split), limited(parts, (), None))
        examples = self.examples(task, split, params["language"], limit)
        queries = resolved([example for example in examples if isinstance(example, Query)], whole)
        return list(queries), whole if limit is None else limited(parts, queries, limit)

    def passages(self, task: RankingTask, split: Split, code: str) -> list[Passage]:
        """The checked passages of a part of a pool."""
        name = (id(task), split, code)
        if name not in self._passages:
            keep(self._passages, name, passages_of(task, split, code, self.place), len)
        return self._passages[name]


def tried(
    by: Perturbation,
    how: Mapping[str, Any],
    clean: Sequence[Example],
    language: Language,
    luck: int,
    pool: list[Passage],
) -> Evaluated:
    """One way of damaging examples; another `luck` is another seed. What it did is measured when it is chosen."""
    changes = changed_all(clean, by, how["level"], language, how["seed"] + luck, how["policy"])
    return Evaluated([change.example for change in changes], None, pool, changes=changes)


def set_up_for(bench: Workbench, params: Mapping[str, Any]) -> Workbench:
    """The workbench on which plugins are set up as they were for a stored stage: itself, where they had no settings."""
    said = [each for each in (params["task"], params["perturbation"]) if each and "settings" in each]
    if not said:
        return bench
    catalogue = set_as_said(bench.catalogue, said)
    return Workbench(bench.setup, bench.store, bench.registry, catalogue, bench.place, bench.compute, bench.models)


def keep(kept: dict[object, Thing], name: object, thing: Thing, size: Callable[[Thing], int]) -> None:
    """Keep something under a name; the oldest go when they hold more examples together than fit."""
    while kept and sum(map(size, kept.values())) + size(thing) > MOST_KEPT:
        kept.pop(next(iter(kept)))
    kept[name] = thing


def held(scored: Evaluated) -> int:
    """How many examples were made for an evaluation."""
    return sum(len(one.examples) for one in scored.tries or (scored,))


def lay_out(setup: Setup) -> Workbench:
    """Open the registry, the plugins and the store as the setup says."""
    registry = load_registry(setup.overlays)
    return Workbench(
        setup=setup,
        store=Store(setup.store),
        registry=registry,
        catalogue=load_catalogue(setup.plugins, registry, setup.settings),
        place=Place(hub=setup.hub, offline=setup.offline, sources=registry.sources),
        compute=setup.compute,
        models=dict(setup.models),
    )
