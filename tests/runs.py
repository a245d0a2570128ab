"""Runs for tests: cells with right and wrong answers as asked for, kept in a store as a run keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from xeval.boards.statistics import Evidence
from xeval.cell import Cell
from xeval.files import write_json
from xeval.plans.stage import Stage
from xeval.running.evidence import evidence_in
from xeval.running.results import RunRecord, save_run
from xeval.running.store import Store

ITEMS = 60


def scored(store: Store, language: str, right: Sequence[bool], data: str = "rows-1", **about: Any) -> Cell:
    """A cell whose evaluation is in the store; `right` says of each item whether it was answered rightly."""
    usual: dict[str, Any] = {"model": "small", "recipe": "none", "target": "cats", "seed": 0, "perturbation": None}
    usual |= {"level": 0.0, "source": "en", "metric": "accuracy"} | about
    state = Stage("train", {"seed": usual["seed"], "model": usual["model"], "recipe": usual["recipe"]})
    noise = usual["perturbation"] and {"name": usual["perturbation"], "level": usual["level"], "version": "1"}
    params = {"task": {"name": usual["target"], "version": "1"}, "data": {"repository": "made/cats", "rows": data}}
    params |= {
        "language": language,
        "metric": "accuracy",
        "perturbation": noise,
        "right": "".join(map(str, map(int, right))),
    }
    stage = Stage("evaluate", params, (state,))
    for made in (state, stage):
        if made.key not in store:
            with store.writing(made.key) as (folder, manifest):
                manifest.update(key=made.key, kind=made.kind, params=made.params, inputs=[i.key for i in made.inputs])
                if made is stage:
                    write_answers(folder, right)
                else:
                    (folder / "weights.bin").write_bytes(made.key.encode())
    share = float(np.mean(right))
    usual |= {"low": share, "high": share, "n": len(right), "state": "done", "key": stage.key}
    return Cell(language=language, score=share, scores={"accuracy": share}, **usual)


def write_answers(folder: Path, right: Sequence[bool]) -> None:
    statistics = {"accuracy.0": np.array(right, dtype=np.float64), "accuracy.1": np.ones(len(right))}
    items = {"uid": [str(n) for n in range(len(right))], "group": [""] * len(right)}
    pq.write_table(pa.table(items | {"prediction": ["null"] * len(right)} | statistics), folder / "predictions.parquet")
    write_json(folder / "scores.json", {"n": len(right), "scores": {"accuracy": {"score": float(np.mean(right))}}})


def kept(store: Store, name: str, cells: Sequence[Cell]) -> tuple[RunRecord, dict[str, Evidence]]:
    """A run of these cells, kept in the store under a name of hexadecimal digits."""
    stages = {"planned": len(cells), "stored": 0, "run": len(cells), "failed": 0}
    at = "2026-01-01T00:00:00+00:00"
    record = RunRecord(name, 1.0, stages, tuple(cells), {"limit": None}, (), (), at, {"processor": "any"})
    evidence = evidence_in(store, cells)
    save_run(store, record, evidence)
    return record, evidence


def answers(count: int, of: int = ITEMS) -> list[bool]:
    """The first `count` items answered rightly."""
    return [number < count for number in range(of)]
