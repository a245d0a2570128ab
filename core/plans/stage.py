"""A stage: one unit of work, a pure function of its inputs, named by their hash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from xeval.hashing import digest
from xeval.values import Json

StageKind = Literal["model", "pretrain", "translate", "train", "evaluate", "probe"]
GOALS = ("evaluate", "probe")  # what a plan is for; all else is only needed for these

# Raised by hand when the code of a stage would give other results for the same inputs: stored ones are then made again.
VERSIONS: Mapping[str, int] = {"model": 1, "pretrain": 2, "translate": 1, "train": 5, "evaluate": 3, "probe": 1}


@dataclass(frozen=True, eq=False)
class Stage:
    """A node of the plan. `label` is for people and stays out of the key; `model` stages are given, not work.

    A stage is built from stages that exist already, so a cycle cannot be written.
    """

    kind: StageKind
    params: Mapping[str, Json]
    inputs: tuple[Stage, ...] = ()
    label: str = ""
    key: str = field(init=False)

    def __post_init__(self) -> None:
        parts = {
            "kind": self.kind,
            "version": VERSIONS[self.kind],
            "params": self.params,
            "inputs": [stage.key for stage in self.inputs],
        }
        object.__setattr__(self, "key", digest(parts))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Stage) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def is_work(self) -> bool:
        """Whether there is anything to run and to store: a model that exists already is neither."""
        return self.kind != "model"


def in_order(goals: Iterable[Stage]) -> list[Stage]:
    """Inputs before their users, each key once, in the order first asked for."""
    done: dict[str, Stage] = {}
    for goal in goals:
        pending = [goal]
        while pending:
            stage = pending[-1]
            missing = [need for need in stage.inputs if need.key not in done]
            if missing:
                pending.extend(reversed(missing))
            else:
                done.setdefault(stage.key, stage)
                pending.pop()
    return list(done.values())


def model_stage(name: str, identity: Json) -> Stage:
    """A model that exists already, known by its weights: neither its name nor its folder is in the key."""
    return Stage("model", {"identity": identity}, label=name)
