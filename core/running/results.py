"""What a run found: its cells, the evidence behind them, and the files that keep both for a leaderboard."""

from __future__ import annotations

import contextlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from xeval.boards.statistics import Evidence
from xeval.cell import Cell
from xeval.errors import BadFile, BadValue, MissingData, UnknownName
from xeval.files import replacing, write_json
from xeval.plans.plan import Plan, PlannedCell
from xeval.running.evidence import packed, unpacked
from xeval.running.runner import Outcome
from xeval.running.store import Store
from xeval.values import Json

SCHEMA = "xeval.run/1"


@dataclass(frozen=True)
class RunRecord:
    """A run as it is kept and printed: what was asked, what became of it, and every cell."""

    run: str
    seconds: float
    stages: Mapping[str, int]
    cells: tuple[Cell, ...]
    experiment: Mapping[str, Json]
    notes: tuple[str, ...]
    failures: tuple[Mapping[str, str], ...]
    finished: str
    machine: Mapping[str, Json]
    telemetry: Mapping[str, Json] = field(default_factory=dict)  # what the jobs that were run spent together
    plugins: tuple[Mapping[str, Json], ...] = ()  # that took part; see provenance
    command: str = ""  # the line that made it; earlier versions kept none

    def document(self) -> dict[str, Json]:
        """The JSON document of `xeval run --json`."""
        cells = [dict(vars(cell)) for cell in self.cells]  # asdict copies each score by itself, which takes seconds
        return {"schema": SCHEMA, **vars(self), "cells": cells}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> RunRecord:
        """Read a document that `document` made."""
        if document.get("schema") != SCHEMA:
            raise BadValue(f"This is no run of schema {SCHEMA}: it says {document.get('schema')!r}.")
        values = {name: value for name, value in document.items() if name != "schema"}
        values["cells"] = tuple(Cell(**cell) for cell in values["cells"])
        values["notes"], values["failures"] = tuple(values["notes"]), tuple(values["failures"])
        values["plugins"] = tuple(values.get("plugins", ()))
        return cls(**values)


def collect(plan: Plan, outcomes: Mapping[str, Outcome], store: Store) -> tuple[Cell, ...]:
    """Every cell of a plan with its score, or as the hole that it is."""
    return tuple(filled(planned, outcomes, store) for planned in plan.cells)


def filled(planned: PlannedCell, outcomes: Mapping[str, Outcome], store: Store) -> Cell:
    """One cell with its score from the store, or the reason why there is none."""
    cell, stage = planned.cell, planned.stage
    if stage is None:
        return cell
    outcome = outcomes.get(stage.key)
    if outcome is None or outcome.state in ("failed", "blocked"):
        return replace(cell, state="failed" if outcome else "not-run", reason=_why(outcome))
    found = store.page(stage.key, "scores.json")
    score = found["scores"][cell.metric]
    return replace(
        cell,
        score=score["score"],
        low=score["low"],
        high=score["high"],
        n=found["n"],
        state="done",
        key=stage.key,
        scores={name: its["score"] for name, its in found["scores"].items()},
        data=named(stage.params.get("data")),
        constant=found.get("constant", ""),
    )


def named(fingerprint: Json) -> str:
    """The data set that a fingerprint is of; several are joined by ` + `."""
    if isinstance(fingerprint, list):
        return " + ".join(dict.fromkeys(map(named, fingerprint)))
    known = fingerprint or {}
    return f"files of {known['files']}" if "files" in known else str(known.get("repository", known.get("made", "")))


def _why(outcome: Outcome | None) -> str:
    if outcome is None:
        return "it was not run"
    return outcome.error or f"a stage before it failed: {outcome.cause}"


# ------------------------------------------------------------------------------------------------------- kept runs


def save_run(store: Store, record: RunRecord, evidence: Mapping[str, Evidence]) -> Path:
    """Keep a run for leaderboards: `run.json`, and `evidence.npz`, which can be made again from the artifacts."""
    folder = store.root / "runs" / record.run
    folder.mkdir(parents=True, exist_ok=True)
    arrays: Any = packed(evidence)  # whose names numpy would take for its own arguments, by their types
    with replacing(folder / "evidence.npz") as scratch:
        np.savez(scratch, **arrays)
    save_record(store, record)
    return folder


def save_record(store: Store, record: RunRecord) -> None:
    """Write `run.json`; the one written last is the latest run."""
    write_json(store.root / "runs" / record.run / "run.json", record.document(), indent=None)


def load_run(store: Store, name: str = "") -> tuple[RunRecord, dict[str, Evidence]]:
    """A run by the beginning of its name; the latest one without a name. Raises BadFile if its files are damaged."""
    folder = find_run(store, name)
    record = read_record(folder)
    with readable(folder), np.load(folder / "evidence.npz", allow_pickle=False) as arrays:
        return record, unpacked(arrays)


def read_record(folder: Path) -> RunRecord:
    """The record in the folder of a run. Raises BadFile if it is damaged."""
    with readable(folder):
        return RunRecord.of(json.loads((folder / "run.json").read_text(encoding="utf-8")))


@contextlib.contextmanager
def readable(folder: Path) -> Iterator[None]:
    """Raise BadFile, with what to do, where files of a run turn out to be damaged."""
    try:
        yield
    except (OSError, ValueError, LookupError, TypeError, AttributeError, zipfile.BadZipFile, BadValue) as error:
        hint = "The command that made it makes it again from the store, without computing anything."
        raise BadFile(str(folder), [f"this record of a run cannot be read: {error}"], hint=hint) from None


def find_run(store: Store, name: str = "") -> Path:
    """The folder of a run; raises MissingData if there is none at all, UnknownName or BadValue for a bad name."""
    runs = sorted((store.root / "runs").glob("*/run.json"), key=lambda path: path.stat().st_mtime)
    if name and not any(path.parent.name.startswith(name) for path in runs) and Path(name).is_dir():
        raise BadValue(f"{name} is a folder, and no run or bundle.", hint=f"For the bundles in it: {name}/*.xeval")
    if not runs:
        raise MissingData(f"The store {store.root} holds no run yet.", hint="Make one with: xeval run")
    if not name:
        return runs[-1].parent
    matching = [path.parent for path in runs if path.parent.name.startswith(name)]
    if not matching:
        raise UnknownName("run", name, [path.parent.name for path in runs])
    if len(matching) > 1:
        raise BadValue(f"{len(matching)} runs begin with {name!r}.", hint="Give more of the name.")
    return matching[0]
