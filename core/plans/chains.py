"""The stages behind a pipeline: pretrained, through the recipe, fine-tuned in the source language, evaluated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any

from xeval.contracts import RankingTask, TargetTask, Task
from xeval.errors import MissingData, UnknownName
from xeval.facts.registry import ModelEntry, Registry
from xeval.plans.absence import Absence
from xeval.plans.catalogue import Catalogue
from xeval.plans.fingerprints import Fingerprints
from xeval.plans.phasing import check_phases, part_of
from xeval.plans.plan import World
from xeval.plans.recipe import Recipe, RecipeStep
from xeval.plans.stage import Stage
from xeval.tuning import Retrieval, Training
from xeval.values import Json, Language, PerturbationRef, Phase

NOISE_SEED = 0  # perturbed texts are the same for every model and seed: systems are compared on the same noise


def said(settings: Any) -> dict[str, Json]:
    """The fields of some settings that differ from their defaults, so that a new one with a default keeps every key."""
    values = ((f, getattr(settings, f.name)) for f in fields(settings))
    return {f.name: list(v) if isinstance(v, tuple) else v for f, v in values if v != f.default}


class Chains:
    """Builds stages, each once, and remembers them; nothing is touched but what `world` is asked."""

    def __init__(self, registry: Registry, catalogue: Catalogue, world: World, limit: int | None) -> None:
        self.registry, self.catalogue, self.world, self.limit = registry, catalogue, world, limit
        self.data = Fingerprints(world.fingerprint)
        self.absent: list[Absence] = []
        self._made: dict[object, Any] = {}

    def model(self, name: str) -> ModelEntry:
        """A model of the registry, or a folder."""
        return named_model(name, self.registry)

    def language(self, code: str) -> Language:
        """A language of the registry's table; raises UnknownName."""
        if code not in self.registry.languages:
            raise UnknownName(
                "language", code, self.registry.languages, hint="Add it under languages: in registry.yaml."
            )
        return self.registry.languages[code]

    def fine_tuned(self, entry: ModelEntry, recipe: Recipe, target: TargetTask, seed: int) -> Stage:
        """The state that a target is evaluated with: pretrained, through the recipe, then fine-tuned in the source."""
        state: Stage = self._once(("model", entry.name, seed), partial(self.pretrained, entry, seed))
        for step in recipe.steps:
            state = self._once((entry.name, state.key, step), partial(self.intermediate, state, entry, step, seed))
        for name in target.trains_on:
            task = self.catalogue.task(name)
            whole = {task.source_language: 1.0}
            state = self._once(
                (entry.name, state.key, name), partial(self.train, state, entry, task, whole, tuple(whole), seed)
            )
        return state

    def start(self, entry: ModelEntry, seed: int) -> Stage:
        """The state that all pipelines of a model and a seed begin with; raises MissingData."""
        stage: Stage = self._once(("model", entry.name, seed), lambda: self.pretrained(entry, seed))
        return stage

    def attempt(self, make: Callable[[], Stage], *about: str) -> tuple[Stage | None, str]:
        """A stage and no reason; or, if data that it needs are not at hand, none and the reason why.

        `about` says of which target after which recipe, and of which language if it is one.
        """
        try:
            return make(), ""
        except MissingData as error:
            self.absent.append(Absence(error, *about))
            return None, self.absent[-1].reason

    def pretrained(self, entry: ModelEntry, seed: int) -> Stage:
        """A model that exists, or the stage that makes it on the spot."""
        if entry.pretraining is None:
            return model_stage(entry, self.world.identity(entry))
        corpus = self.catalogue.intermediates[entry.pretraining.corpus]
        params = {
            "pretraining": said(entry.pretraining),
            "corpus": self._task(corpus),
            "data": self.data.corpus(corpus),
            "limit": self.limit,
            "seed": seed,
            "precision": self.world.precision,
        }
        return Stage("pretrain", params, label=entry.name)

    def intermediate(self, state: Stage, entry: ModelEntry, step: RecipeStep, seed: int) -> Stage:
        """The phases of one step of a recipe, each a stage that begins where the last one ended."""
        task = self.catalogue.intermediates[step.task]
        languages = step.languages or (task.source_language,)
        for phase in self.phases(step, languages, task):
            each = step.scale * phase.share / len(phase.languages)
            state = self.train(state, entry, task, dict.fromkeys(phase.languages, each), languages, seed)
        return state

    def phases(self, step: RecipeStep, languages: tuple[str, ...], task: Task) -> tuple[Phase, ...]:
        """What the step's order makes of its languages; without an order, one phase of all."""
        if not step.order:
            return (Phase(languages, 1.0),)
        order = self.catalogue.orders[step.order]
        source = self.language(task.source_language)
        phases = tuple(order.phases([self.language(code) for code in languages], source))
        check_phases(step.order, phases, languages)
        return phases

    def train(
        self,
        state: Stage,
        entry: ModelEntry,
        task: Task,
        shares: Mapping[str, float],
        budget: Iterable[str],
        seed: int,
    ) -> Stage:
        """Training on a share of the examples of each language, of a budget that every order has alike.

        The budget is the number of examples in the smallest training split among the languages in `budget`.
        """
        params = {
            "task": self._task(task),
            "data": {code: self.data.of(task, "train", code) for code in sorted({*shares, *budget})},
            "shares": {code: round(share, 9) for code, share in sorted(shares.items())},
            "training": said(self.training(entry, task)),
            "limit": self.limit,
            "seed": seed,
            "precision": self.world.precision,
            **({"manner": dict(self.world.manner)} if self.world.manner else {}),
        }
        return Stage("train", params, (state,), label=f"{state.label} > {task.name}{part_of(task, shares)}")

    def evaluate(
        self, entry: ModelEntry, state: Stage, target: TargetTask, code: str, ref: PerturbationRef | None
    ) -> Stage:
        """Predicting and scoring one split in one language under one perturbation."""
        params = {
            "task": self._task(target),
            "data": self.data.of(target, target.evaluates_on, code),
            "split": target.evaluates_on,
            "metric": target.metric,
            "language": code,
            "perturbation": self._perturbation(ref, self.language(code)),
            "settings": said(self.training(entry, target)) if target.trains_on or target.format == "ranking" else {},
            "retrieval": said(self.retrieval(entry, target)) if target.format in ("retrieval", "ranking") else None,
            "limit": self.limit,
            "precision": self.world.precision,
        }
        if tuned := getattr(target, "tunes_on", None):
            params["tuned"] = {"split": tuned, "data": self.data.of(target, tuned, code)}
        if target.format == "ranking" and isinstance(target, RankingTask):
            params["pool"] = self.data.pool(target, target.evaluates_on)
        noise = f" under {ref}" if ref else ""
        return Stage("evaluate", params, (state,), label=f"{state.label}: {target.name} in {code}{noise}")

    # --------------------------------------------------------------------------------------------------- details

    def training(self, entry: ModelEntry, task: Task) -> Training:
        """A task's training as the model wants it: what the registry says of the model comes first."""
        return replace(task.training, **entry.training)

    def retrieval(self, entry: ModelEntry, target: TargetTask) -> Retrieval:
        """How vectors are made and searched for: as the model's entry says, unless a training says it."""
        if target.format == "ranking" and target.trains_on:
            pooling = self.training(entry, target).pooling
            return Retrieval(pooling="cls" if pooling == "cls" else "mean")
        return replace(entry.retrieval, search="mined" if target.metric.startswith("mining_") else "nearest")

    def _task(self, task: Task) -> Json:
        targets = self.catalogue.targets
        return {
            # one name may stand on both shelves for different data
            "shelf": "target" if task.name in targets and targets[task.name] is task else "intermediate",
            "name": task.name,
            "version": task.version,
            "format": task.format,
            "labels": list(task.labels),
        }

    def _perturbation(self, ref: PerturbationRef | None, language: Language) -> Json:
        if ref is None:
            return None
        version = self.catalogue.perturbations[ref.name].version
        how = {"name": ref.name, "version": version, "level": ref.level, "seed": NOISE_SEED, "policy": "protect"}
        return how | {"script": language.script, "constructed": language.constructed}  # they decide words and keys

    def _once(self, name: object, make: Callable[[], Any]) -> Any:
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]


def model_stage(entry: ModelEntry, identity: Json) -> Stage:
    """A model that exists already, known by its weights: neither its name nor its folder is in the key."""
    return Stage("model", {"identity": identity}, label=entry.name)


def named_model(name: str, registry: Registry) -> ModelEntry:
    """A model of the registry, or else a folder, which goes by the last part of its path."""
    return registry.models.get(name) or ModelEntry(name=Path(name).name, repository=name)
