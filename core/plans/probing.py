"""The stages behind a study's probes: which state is measured, on which data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, cast

from xeval.contracts import TargetTask, Task
from xeval.errors import MissingData
from xeval.facts.registry import ModelEntry
from xeval.plans.chains import Chains
from xeval.plans.plan import PlannedProbe
from xeval.plans.recipe import Recipe
from xeval.plans.settings import set_up
from xeval.plans.stage import Stage
from xeval.studies.design import Probe
from xeval.values import Json, Split

MOST = {"profile": 2000, "fisher": 200, "alignment": 300, "consistency": 1000}  # examples that a probe looks at

OF_TUNED = ("fisher", "consistency")  # probes of a target's own model; others are of the state after the recipe


@dataclass(frozen=True)
class AsItIs:
    """A target that is fine-tuned on nothing: its state is the one after the recipe."""

    trains_on: tuple[str, ...] = ()


def planned_probes(probes: Iterable[Probe], model: str, seeds: Iterable[int], chains: Chains) -> Iterator[PlannedProbe]:
    """A stage for each probe and seed; none where data are not at hand, which the analysis then lacks."""
    entry, wanted = chains.model(model), list(probes)
    for seed in seeds:
        for probe in wanted:
            try:
                yield PlannedProbe(probe, seed, probe_stage(probe, entry, seed, chains))
            except MissingData:
                continue


def probe_stage(probe: Probe, entry: ModelEntry, seed: int, chains: Chains) -> Stage:
    """The stage of one probe."""
    targets, of_target = chains.catalogue.targets, probe.shelf == "target"
    task: Task = targets[probe.task] if of_target else chains.catalogue.intermediates[probe.task]
    tuned = targets[probe.task] if of_target and probe.kind in OF_TUNED else cast(TargetTask, AsItIs())
    state = chains.fine_tuned(entry, Recipe.parse(probe.recipe), tuned, seed)
    split: Split = targets[probe.task].evaluates_on if of_target and probe.kind != "fisher" else "train"
    params: dict[str, Json] = {
        "probe": probe.kind,
        "task": named(task, probe.shelf),
        "data": chains.data.of(task, split, probe.language),
        "split": split,
        "language": probe.language,
        "settings": settings_of(entry, task),
        "examples": MOST[probe.kind],
        "limit": chains.limit,
        "seed": seed,
        "precision": chains.world.precision,
    }
    if probe.kind == "consistency":
        source = task.source_language
        params["source"] = {"language": source, "data": chains.data.of(task, split, source)}
    label = f"{probe.kind} of {task.name} in {probe.language} by {state.label}"
    return Stage("probe", params, (state,), label=label)


def named(task: Task, shelf: str) -> dict[str, Json]:
    """What of a task is in the key of a probe."""
    about = {"name": task.name, "version": task.version, "format": task.format, "labels": list(task.labels)}
    return {"shelf": shelf, **about, **set_up(task)}


def settings_of(entry: ModelEntry, task: Task) -> dict[str, Json]:
    """How the task's texts are cut and pooled for this model: what of its training a probe reads too."""
    settings: Any = replace(task.training, **entry.training)
    return {
        name: getattr(settings, name) for name in ("max_length", "pooling", "stride", "max_query", "max_answer", "mask")
    }
