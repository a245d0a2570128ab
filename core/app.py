"""One function for each wish of a user; here the parts are wired together."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Literal

from xeval.catalogue import Catalogue
from xeval.chains import model_stage, named_model
from xeval.declared import load_catalogue
from xeval.errors import BadValue, XevalError
from xeval.experiment import Experiment, Wishes, as_json, entry_points_in, resolve
from xeval.jobs import Executor, Listen, Setup
from xeval.machine import gpus, machine
from xeval.modelfolders import find_model, model_identity
from xeval.plan import Plan, World
from xeval.planning import plan
from xeval.preflight import check_data
from xeval.registry import ModelEntry, Registry, load_registry
from xeval.results import RunRecord, collect, evidence_in, load_run, save_record, save_run
from xeval.rows import Place, fingerprint
from xeval.runner import Outcome, run_stages, to_run
from xeval.stage import Stage
from xeval.statistics import Evidence
from xeval.store import BrokenArtifact, Store
from xeval.tuning import Compute
from xeval.values import Json

Device = Literal["auto", "cpu", "cuda"]
MOST_WORKERS = 8  # each holds torch and a model: more memory than most machines' further cores are worth


@dataclass(frozen=True)
class Where:
    """Where a run reads, writes and computes; nothing here changes a result."""

    store: Path = Path(".xeval")
    overlays: tuple[Path, ...] = ()
    hub: Path | None = None
    offline: bool = False
    device: Device = "auto"
    executor: Literal["local", "inline"] = "local"
    workers: int | None = None


@dataclass(frozen=True)
class Prepared:
    """An experiment that has passed every check that needs no computing."""

    experiment: Experiment
    plan: Plan
    registry: Registry
    catalogue: Catalogue
    store: Store
    where: Where
    asked: tuple[str, ...]
    compute: Compute


def prepare(wishes: Wishes, where: Where) -> Prepared:
    """Read the registry, load the plugins, resolve the wishes and plan. Nothing is written."""
    registry = load_registry(where.overlays)
    asked = tuple(sorted(entry_points_in(wishes)))
    catalogue = load_catalogue(asked, registry)
    experiment = resolve(wishes, registry, catalogue)
    compute = compute_of(wishes, where)
    place = Place(hub=where.hub, offline=where.offline, sources=registry.sources)
    world = World(
        fingerprint=partial(fingerprint, place=place),
        identity=partial(identity, where=where),
        precision=compute.precision,
    )
    made = plan(experiment, registry, catalogue, world)
    check_anything(made)
    return Prepared(experiment, made, registry, catalogue, Store(where.store), where, asked, compute)


def check_anything(made: Plan) -> None:
    """Raise BadValue if every cell is a hole: there is nothing to run."""
    reasons = list(dict.fromkeys(planned.cell.reason for planned in made.cells))
    if not any(planned.stage for planned in made.cells):
        raise BadValue(f"Nothing can be run: {'; '.join(reasons[:3])}.", hint="See: xeval tasks info NAME")


def run(prepared: Prepared, listen: Listen) -> tuple[RunRecord, Mapping[str, Evidence]]:
    """Run what is not stored, keep the record and the evidence, and return them."""
    started = time.perf_counter()
    kept = kept_run(prepared)
    if kept:
        return kept
    store, stages = prepared.store, prepared.plan.stages
    left = to_run(stages, store)
    place = Place(hub=prepared.where.hub, offline=prepared.where.offline, sources=prepared.registry.sources)
    check_data(left, prepared.catalogue, place)
    store.prepare()
    discard_broken(stages, store)
    outcomes = run_stages(stages, store, executor_of(prepared), listen)
    cells = collect(prepared.plan, outcomes, store)
    record = RunRecord(
        run=prepared.plan.key,
        seconds=round(time.perf_counter() - started, 1),
        stages=counts(outcomes),
        cells=cells,
        experiment=dict(as_json(prepared.experiment)),
        notes=prepared.plan.notes,
        failures=failures(outcomes, store),
        finished=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=machine(),
    )
    evidence = evidence_in(store, cells)
    save_run(store, record, evidence)
    return record, evidence


def discard_broken(stages: Iterable[Stage], store: Store) -> None:
    """Take away stored inputs of what is to be run that are not what was written: they are made again."""
    whole: set[str] = set()
    while inputs := {n.key for s in to_run(stages, store) for n in s.inputs if n.is_work and n.key in store} - whole:
        for key in sorted(inputs):
            try:
                store.verify(key)
                whole.add(key)
            except BrokenArtifact:
                store.discard(key)


def kept_run(prepared: Prepared) -> tuple[RunRecord, dict[str, Evidence]] | None:
    """The record of this very plan, if every stage of it is stored and it was recorded whole."""
    store, stages = prepared.store, prepared.plan.stages
    if to_run(stages, store) or not (store.root / "runs" / prepared.plan.key / "run.json").exists():
        return None
    try:
        record, evidence = load_run(store, prepared.plan.key)
    except XevalError:
        return None  # it is damaged, or of another version, and can be made again from the artifacts
    if record.failures or any(cell.state in ("failed", "not-run") for cell in record.cells):
        return None
    if any(cell.state == "done" and not cell.scores for cell in record.cells):
        return None  # an earlier version kept the headline alone: the rest is in the store
    there = {stage.key: Outcome(stage, "stored") for stage in stages}
    record = replace(
        record,
        seconds=0.0,
        stages=counts(there),
        cells=collect(prepared.plan, there, store),  # in the order in which they are asked for now
        experiment=dict(as_json(prepared.experiment)),
        notes=prepared.plan.notes,
    )
    with contextlib.suppress(OSError):  # a store may be read-only by now, and can be looked at all the same
        save_record(store, record)  # the latest run is the one last asked for
    return record, evidence


def identity(entry: ModelEntry, where: Where) -> Json:
    """What identifies the weights of a named model; raises if they are not there, or are not safetensors."""
    found = model_identity(find_model(entry.repository, entry.revision, where.hub, where.offline), entry.revision)
    return {"repository": entry.repository, **found} if "revision" in found else found


def folders_of(prepared: Prepared) -> tuple[tuple[str, Path], ...]:
    """Where the models that exist already lie, by the keys of their stages."""
    names = (*prepared.experiment.models, *prepared.experiment.controls)
    entries = [named_model(name, prepared.registry) for name in names]
    where = prepared.where
    return tuple(
        (
            model_stage(entry, identity(entry, where)).key,
            find_model(entry.repository, entry.revision, where.hub, where.offline).resolve(),
        )
        for entry in entries
        if entry.pretraining is None
    )


def compute_of(wishes: Wishes, where: Where) -> Compute:
    """Device and precision: a GPU with bf16 where there is one, otherwise the processor with fp32."""
    if where.device == "cuda" and not gpus():
        raise BadValue("--device cuda is asked for, but this machine shows no GPU.", hint="Use --device auto or cpu.")
    device = "cuda" if gpus() and where.device != "cpu" else "cpu"
    if device == "cpu" and wishes.precision == "bf16":
        raise BadValue("--precision bf16 needs a GPU; on a processor xeval computes in fp32.", hint="Leave it out.")
    automatic: Literal["fp32", "bf16"] = "bf16" if device == "cuda" else "fp32"
    return Compute(device=device, precision=automatic if wishes.precision == "auto" else wishes.precision)


def executor_of(prepared: Prepared) -> Executor:
    """The executor asked for, with as many workers as the machine and the models allow."""
    where = prepared.where
    setup = Setup(
        store=where.store.resolve(),
        overlays=tuple(path.resolve() for path in where.overlays),
        plugins=prepared.asked,
        hub=where.hub.resolve() if where.hub else None,
        offline=where.offline,
        compute=prepared.compute,
        threads=threads_of(prepared),
        models=folders_of(prepared),
    )
    if where.executor == "inline":
        from xeval.executors.inline import InlineExecutor  # torch: only here does this process compute

        return InlineExecutor(setup)
    from xeval.executors.local import LocalExecutor

    return LocalExecutor(setups_of(setup, prepared))


def setups_of(setup: Setup, prepared: Prepared) -> list[Setup]:
    """One setup a worker: one a GPU; on processors, one a core for small models, one in all for large ones."""
    if prepared.compute.device != "cuda":
        return [setup] * workers_of(prepared)
    devices = [replace(setup.compute, device=f"cuda:{number}") for number in range(workers_of(prepared))]
    return [replace(setup, compute=compute) for compute in devices]


def workers_of(prepared: Prepared) -> int:
    """How many jobs run at once: as asked for; else one a GPU; one a core for small models, one for large ones."""
    if prepared.where.executor == "inline":
        return 1
    if prepared.compute.device == "cuda":
        return min(prepared.where.workers or gpus(), gpus())
    return prepared.where.workers or (min(cores(), MOST_WORKERS) if threads_of(prepared) == 1 else 1)


def threads_of(prepared: Prepared) -> int:
    """One thread for models made on the spot, where more only spin; all cores for a model worth them."""
    names = (*prepared.experiment.models, *prepared.experiment.controls)
    entries = [prepared.registry.models.get(name) for name in names]
    return 1 if all(entry is not None and entry.pretraining for entry in entries) else cores()


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def counts(outcomes: Mapping[str, Outcome]) -> dict[str, int]:
    """How many stages were planned, stored already, run now, and failed or blocked."""
    states = [outcome.state for outcome in outcomes.values()]
    return {
        "planned": len(states),
        "stored": states.count("stored"),
        "run": states.count("done"),
        "failed": states.count("failed") + states.count("blocked"),
    }


def failures(outcomes: Mapping[str, Outcome], store: Store) -> tuple[dict[str, str], ...]:
    """What failed, why, and where the log is; what was only blocked is not repeated."""
    return tuple(
        {
            "stage": key,
            "label": outcome.stage.label,
            "error": outcome.error,
            "log": str(log) if (log := store.root / "logs" / f"{key}.txt").exists() else "",
        }
        for key, outcome in outcomes.items()
        if outcome.state == "failed"
    )
