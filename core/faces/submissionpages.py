"""Bundles as one leaderboard: opened, checked, scored again where that is asked for, merged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from xeval.boards.statistics import Evidence
from xeval.contracts import Task
from xeval.facts.overlays import overlays
from xeval.facts.registry import load_registry
from xeval.hashing import digest
from xeval.running.jobs import Setup
from xeval.running.keptruns import KeptRun, open_run
from xeval.running.merging import merged
from xeval.running.results import RunRecord
from xeval.running.store import Store
from xeval.sources.rows import Place, fingerprint
from xeval.values import Json


@dataclass(frozen=True)
class Kept:
    """Which runs, bundles or beginnings of names, and where: none is the latest of the store."""

    runs: tuple[str, ...]
    store: Path
    files: tuple[Path, ...] = ()  # registry files of the user's
    hub: Path | None = None
    rescore: bool = False


def merged_record(where: Kept) -> tuple[RunRecord, Mapping[str, Evidence]]:
    """Runs of a store and bundles as one record; raises where they cannot stand on one board."""
    runs = [open_run(name, Store(where.store)) for name in where.runs or ("",)]
    if where.rescore:
        runs = scored_again(runs, where)
    found = merged(runs)
    limits = {run.record.experiment.get("limit") for run in runs}
    record = RunRecord(
        run=digest([run.record.run for run in runs]),
        seconds=0.0,
        stages={"planned": 0, "stored": 0, "run": 0, "failed": 0},
        cells=found.cells,
        experiment={"limit": next((limit for limit in limits if limit is not None), None)},
        notes=found.notes,
        failures=(),
        finished=datetime.now(UTC).isoformat(timespec="seconds"),
        machine={},
    )
    return record, found.evidence


def scored_again(runs: Sequence[KeptRun], where: Kept) -> list[KeptRun]:
    """Every run with its scores made again from its predictions; loads what computes, since that is what scores."""
    from xeval.running.rescoring import rescored
    from xeval.running.workbench import lay_out

    asked = {str(name) for run in runs for manifest in run.manifests.values() for name in named_in(manifest)}
    bench = lay_out(Setup(where.store, overlays(where.files), tuple(sorted(asked)), hub=where.hub, offline=True))
    place = Place(hub=where.hub, offline=True, sources=load_registry(overlays(where.files)).sources)

    def here(task: Task, params: Json) -> Json:
        return fingerprint(task.data(params["split"], params["language"]), place=place)

    return [rescored(run, bench, here) for run in runs]


def named_in(manifest: Mapping[str, Json]) -> set[str]:
    """The task and the perturbation of an evaluation, and the plugins that may offer them."""
    offered = (manifest["params"].get(name) for name in ("task", "perturbation"))
    names = {each["name"] for each in offered if isinstance(each, dict)}
    return names | {name.split(".")[0] for name in names}
