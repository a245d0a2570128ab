"""From an experiment to its stages and cells: pure data, each stage once however many pipelines need it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

from xeval.catalogue import Catalogue
from xeval.contracts import TargetTask, Task
from xeval.errors import BadPlugin, MissingData, UnknownName
from xeval.experiment import Experiment
from xeval.hashing import digest
from xeval.recipe import Recipe, RecipeStep
from xeval.registry import ModelEntry, Registry
from xeval.stage import Stage, in_order
from xeval.values import Cell, CellState, Data, Json, Language, PerturbationRef, Phase, Training

NOISE_SEED = 0  # perturbed texts are the same for every model and seed, so that systems are compared on the same noise


@dataclass(frozen=True)
class World:
    """What a plan must ask of the world: what identifies some data, and the weights of a model."""

    fingerprint: Callable[[Data], Json]
    identity: Callable[[ModelEntry], Json]
    precision: str = "fp32"


@dataclass(frozen=True)
class PlannedCell:
    """A cell to be: what it will be the score of, and the stage that scores it; without one it is a hole."""

    cell: Cell
    stage: Stage | None


@dataclass(frozen=True)
class Plan:
    """The cells that an experiment asks for, and every stage they need, inputs first."""

    cells: tuple[PlannedCell, ...]
    notes: tuple[str, ...] = ()

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """Every stage of work, each once, inputs before their users."""
        goals = (planned.stage for planned in self.cells if planned.stage)
        return tuple(stage for stage in in_order(goals) if stage.is_work)

    @cached_property
    def key(self) -> str:
        """The name of the plan: the same cells have the same name, whoever asks, in whatever order."""
        return digest(sorted(planned.stage.key if planned.stage else "" for planned in self.cells))


def plan(experiment: Experiment, registry: Registry, catalogue: Catalogue, world: World) -> Plan:
    """Every cell of the experiment, in a stable order."""
    planner = Planner(experiment, registry, catalogue, world)
    cells = tuple(planner.cells())
    return Plan(cells, tuple(dict.fromkeys((*experiment.notes, *planner.notes))))


def said(settings: Any) -> dict[str, Json]:
    """The fields of a settings value that differ from their defaults: a new field with a default keeps every old key."""
    values = ((f, getattr(settings, f.name)) for f in fields(settings))
    return {f.name: list(v) if isinstance(v, tuple) else v for f, v in values if v != f.default}


class Planner:
    """Builds stages, each once, and remembers them; nothing is touched but what `world` is asked."""

    def __init__(self, experiment: Experiment, registry: Registry, catalogue: Catalogue, world: World) -> None:
        self.experiment, self.registry, self.catalogue, self.world = experiment, registry, catalogue, world
        self.notes: list[str] = []
        self._made: dict[object, Any] = {}

    def cells(self) -> Iterator[PlannedCell]:
        """Seed by seed, model by model: what is shared is first made where it is first needed."""
        empty = (Recipe(),)
        for seed in self.experiment.seeds:
            for name in (*self.experiment.controls, *self.experiment.models):
                recipes = empty if name in self.experiment.controls else self.experiment.recipes
                for recipe in recipes:
                    for target in self.experiment.targets:
                        yield from self.pipeline(name, recipe, self.catalogue.targets[target], seed)

    def pipeline(self, model: str, recipe: Recipe, target: TargetTask, seed: int) -> Iterator[PlannedCell]:
        """The cells of one pipeline: its languages, clean, and then under every perturbation."""
        entry = self.model(model)
        state = self.fine_tuned(entry, recipe, target, seed)
        blank = Cell(
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
        for code in self.experiment.languages or target.languages:
            for ref in (None, *self.experiment.perturbations):
                yield self.cell(replace(blank, language=code), ref, (entry, state, target))

    def cell(self, blank: Cell, ref: PerturbationRef | None, of: tuple[ModelEntry, Stage, TargetTask]) -> PlannedCell:
        """One cell: a stage to score it, or the reason why there is none."""
        entry, state, target = of
        if ref is not None:
            blank = replace(blank, perturbation=ref.name, level=ref.level)
        reason = self.hole(target, blank.language, ref)
        if reason:
            offered: CellState = "not-offered"
            return PlannedCell(replace(blank, state=offered, reason=reason), None)
        stage = self.evaluate(entry, state, target, blank.language, ref)
        return PlannedCell(replace(blank, key=stage.key), stage)

    def hole(self, target: TargetTask, code: str, ref: PerturbationRef | None) -> str:
        """Why a task cannot be scored in a language under a perturbation; empty if it can."""
        if code not in target.languages:
            return f"{target.name} has no data in {code!r}"
        if target.format == "retrieval" and code == target.source_language:
            return f"{target.name} searches translations from {code!r}, not within it"
        if ref and not self.catalogue.perturbations[ref.name].covers(self.language(code)):
            return f"{ref.name} has no meaning, or no table, for {self.language(code).name}"
        return ""

    # ------------------------------------------------------------------------------------------------- the chain

    def model(self, name: str) -> ModelEntry:
        """A model of the registry, or a folder."""
        return self.registry.models.get(name) or ModelEntry(name=name, repository=name)

    def language(self, code: str) -> Language:
        """A language of the registry's table; raises UnknownName."""
        if code not in self.registry.languages:
            raise UnknownName("language", code, self.registry.languages, hint="Add it under languages: in registry.yaml.")
        return self.registry.languages[code]

    def fine_tuned(self, entry: ModelEntry, recipe: Recipe, target: TargetTask, seed: int) -> Stage:
        """The state that a target is evaluated with: pretrained, through the recipe, then fine-tuned in the source."""
        state = self._once(("model", entry.name, seed), lambda: self.pretrained(entry, seed))
        for count in range(1, len(recipe.steps) + 1):
            steps, before = recipe.steps[:count], state
            state = self._once(
                (entry.name, seed, steps), lambda b=before, s=steps[-1]: self.intermediate(b, entry, s, seed)
            )
        for name in target.trains_on:
            task = self.catalogue.task(name)
            shares, before = {task.source_language: 1.0}, state
            state = self._once(
                (before.key, name), lambda b=before, t=task, sh=shares: self.train(b, entry, t, sh, tuple(sh), seed)
            )
        return state

    def pretrained(self, entry: ModelEntry, seed: int) -> Stage:
        """A model that exists, or the stage that makes it on the spot."""
        if entry.pretraining is None:
            return Stage("model", {"name": entry.name, "identity": self.world.identity(entry)}, label=entry.name)
        corpus = self.catalogue.intermediates[entry.pretraining.corpus]
        params = {
            "pretraining": said(entry.pretraining),
            "corpus": self._task(corpus),
            "data": self._corpus(corpus),
            "limit": self.experiment.limit,
            "seed": seed,
            "precision": self.world.precision,
        }
        return Stage("pretrain", params, label=f"pretrain {entry.name}")

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
            "data": {code: self._data(task, "train", code) for code in sorted({*shares, *budget})},
            "shares": {code: round(share, 9) for code, share in sorted(shares.items())},
            "training": said(self.training(entry, task)),
            "limit": self.experiment.limit,
            "seed": seed,
            "precision": self.world.precision,
        }
        amount = f" {sum(shares.values()):.0%}" if sum(shares.values()) < 0.9999 else ""
        return Stage("train", params, (state,), label=f"train {task.name} on {'+'.join(shares)}{amount}")

    def evaluate(
        self, entry: ModelEntry, state: Stage, target: TargetTask, code: str, ref: PerturbationRef | None
    ) -> Stage:
        """Predicting and scoring one split in one language under one perturbation."""
        params = {
            "task": self._task(target),
            "data": self._data(target, target.evaluates_on, code),
            "split": target.evaluates_on,
            "language": code,
            "perturbation": self._perturbation(ref),
            "settings": said(self.training(entry, target)) if target.trains_on else {},
            "retrieval": said(entry.retrieval) if target.format == "retrieval" else None,
            "limit": self.experiment.limit,
            "precision": self.world.precision,
        }
        noise = f" under {ref}" if ref else ""
        return Stage("evaluate", params, (state,), label=f"evaluate {target.name} in {code}{noise}")

    # --------------------------------------------------------------------------------------------------- details

    def training(self, entry: ModelEntry, task: Task) -> Training:
        """A task's training as the model wants it: what the registry says of the model comes first."""
        return replace(task.training, **entry.training)

    def _task(self, task: Task) -> Json:
        return {
            "name": task.name,
            "version": task.version,
            "format": task.format,
            "labels": list(task.labels),
        }

    def _data(self, task: Task, split: Any, code: str) -> Json:
        return self._once(("data", task.name, split, code), lambda: self.world.fingerprint(task.data(split, code)))

    def _corpus(self, corpus: Task) -> dict[str, Json]:
        """The languages of a corpus that are there: a local hub may hold some of them only."""
        found: dict[str, Json] = {}
        for code in corpus.languages:
            try:
                found[code] = self._data(corpus, "train", code)
            except MissingData:
                continue
        if not found:
            raise MissingData(
                f"The corpus {corpus.name!r}, which a model is to be pretrained on, is there in no language.",
                hint="Name a folder that holds it with --hub DIR, or another model with --model.",
            )
        missing = [code for code in corpus.languages if code not in found]
        if missing:
            self.notes.append(f"The corpus {corpus.name!r} is there in {', '.join(found)} only.")
        return found

    def _perturbation(self, ref: PerturbationRef | None) -> Json:
        if ref is None:
            return None
        version = self.catalogue.perturbations[ref.name].version
        return {"name": ref.name, "version": version, "level": ref.level, "seed": NOISE_SEED, "policy": "protect"}

    def _once(self, name: object, make: Callable[[], Any]) -> Any:
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]


def check_phases(order: str, phases: Iterable[Phase], languages: Iterable[str]) -> None:
    """Raise BadPlugin if an order's phases are not what they promise: known languages, shares that add up to 1."""
    phases, known = tuple(phases), set(languages)
    strangers = [code for phase in phases for code in phase.languages if code not in known]
    total = sum(phase.share for phase in phases)
    empty = any(not phase.languages or phase.share <= 0 for phase in phases)
    if strangers or empty or abs(total - 1.0) > 1e-6:
        raise BadPlugin(
            f"The language order {order!r} gives phases that are not lawful: "
            + (f"{strangers[0]!r} was not among the languages" if strangers else f"shares add up to {total:g}, not 1"),
            hint="Every phase has languages and a share above 0; the shares of all add up to 1.",
        )


def pipelines_alone(plan: Plan) -> int:
    """How many trainings the same cells would cost a script that shares nothing between pipelines."""
    chains = {(p.cell.model, p.cell.recipe, p.cell.target, p.cell.seed): p.stage for p in plan.cells if p.stage}
    return sum(_depth(stage) for stage in chains.values())


def _depth(stage: Stage) -> int:
    trainings = stage.kind in ("pretrain", "train")
    return trainings + sum(_depth(need) for need in stage.inputs)

