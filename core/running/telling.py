"""From what happens in a run, or is stored of one, to notices for observers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from xeval.errors import XevalError
from xeval.notices import CellScored, Notice, RunBegan, RunEnded, StageEnded
from xeval.running.jobs import Finished
from xeval.running.results import RunRecord
from xeval.running.store import Store


def of_job(event: Finished, store: Store) -> Iterator[StageEnded]:
    """A notice for each stage of a job that has ended."""
    for stage in event.settled:
        if stage.key in store:
            yield of_manifest(store.manifest(stage.key))
        else:
            error = event.errors.get(stage.key, event.error)
            yield StageEnded(stage.key, stage.kind, stage.label, event.seconds, error or "it left nothing")


def of_manifest(manifest: Mapping[str, Any]) -> StageEnded:
    """What a stored stage tells of itself."""
    report = manifest.get("report") or {}
    return StageEnded(
        key=manifest["key"],
        kind=manifest["kind"],
        label=manifest.get("label", ""),
        seconds=float(manifest.get("seconds", 0.0)),
        steps=int(report.get("steps", 0)),
        tokens=int(report.get("tokens", 0)),
        losses=tuple(report.get("losses", ())),
    )


def of_record(record: RunRecord) -> Iterator[Notice]:
    """The scores of a run, and its end."""
    yield from (CellScored(cell) for cell in record.cells if cell.state == "done")
    yield RunEnded(record.run, record.seconds, record.stages)


def replayed(record: RunRecord, manifests: Mapping[str, Mapping[str, Any]], store: Store) -> Iterator[Notice]:
    """A run that is over, told as if it ran: its stages, those behind them first, its scores, its end."""
    stages = list(stages_behind(manifests, store))
    yield RunBegan(record.run, len(stages))
    yield from stages
    yield from of_record(record)


def stages_behind(manifests: Mapping[str, Mapping[str, Any]], store: Store) -> Iterator[StageEnded]:
    """Some stages and all that they build on, each once, as far as it is stored."""
    told: set[str] = set()

    def visit(keys: Iterable[str]) -> Iterator[StageEnded]:
        for key in keys:
            manifest = manifests.get(key) or _stored(key, store)
            if manifest and key not in told:
                told.add(key)
                yield from visit(manifest.get("inputs", ()))
                yield of_manifest(manifest)

    yield from visit(sorted(manifests))


def _stored(key: str, store: Store) -> Mapping[str, Any] | None:
    try:
        return store.manifest(key) if key in store else None
    except (OSError, ValueError, XevalError):
        return None
