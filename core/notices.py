"""What observers are told of a run: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xeval.cell import Cell
from xeval.values import Json


@dataclass(frozen=True)
class RunBegan:
    """A run is about to be executed, or shown again."""

    run: str
    stages: int  # to be run


@dataclass(frozen=True)
class StageEnded:
    """A stage is done, or has failed if `error` says so.

    `losses` are means over equal parts of a training of `steps` steps; empty for other stages.
    """

    key: str
    kind: str
    label: str
    seconds: float
    error: str = ""
    steps: int = 0
    tokens: int = 0
    losses: tuple[float, ...] = ()


@dataclass(frozen=True)
class CellScored:
    """A score, with all that it is the score of."""

    cell: Cell


@dataclass(frozen=True)
class RunEnded:
    """The run is over; `stages` counts those planned, stored, run and failed."""

    run: str
    seconds: float
    stages: Mapping[str, Json]


Notice = RunBegan | StageEnded | CellScored | RunEnded
