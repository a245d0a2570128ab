"""The evidence behind scores, example by example: from artifacts, and as arrays beside a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from xeval.boards.benchmarks import metrics_beside, scored_by
from xeval.boards.statistics import Evidence
from xeval.cell import Cell
from xeval.running.store import Store

if TYPE_CHECKING:
    import pyarrow as pa


def evidence_in(store: Store, cells: Iterable[Cell]) -> dict[str, Evidence]:
    """The statistics behind each scored cell, by its key; by metric too, what a benchmark wants beside the headline."""
    import pyarrow.parquet as pq  # a third of a second, and a run that is stored already does not need it

    found: dict[str, Evidence] = {}
    for cell in cells:
        if cell.state == "done" and cell.key not in found:
            table = pq.read_table(store.path(cell.key) / "predictions.parquet")
            beside = [metric for metric in metrics_beside(cell.target, cell.metric) if metric in cell.scores]
            for one in (cell, *(scored_by(cell, metric) for metric in beside)):
                found[one.key] = evidence_in_table(table, one.metric)
    return found


def evidence_in_table(table: pa.Table, metric: str) -> Evidence:
    """The statistics of one metric."""
    names = [name for name in table.column_names if name.startswith(f"{metric}.")]
    matrix = np.column_stack([table.column(name).to_numpy() for name in names])
    return Evidence(matrix, tuple(table.column("uid").to_pylist()), tuple(table.column("group").to_pylist()))


def packed(evidence: Mapping[str, Evidence]) -> dict[str, np.ndarray[Any, Any]]:
    """Evidence as few arrays: what has the same items, and as many numbers of each, is one stack, its keys beside it.

    Most cells share their items, and a file of one array for each of 10,000 cells takes seconds to read.
    """
    stacks: dict[tuple[tuple[str, ...], tuple[str, ...], int], list[str]] = {}
    for key, item in evidence.items():
        stacks.setdefault((item.uids, item.groups, item.statistics.shape[1]), []).append(key)
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    for number, ((uids, groups, _), keys) in enumerate(stacks.items()):
        arrays[f"items{number}"] = np.array([uids, groups], dtype=np.str_)
        arrays[f"keys{number}"] = np.array(keys, dtype=np.str_)
        arrays[f"stack{number}"] = np.stack([evidence[key].statistics for key in keys])
    return arrays


def unpacked(arrays: Mapping[str, np.ndarray[Any, Any]]) -> dict[str, Evidence]:
    """What `packed` packed; earlier versions kept an array for each cell, by its key and the name of its items."""
    items = {name: tuple(tuple(row.tolist()) for row in arrays[name]) for name in arrays if name.startswith("items")}
    evidence = {}
    for name in arrays:
        if "/" in name:
            key, _, shared = name.partition("/")
            evidence[key] = Evidence(arrays[name], *items[shared])
        elif name.startswith("stack"):
            number, stack = name.removeprefix("stack"), arrays[name]
            keys = arrays[f"keys{number}"].tolist()
            evidence |= {key: Evidence(each, *items[f"items{number}"]) for key, each in zip(keys, stack, strict=True)}
    return evidence
