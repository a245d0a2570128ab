"""The examples behind a cell: read again from where they were read, beside the predictions that the store holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from xeval.cell import Cell
from xeval.errors import BadValue, MissingData
from xeval.running.evidence import evidence_in_table
from xeval.running.workbench import Evaluated, Workbench, set_up_for
from xeval.running.worst import as_scored
from xeval.scores.looking import Looked, gold_of, said_of, texts_of
from xeval.scores.metrics import metric
from xeval.sources.rows import fingerprint
from xeval.values import Example

if TYPE_CHECKING:
    import pyarrow as pa

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
    import pyarrow.parquet as pq  # a third of a second

    table = pq.read_table(bench.store.path(cell.key) / "predictions.parquet")
    examples = as_scored(evaluated(params, set_up_for(bench, params)), table)
    return looked_at(examples, cell, table)


def evaluated(params: dict[str, Any], bench: Workbench) -> Evaluated:
    """What an evaluation scored, changed as it was; raises BadValue if their data or the plugin changed."""
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
    return bench.evaluated(task, params)


def looked_at(examples: Sequence[Example], cell: Cell, table: pa.Table) -> list[Looked]:
    """Examples beside their predictions and their scores by the headline metric."""
    uids, values = table.column("uid").to_pylist(), map(json.loads, table.column("prediction").to_pylist())
    if uids != [example.uid for example in examples]:
        raise BadValue(
            f"{cell.target} in {cell.language} has other examples now than when it was scored.",
            hint="The same `xeval run` scores it again.",
        )
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
