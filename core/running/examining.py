"""The examples behind a cell: read again from where they were read, beside the predictions that the store holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from xeval.cell import Cell
from xeval.errors import BadValue, MissingData
from xeval.running.results import evidence_in_table
from xeval.running.workbench import Workbench
from xeval.scores.looking import Looked, gold_of, said_of, texts_of
from xeval.scores.metrics import metric
from xeval.sources.rows import fingerprint
from xeval.values import Example

TOUCH = 1e-9  # a sum of shares that is 1 may miss it by this


def examine(cell: Cell, bench: Workbench) -> list[Looked]:
    """Every example of a cell as it was scored, in the order of its rows.

    Raises MissingData if the store lacks the evaluation or the data are not there, BadValue if those are others now.
    """
    if cell.key not in bench.store:
        raise MissingData(
            f"The store {bench.store.root} does not hold the predictions of this cell.",
            hint="A run from a bundle has its scores alone; the same `xeval run` makes its predictions again.",
        )
    params: dict[str, Any] = dict(bench.store.manifest(cell.key)["params"])
    examples = examples_of(params, bench)
    return looked_at(examples, cell, bench)


def examples_of(params: dict[str, Any], bench: Workbench) -> list[Example]:
    """The examples of an evaluation, changed as they were; raises BadValue if their data or the plugin changed."""
    task = bench.task(params["task"])
    there = fingerprint(task.data(params["split"], params["language"]), bench.place)
    how = params["perturbation"]
    changed = [task.name] if there != params["data"] or task.version != params["task"]["version"] else []
    if how and bench.catalogue.perturbations[how["name"]].version != how["version"]:
        changed.append(how["name"])
    if changed:
        raise BadValue(
            f"{' and '.join(changed)} changed since this cell was scored.",
            hint="Its predictions are of other texts than there are now. The same `xeval run` scores it again.",
        )
    found = bench.evaluated(task, params)
    if found.tries:
        raise BadValue(
            f"The texts of {how['name']} were chosen by what the model said of them, and are not kept.",
            hint="Show the clean cell, or another noise.",
        )
    return found.examples


def looked_at(examples: Sequence[Example], cell: Cell, bench: Workbench) -> list[Looked]:
    """Examples beside their predictions and their scores by the headline metric."""
    import pyarrow.parquet as pq  # a third of a second

    table = pq.read_table(bench.store.path(cell.key) / "predictions.parquet")
    uids, values = table.column("uid").to_pylist(), map(json.loads, table.column("prediction").to_pylist())
    if uids != [example.uid for example in examples]:
        raise BadValue(f"{cell.target} in {cell.language} has other examples now than when it was scored.")
    rows = evidence_in_table(table, cell.metric).statistics
    scores = np.nan_to_num(metric(cell.metric).score(rows))
    return [
        Looked(
            uid=example.uid,
            texts=tuple(texts_of(example).items()),
            gold=gold_of(example),
            said=said_of(example, value),
            score=float(score),
            # Nothing there and nothing said: such a row counts nothing, and is no mistake.
            is_right=bool(score >= 1 - TOUCH or not row.any()),
        )
        for example, value, score, row in zip(examples, values, scores, rows, strict=True)
    ]
