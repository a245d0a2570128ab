"""A plan: the cells that an experiment asks for, and every stage they need, each once. Pure data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from xeval.cell import Cell
from xeval.contracts import TargetTask, Task
from xeval.data import Data
from xeval.facts.registry import ModelEntry
from xeval.hashing import digest
from xeval.perturbation import PerturbationRef
from xeval.plans.stage import Stage, in_order
from xeval.studies.design import Probe
from xeval.values import Json, Split


@dataclass(frozen=True)
class World:
    """What a plan must ask of the world: what identifies some data, and the weights of a model."""

    fingerprint: Callable[[Data], Json]
    identity: Callable[[ModelEntry], Json]
    precision: str = "fp32"
    manner: Mapping[str, Json] = field(default_factory=dict)  # see Compute.manner
    # whether a task's examples in a split and a language come with translations in another; the number limits rows.
    # Raises MissingData.
    parallel: Callable[[Task, Split, tuple[str, str], int | None], bool] = lambda task, split, languages, limit: False
    # the level of a perturbation that leaves a target's texts at its chrF, and why there is none if there is none
    calibrate: Callable[[TargetTask, str, int | None, PerturbationRef], tuple[float, str]] = lambda *_: (0.0, "")


@dataclass(frozen=True)
class PlannedCell:
    """A cell to be: what it will be the score of, and the stage that scores it; without one it is a hole."""

    cell: Cell
    stage: Stage | None


@dataclass(frozen=True)
class PlannedProbe:
    """A measurement that a study asks for, of the pipelines of one seed."""

    probe: Probe
    seed: int
    stage: Stage


@dataclass(frozen=True)
class Plan:
    """The cells that an experiment asks for, and every stage they need, inputs first; and the study that asks."""

    cells: tuple[PlannedCell, ...]
    notes: tuple[str, ...] = ()
    probes: tuple[PlannedProbe, ...] = ()
    study: str = ""

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """Every stage of work, each once, inputs before their users."""
        scored = (planned.stage for planned in self.cells if planned.stage)
        goals = (*scored, *(planned.stage for planned in self.probes))
        return tuple(stage for stage in in_order(goals) if stage.is_work)

    @cached_property
    def key(self) -> str:
        """The name of the plan: the same cells have the same name, in whatever order they are asked for.

        A study's plan has a name of its own, though others ask for the same cells: what is kept beside a run is its.
        """
        cells: list[Json] = sorted(_name(planned.cell) for planned in self.cells)
        return digest([self.study, cells] if self.study else cells)


def _name(cell: Cell) -> list[Json]:
    noise = cell.perturbation or ""
    return [cell.model, cell.recipe, cell.target, cell.language, noise, cell.level, cell.seed, cell.key]


def pipelines(plan: Plan) -> list[list[Stage]]:
    """The trainings of each pipeline, last first, as a script that shares nothing would run them."""
    ends = {(p.cell.model, p.cell.recipe, p.cell.target, p.cell.seed): p.stage for p in plan.cells if p.stage}
    return [list(_behind(stage)) for stage in ends.values()]


def _behind(stage: Stage) -> Iterator[Stage]:
    for need in stage.inputs:
        if need.is_work:
            yield need
            yield from _behind(need)
