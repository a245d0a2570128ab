"""The score of one pipeline, in one language, under one perturbation at one level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

CellState = Literal["done", "failed", "not-offered", "not-run"]


@dataclass(frozen=True)
class Cell:
    """The score of one pipeline on one language under one perturbation at one level; a hole has no score.

    Scores are shares, 0 to 1; `low` and `high` bound the 95% bootstrap interval over examples. `scores` has every
    metric of the evaluation, the headline among them; `data` is the data set whose rows were scored, `files of` it if
    they were the user's own. Records of earlier versions lack both.
    """

    model: str
    recipe: str
    target: str
    language: str
    source: str
    perturbation: str | None
    level: float
    seed: int
    metric: str
    score: float | None
    low: float | None
    high: float | None
    n: int
    state: CellState
    key: str = ""  # of the evaluate stage, "" for a hole that has none
    reason: str = ""  # why it is a hole
    scores: Mapping[str, float] = field(default_factory=dict, hash=False)
    data: str = ""
    constant: str = ""  # the answer that the model gave to every item, where it gave but one
