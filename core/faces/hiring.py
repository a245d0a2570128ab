"""Who computes a prepared run: how many workers, with how many threads, on which devices."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from xeval.faces.preparing import Prepared, identity
from xeval.learning.modelfolders import find_model
from xeval.plans.reading import named_model
from xeval.plans.stage import model_stage
from xeval.plans.translations import translators_in
from xeval.running.jobs import Executor, Setup
from xeval.running.machine import gpus

MOST_WORKERS = 8  # each holds torch and a model: more memory than most machines' further cores are worth


def executor_of(prepared: Prepared) -> Executor:
    """The executor asked for, with as many workers as the machine and the models allow."""
    where = prepared.where
    setup = Setup(
        store=where.store.resolve(),
        overlays=tuple(path.resolve() for path in where.overlays),
        plugins=prepared.asked,
        settings=prepared.settings,
        hub=where.hub.resolve() if where.hub else None,
        offline=where.offline,
        compute=prepared.compute,
        threads=threads_of(prepared),
        models=folders_of(prepared),
    )
    if where.executor == "inline":
        from xeval.running.executors.inline import InlineExecutor  # torch: only here does this process compute

        return InlineExecutor(setup)
    from xeval.running.executors.local import LocalExecutor

    return LocalExecutor(setups_of(setup, prepared))


def setups_of(setup: Setup, prepared: Prepared) -> list[Setup]:
    """One setup a worker: for each GPU, or group of GPUs; on processors, each core for small models, all for large."""
    if prepared.compute.device != "cuda":
        return [setup] * workers_of(prepared)
    each = setup.compute.processes
    devices = [replace(setup.compute, device=f"cuda:{number * each}") for number in range(workers_of(prepared))]
    return [replace(setup, compute=compute) for compute in devices]


def workers_of(prepared: Prepared) -> int:
    """How many jobs run at once: as asked for; else one a GPU; one a core for small models, one for large ones."""
    if prepared.where.executor == "inline":
        return 1
    if prepared.compute.device == "cuda":
        most = gpus() // prepared.compute.processes
        return min(prepared.where.workers or most, most)
    most = max(1, min(cores(), MOST_WORKERS) // prepared.compute.processes)
    return prepared.where.workers or (most if threads_of(prepared) == 1 else 1)


def threads_of(prepared: Prepared) -> int:
    """One thread for models made on the spot, where more only spin; all cores for a model worth them."""
    names = (*prepared.experiment.models, *prepared.experiment.controls)
    entries = [prepared.registry.models.get(name) for name in names]
    return 1 if all(entry is not None and entry.pretraining for entry in entries) else cores()


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def folders_of(prepared: Prepared) -> tuple[tuple[str, Path], ...]:
    """Where the models that exist already lie, by the keys of their stages."""
    names = (*prepared.experiment.models, *prepared.experiment.controls)
    entries = [
        *(named_model(name, prepared.registry) for name in names),
        *translators_in(prepared.experiment.recipes, prepared.registry),
    ]
    where = prepared.where
    return tuple(
        (
            model_stage(entry.name, identity(entry, where)).key,
            find_model(entry.repository, entry.revision, where.hub, where.offline).resolve(),
        )
        for entry in entries
        if entry.pretraining is None
    )
