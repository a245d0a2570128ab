"""Scores of evaluations that a store holds, from the statistics beside their predictions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from xeval.errors import BadValue, MissingData
from xeval.scores.metrics import METRICS
from xeval.scores.scoring import RULES, Scores


def is_stored(folder: Path) -> bool:
    """Whether a folder holds evaluations of xeval's own."""
    return next(folder.rglob("predictions.parquet"), None) is not None


def score_stored(task: str, folder: Path) -> Scores:
    """Scores of the evaluations of a task on unchanged texts in a folder: an artifact, or several, one a language.

    Raises MissingData if there is none of that task, BadValue if there are two in one language.
    """
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("predictions.parquet")):
        params = params_of(path.parent)
        if params.get("task", {}).get("name") != task or params.get("perturbation"):
            continue
        code = params["language"]
        if code in found:
            both = f"{found[code].parent.name} and {path.parent.name}"
            raise BadValue(
                f"{folder} holds two evaluations of {task} in {code}: {both}.",
                hint="Name the folder of one of them with --predictions.",
            )
        found[code] = path
    if not found:
        raise MissingData(
            f"{folder} holds no evaluation of {task} on unchanged texts.",
            hint="Name folders of a store's artifacts, or files of predictions with --labels.",
        )
    return Scores(task, {code: scores_in(path, task) for code, path in sorted(found.items())})


def params_of(folder: Path) -> dict[str, Any]:
    """What an artifact is of, from its manifest; nothing if it has none."""
    path = folder / "manifest.json"
    params: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["params"] if path.exists() else {}
    return params


def scores_in(path: Path, task: str) -> dict[str, float]:
    """The scores of one evaluation in percent, under XTREME's names where the task has them."""
    import pyarrow.parquet as pq  # a third of a second, which files in XTREME's layout do not need

    table = pq.read_table(path)
    own = dict.fromkeys(name.rpartition(".")[0] for name in table.column_names)
    names = RULES[task].metrics if task in RULES else {name: name for name in own if name in METRICS}
    scores = {}
    for shown, name in names.items():
        columns = [table.column(column).to_numpy() for column in table.column_names if column.startswith(f"{name}.")]
        if not columns:
            raise MissingData(f"{path} has no statistics of {name}.", hint="It was made by another version: run again.")
        scores[shown] = 100 * float(
            METRICS[name].score(np.array([column.sum() for column in columns], dtype=np.float64))
        )
    return scores
