"""The stages behind a pipeline: pretrained, through the recipe, fine-tuned in the source language, evaluated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from xeval.cell import Cell
from xeval.contracts import RankingTask, TargetTask
from xeval.errors import BadPlugin, MissingData
from xeval.facts.registry import ModelEntry, Registry
from xeval.guests import asked
from xeval.perturbation import PerturbationRef
from xeval.plans.absence import Absence
from xeval.plans.augmenting import noise_params
from xeval.plans.catalogue import Catalogue
from xeval.plans.fingerprints import Fingerprints
from xeval.plans.plan import World
from xeval.plans.reading import named_model, reading_params
from xeval.plans.recipe import Recipe
from xeval.plans.stage import Stage, model_stage
from xeval.plans.steps import Asked, Kept, step_stages
from xeval.plans.trainings import (
    Ground,
    Lot,
    Manner,
    named_language,
    said,
    task_params,
    train_stage,
    training_of,
)
from xeval.values import Json, Language


class Chains:
    """Builds stages, each once, and remembers them; nothing is touched but what `world` is asked."""

    def __init__(self, registry: Registry, catalogue: Catalogue, world: World, limit: int | None) -> None:
        self.registry, self.catalogue, self.world, self.limit = registry, catalogue, world, limit
        self.data = Fingerprints(world.fingerprint)
        self.ground = Ground(registry, catalogue, world, limit, self.data)
        self.absent: list[Absence] = []
        self.broken: dict[str, BadPlugin] = {}  # what plugins did wrong, by the reason that their cells give
        self._made: dict[object, Any] = {}

    def model(self, name: str) -> ModelEntry:
        """A model of the registry, or a folder."""
        return named_model(name, self.registry)

    def language(self, code: str) -> Language:
        """A language of the registry's table; raises UnknownName."""
        return named_language(self.registry, code)

    def fine_tuned(self, entry: ModelEntry, recipe: Recipe, target: TargetTask, seed: int) -> Stage:
        """The state that a target is evaluated with: pretrained, through the recipe, then fine-tuned in the source."""
        state: Stage = self._once(("model", entry.name, seed), partial(self.pretrained, entry, seed))
        kept: Kept | None = None
        for step in recipe.steps:
            about = (entry.name, recipe.adapter, recipe.translator, step, seed)  # models that exist have no seed
            make = partial(step_stages, self.ground, (state, kept), entry, Asked(recipe, step, seed))
            state, kept = self._once((about, state.key, kept), make)
        for name in target.trains_on:
            task = self.catalogue.task(name)
            whole = {task.source_language: 1.0}
            lot = Lot(task, training_of(entry, task, recipe.adapter), whole, tuple(whole))
            manner = Manner(seed, goes_on=kept.goes_to([lot]) if kept else "")
            train = partial(train_stage, self.ground, state, [lot], manner)
            state, kept = self._once((entry.name, recipe.adapter, state.key, manner, name), train), None
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
        except BadPlugin as error:
            return None, self._blame(error)

    def told(self, name: object, reason: Callable[[], str]) -> str:
        """A reason that a plugin is asked for once by that name; if the plugin fails, that is the reason."""
        try:
            return str(self._once(("told", name), reason))
        except BadPlugin as error:
            return self._blame(error)

    def without(self, cell: Cell, reason: str) -> Cell:
        """A cell that nothing will score: failed if a plugin is to blame, otherwise not offered."""
        return replace(cell, state="failed" if reason in self.broken else "not-offered", reason=reason)

    def _blame(self, error: BadPlugin) -> str:
        self.broken.setdefault(error.message, error)
        return error.message

    def pretrained(self, entry: ModelEntry, seed: int) -> Stage:
        """A model that exists, or the stage that makes it on the spot."""
        if entry.pretraining is None:
            return model_stage(entry.name, self.world.identity(entry))
        corpus = self.catalogue.intermediates[entry.pretraining.corpus]
        params = {
            "pretraining": said(entry.pretraining),
            "corpus": task_params(self.catalogue, corpus),
            "data": self.data.corpus(corpus),
            "limit": self.limit,
            "seed": seed,
            "precision": self.world.precision,
        }
        return Stage("pretrain", params, label=entry.name)

    def evaluate(
        self, entry: ModelEntry, state: Stage, target: TargetTask, code: str, ref: PerturbationRef | None
    ) -> Stage:
        """Predicting and scoring one split in one language under one perturbation."""
        about = ("scored", entry.name, target.name, code, ref)  # the same for all seeds and recipes
        params = self._once(about, partial(self._scored, entry, target, code, ref))
        noise = f" under {ref}" if ref else ""
        return Stage("evaluate", params, (state,), label=f"{state.label}: {target.name} in {code}{noise}")

    def _scored(self, entry: ModelEntry, target: TargetTask, code: str, ref: PerturbationRef | None) -> dict[str, Json]:
        """What is predicted and scored, and how, whatever the state that predicts it."""
        params = {
            "task": task_params(self.catalogue, target),
            "data": self.data.of(target, target.evaluates_on, code),
            "split": target.evaluates_on,
            "metric": target.metric,
            "language": code,
            "perturbation": self.noise(ref, target, code) if ref else None,
            **reading_params(entry, target),
            "limit": self.limit,
            "precision": self.world.precision,
        }
        if tuned := getattr(target, "tunes_on", None):
            params["tuned"] = {"split": tuned, "data": self.data.of(target, tuned, code)}
        if target.format == "ranking" and isinstance(target, RankingTask):
            params["pool"] = self.data.pool(target, target.evaluates_on)
        return params

    def noise(self, ref: PerturbationRef, target: TargetTask, code: str) -> dict[str, Json]:
        """What identifies a perturbation of a target's texts, and what it is to learn from, if it must."""
        how: dict[str, Json] = noise_params(self.catalogue, ref, self.language(code))
        if not self.learns(ref, target, code):
            return how
        other = self.taught_by(ref, target)
        alone = target.format == "retrieval" and other == target.source_language  # each sentence has its translation
        beside = None if alone else self.data.of(target, target.evaluates_on, other)
        return how | {"learned": {"source": other, "data": beside}}

    def taught_by(self, ref: PerturbationRef, target: TargetTask) -> str:
        """The language whose words a perturbation learns: the one that it names, or the target's source language."""
        return str(getattr(self.catalogue.perturbations[ref.name], "into", "") or target.source_language)

    def learns(self, ref: PerturbationRef, target: TargetTask, code: str) -> bool:
        """Whether a perturbation must and can learn from a target's parallel data before it covers a language."""
        by = self.catalogue.perturbations[ref.name]
        if not getattr(by, "learns", False) or code == self.taught_by(ref, target):
            return False
        if asked(by, "covers", self.language(code)):
            return False
        both = code, self.taught_by(ref, target)
        found: bool = self._once(("parallel", target.name, both), lambda: self._parallel(target, both))
        return found

    def _parallel(self, target: TargetTask, both: tuple[str, str]) -> bool:
        if both[1] not in target.languages:
            return False
        try:
            return self.world.parallel(target, target.evaluates_on, both, self.limit)
        except MissingData:
            return False

    def calibrated(self, ref: PerturbationRef, target: TargetTask, code: str) -> tuple[PerturbationRef, str]:
        """A perturbation at the level that leaves the texts at its chrF, or why there is no such level."""
        if ref.chrf is None:
            return ref, ""
        if not asked(self.catalogue.perturbations[ref.name], "covers", self.language(code)):
            return ref, f"{ref.name} learns from the data, and has no levels by chrF"
        try:
            level, reason = self._once(
                ("chrf", ref, target.name, code), lambda: self.world.calibrate(target, code, self.limit, ref)
            )
        except BadPlugin as error:
            return ref, self._blame(error)
        return replace(ref, level=level), reason

    # --------------------------------------------------------------------------------------------------- details

    def _once(self, name: object, make: Callable[[], Any]) -> Any:
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]
