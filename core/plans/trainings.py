"""The stage of a training: what it takes of which tasks, how, and all of that in its key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from xeval.contracts import Task
from xeval.errors import BadValue, UnknownName
from xeval.facts.registry import ModelEntry, Registry
from xeval.plans.augmenting import Damaged, augment_params, noise_params
from xeval.plans.catalogue import Catalogue
from xeval.plans.fingerprints import Fingerprints
from xeval.plans.guestkeys import code_said
from xeval.plans.phasing import part_of
from xeval.plans.plan import World
from xeval.plans.recipeparts import Augment, Sampling
from xeval.plans.settings import set_up
from xeval.plans.stage import Stage
from xeval.tuning import Training
from xeval.values import Json, Language, Split


@dataclass(frozen=True)
class Ground:
    """What stages are planned on: facts, plugins, and what is known of data and weights."""

    registry: Registry
    catalogue: Catalogue
    world: World
    limit: int | None
    data: Fingerprints


@dataclass(frozen=True)
class Lot:
    """What one training takes of one task.

    `shares` are of a budget of examples, the number in the smallest training split among the languages in `budget`;
    or `count` examples are taken of each. `translated` are the stages that make the data of some languages.
    """

    task: Task
    training: Training
    shares: Mapping[str, float]
    budget: tuple[str, ...]
    augment: Augment | None = None
    count: int | None = None
    split: Split = "train"
    translated: Mapping[str, Stage] = field(default_factory=dict)


@dataclass(frozen=True)
class Beside:
    """Text for masked LM beside the tasks: a corpus, the languages wanted (none: all at hand), the share of inputs."""

    corpus: Task
    training: Training
    languages: tuple[str, ...]
    share: float


@dataclass(frozen=True)
class Manner:
    """How several lots are trained on together, and which task's head is handed on from the state, or to the next."""

    seed: int
    sampling: Sampling = field(default_factory=Sampling)
    beside: Beside | None = None
    goes_on: str = ""  # the task whose head goes on from the state
    leads: str = ""  # the task whose head the next state keeps, if it is not the first


def said(settings: Any) -> dict[str, Json]:
    """The fields of some settings that differ from their defaults, so that a new one with a default keeps every key."""
    values = ((f, getattr(settings, f.name)) for f in fields(settings))
    return {f.name: list(v) if isinstance(v, tuple) else v for f, v in values if v != f.default}


def training_of(entry: ModelEntry, task: Task, adapter: str = "") -> Training:
    """A task's training as the model wants it: what the registry says of the model comes first."""
    return replace(task.training, **{**entry.training, **adapter_settings(adapter)})


def adapter_settings(adapter: str) -> dict[str, Any]:
    """The settings that `lora` or `lora:RANK` stands for."""
    name, _, rank = adapter.partition(":")
    return {"adapter": name, **({"rank": int(rank)} if rank else {})} if name else {}


def train_stage(ground: Ground, state: Stage, lots: Sequence[Lot], manner: Manner) -> Stage:
    """Training on lots of tasks at once. What is not said of them is in no key, so that plain trainings keep theirs."""
    params: dict[str, Json] = {**_of_lots(ground, lots, manner), "limit": ground.limit, "seed": manner.seed}
    params["precision"] = ground.world.precision
    params |= {"manner": dict(ground.world.manner)} if ground.world.manner else {}
    if manner.beside:
        params["beside"] = _beside(ground, manner.beside)
    params |= {name: value for name in ("goes_on", "leads") if (value := getattr(manner, name))}
    made = [lot.translated[code] for lot in lots for code in sorted(lot.translated)]
    name = "+".join(map(label_of, lots))
    beside = f"&{manner.beside.corpus.name}" if manner.beside else ""
    return Stage("train", params, (state, *made), label=f"{state.label} > {name}{beside}")


def label_of(lot: Lot) -> str:
    """What people call a lot."""
    adapter = f" ({lot.training.adapter})" if lot.training.adapter else ""
    if lot.count is not None:
        return f"{lot.task.name}[{lot.count} of {','.join(lot.shares)}]{adapter}"
    return f"{lot.task.name}{part_of(lot.task, lot.shares)}{lot.augment or ''}{adapter}"


def _of_lots(ground: Ground, lots: Sequence[Lot], manner: Manner) -> dict[str, Json]:
    """One lot lies open in the parameters, as it always did; several are a list."""
    if len(lots) == 1:
        return _lot(ground, lots[0])
    sampling = {"sampling": [manner.sampling.kind, manner.sampling.value]} if manner.sampling != Sampling() else {}
    training = said(joint_training([lot.training for lot in lots]))
    return {"lots": [_lot(ground, lot) for lot in lots], "training": training, **sampling}


def _lot(ground: Ground, lot: Lot) -> dict[str, Json]:
    codes = sorted({*lot.shares, *lot.budget})
    params: dict[str, Json] = {
        "task": task_params(ground.catalogue, lot.task),
        "data": {code: _data(ground, lot, code) for code in codes},
        "shares": {code: round(share, 9) for code, share in sorted(lot.shares.items())},
        "training": said(lot.training),
    }
    if lot.augment:
        params["augment"] = _augment(ground, lot, lot.augment, codes)
    params |= {"count": lot.count} if lot.count is not None else {}
    return params | ({"split": lot.split} if lot.split != "train" else {})


def _augment(ground: Ground, lot: Lot, augment: Augment, codes: Sequence[str]) -> Json:
    """What identifies the damage to a lot; translated data are translations without being looked at."""
    spoken = [named_language(ground.registry, code) for code in codes]
    ref = augment.noise

    def parallel(code: str, other: str) -> bool:
        if lot.translated.keys() & {code, other}:
            return True
        return ground.world.parallel(lot.task, lot.split, (code, other), ground.limit)

    of = Damaged(lot.task, spoken, parallel)
    by = ground.catalogue.perturbations[ref.name]
    return augment_params(augment, by, of, sorted(lot.shares), lambda one: noise_params(ground.catalogue, ref, one))


def _data(ground: Ground, lot: Lot, code: str) -> Json:
    made = lot.translated.get(code)
    return {"translated": made.key} if made else ground.data.of(lot.task, lot.split, code)


def _beside(ground: Ground, beside: Beside) -> Json:
    corpus, named = beside.corpus, beside.languages
    if lacking := [code for code in named if code not in corpus.languages]:
        hint = f"It has: {', '.join(corpus.languages)}."
        raise BadValue(f"The corpus {corpus.name!r} has no text in {lacking[0]!r}.", hint=hint)
    wanted = [code for code in corpus.languages if code in named]  # in one order, since a key knows no other
    data = {code: ground.data.of(corpus, "train", code) for code in wanted} if named else ground.data.corpus(corpus)
    return {
        "task": task_params(ground.catalogue, corpus),
        "data": data,
        "training": said(beside.training),
        "share": beside.share,
    }


def joint_training(trainings: Iterable[Training]) -> Training:
    """How tasks with settings of their own share an optimiser: the most careful of what each asks for.

    The lowest learning rate, the longest warm-up, the smallest clip and batch; embeddings are frozen if one wants it.
    How inputs are made, and how many epochs there are, stays each task's own.
    """
    each = list(trainings)
    return replace(
        each[0],
        learning_rate=min(one.learning_rate for one in each),
        batch_size=min(one.batch_size for one in each),
        warmup=max(one.warmup for one in each),
        weight_decay=max(one.weight_decay for one in each),
        clip=min(one.clip for one in each),
        freeze_embeddings=any(one.freeze_embeddings for one in each),
    )


def task_params(catalogue: Catalogue, task: Task) -> Json:
    """What identifies a task: its name, its version, and what its examples mean."""
    targets = catalogue.targets
    is_target = task.name in targets and targets[task.name] is task
    return {
        "shelf": "target" if is_target else "intermediate",  # one name may stand on both for different data
        "name": task.name,
        "version": task.version,
        "format": task.format,
        "labels": list(task.labels),
        **set_up(task),
        **code_said(targets if is_target else catalogue.intermediates, task.name, task),
    }


def named_language(registry: Registry, code: str) -> Language:
    """A language of the registry's table; raises UnknownName."""
    if code not in registry.languages:
        raise UnknownName("language", code, registry.languages, hint="Add it under languages: in registry.yaml.")
    return registry.languages[code]
