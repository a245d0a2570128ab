"""Bundles as one leaderboard: opened, checked, scored again where that is asked for, merged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from xeval.contracts import Task
from xeval.facts.registry import load_registry
from xeval.hashing import digest
from xeval.running.jobs import Setup
from xeval.running.keptruns import KeptRun, open_run
from xeval.running.merging import Merged, merged
from xeval.running.results import RunRecord
from xeval.running.store import Store
from xeval.sources.rows import Place, fingerprint
from xeval.values import Json


def merged_record(
    names: Sequence[str], store: Path, hub: Path | None, rescore: bool, files: Sequence[Path]
) -> tuple[RunRecord, Merged]:
    """Runs of a store and bundles as one record; raises where they cannot stand on one board."""
    runs = [open_run(name, Store(store)) for name in names]
    if rescore:
        runs = scored_again(runs, store, hub, files)
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
    return record, found


def scored_again(runs: Sequence[KeptRun], store: Path, hub: Path | None, files: Sequence[Path]) -> list[KeptRun]:
    """Every run with its scores made again from its predictions; loads what computes, since that is what scores."""
    from xeval.running.rescoring import rescored
    from xeval.running.workbench import lay_out

    asked = {str(name) for run in runs for manifest in run.manifests.values() for name in named_in(manifest)}
    bench = lay_out(Setup(store, overlays=tuple(files), plugins=tuple(sorted(asked)), hub=hub, offline=True))
    place = Place(hub=hub, offline=True, sources=load_registry(files).sources)

    def here(task: Task, params: Json) -> Json:
        return fingerprint(task.data(params["split"], params["language"]), place=place)

    return [rescored(run, bench, here) for run in runs]


def named_in(manifest: Mapping[str, Json]) -> set[str]:
    """The task and the perturbation of an evaluation, and the plugins that may offer them."""
    offered = (manifest["params"].get(name) for name in ("task", "perturbation"))
    names = {each["name"] for each in offered if isinstance(each, dict)}
    return names | {name.split(".")[0] for name in names}
