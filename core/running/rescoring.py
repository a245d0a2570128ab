"""Scores made again from stored predictions and the data at hand: a mistake or a forgery in scores comes to light."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace

import pyarrow.parquet as pq

from xeval.boards.statistics import Evidence
from xeval.contracts import Task
from xeval.errors import BadData, BadFile, MissingData
from xeval.running.evaluating import evidence_of
from xeval.running.keptruns import KeptRun, predictions_in
from xeval.running.workbench import Workbench, set_up_for
from xeval.running.worst import as_scored
from xeval.scores.metrics import metric
from xeval.values import Json, Prediction

CLOSE = 1e-9  # the same predictions on the same data are the same score but for the order of a sum
Fingerprint = Callable[[Task, Mapping[str, Json]], Json]


def rescored(kept: KeptRun, bench: Workbench, fingerprint: Fingerprint) -> KeptRun:
    """A run with its evidence made again. Raises BadFile where a written score is another, MissingData for data."""
    evidence: dict[str, Evidence] = dict(kept.evidence)
    problems = []
    cells = {cell.key: cell for cell in kept.record.cells if cell.state == "done"}
    for key, table in predictions_in(kept):
        cell, params = cells[key], kept.manifests[key]["params"]
        evidence[key] = again(kept, table, params, cell.metric, bench, fingerprint)
        score = float(metric(cell.metric).score(evidence[key].statistics.sum(axis=0)))
        if cell.score is None or abs(score - cell.score) > CLOSE:
            problems.append(f"{cell.target} in {cell.language}: {cell.score} is written, the predictions give {score}")
    if problems:
        raise BadFile(str(kept.path), problems, hint="Ask for the bundle again, or leave it out.")
    return replace(kept, evidence=evidence)


def again(
    kept: KeptRun, table: bytes, params: Mapping[str, Json], name: str, bench: Workbench, fingerprint: Fingerprint
) -> Evidence:
    """The evidence of one evaluation from its predictions."""
    bench = set_up_for(bench, params)
    task = bench.task(params["task"])
    here = fingerprint(task, params)
    if here != params["data"]:
        raise MissingData(
            f"{kept.path} scores other data of {task.name} in {params['language']} than are here.",
            hint=f"It was scored on {params['data']}; here is {here}. Name the folder that holds it with --hub DIR.",
        )
    stored = pq.read_table(io.BytesIO(table), use_threads=False)
    examples = as_scored(bench.evaluated(task, params), stored)
    rows = stored.select(["uid", "prediction"]).to_pylist()
    if [row["uid"] for row in rows] != [example.uid for example in examples]:
        raise BadData(str(kept.path), f"the predictions for {task.name} in {params['language']} are of other examples")
    said = [Prediction(row["uid"], json.loads(row["prediction"])) for row in rows]
    return evidence_of(name, examples, said)
