"""With which model a target is read, and how: by its settings in training, or as vectors that are searched."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from xeval.contracts import TargetTask
from xeval.facts.registry import ModelEntry, Registry
from xeval.plans.trainings import said, training_of
from xeval.tuning import Retrieval, Training
from xeval.values import Json


def named_model(name: str, registry: Registry) -> ModelEntry:
    """A model of the registry, or else a folder, which goes by the last part of its path."""
    return registry.models.get(name) or ModelEntry(name=Path(name).name, repository=name)


def reading_params(entry: ModelEntry, target: TargetTask) -> dict[str, Json]:
    """How a target is read by a model, in the params of an evaluation."""
    searched = target.format in ("retrieval", "ranking")
    return {
        "settings": said(reading_of(entry, target)),
        "retrieval": said(retrieval_of(entry, target)) if searched else None,
    }


def reading_of(entry: ModelEntry, target: TargetTask) -> Training:
    """The settings that a target is read with: of one that is not trained on, the lengths of its inputs alone."""
    training = training_of(entry, target)
    if target.trains_on:
        return training
    lengths = target.format in ("retrieval", "ranking")
    return Training(max_length=training.max_length, max_query=training.max_query) if lengths else Training()


def retrieval_of(entry: ModelEntry, target: TargetTask) -> Retrieval:
    """How a model's vectors are made and searched for a target: as its entry says, unless a training says it.

    They are mined, if mined pairs are what it is scored by.
    """
    if target.format == "ranking" and target.trains_on:
        pooling = training_of(entry, target).pooling
        return Retrieval(pooling="cls" if pooling == "cls" else "mean")
    return replace(entry.retrieval, search="mined" if target.metric.startswith("mining_") else "nearest")
