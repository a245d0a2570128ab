"""What an executor is given: stages that are run together, and what is heard while they run."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from xeval.errors import XevalError, spoken
from xeval.files import is_full
from xeval.hashing import digest
from xeval.plans.settings import Setting
from xeval.plans.stage import Stage
from xeval.tuning import Compute, Progress
from xeval.values import Json

MAKE_ROOM = "The disk is full: make room, or name another folder."


@dataclass(frozen=True)
class Setup:
    """All that a worker, here or on another machine, needs to lay out its own workbench."""

    store: Path
    overlays: tuple[Path, ...] = ()
    plugins: tuple[str, ...] = ()  # entry points asked for by name
    settings: tuple[Setting, ...] = ()
    hub: Path | None = None
    offline: bool = False
    compute: Compute = field(default_factory=Compute)
    threads: int = 1
    models: tuple[tuple[str, Path], ...] = ()  # folders of models that exist, by the key of their stage


@dataclass(frozen=True)
class Job:
    """One stage, or all evaluations of one state on one task, which are run as one sweep."""

    stages: tuple[Stage, ...]

    @property
    def key(self) -> str:
        """The name of the job: the key of its first stage."""
        return self.stages[0].key

    @property
    def label(self) -> str:
        """What people call it; the seed is said where it is not the usual one."""
        first = self.stages[0]
        if first.kind != "evaluate":
            return f"{first.kind} {first.label}{seeded(first)}"
        cells = "1 cell" if len(self.stages) == 1 else f"{len(self.stages)} cells"
        return f"evaluate {first.params['task']['name']} of {first.inputs[0].label}{seeded(first.inputs[0])} ({cells})"


def seeded(stage: Stage) -> str:
    """The seed of a stage, in words, unless it is 0 or there is none."""
    seed = stage.params.get("seed")
    return f", seed {seed}" if seed else ""


@dataclass(frozen=True)
class Started:
    """A worker has taken up a job."""

    job: Job


@dataclass(frozen=True)
class Progressed:
    """A job has got further."""

    job: Job
    progress: Progress


@dataclass(frozen=True)
class Finished:
    """A job is over: well, if `error` is empty; `log` is for whoever looks into a failure."""

    job: Job
    seconds: float
    tokens: int = 0
    error: str = ""
    log: str = ""
    remarks: tuple[str, ...] = ()  # what a training tells of how it went
    telemetry: Mapping[str, Json] = field(default_factory=dict)  # what it spent, as its manifest tells it
    errors: Mapping[str, str] = field(default_factory=dict)  # of stages that failed while others of the job did not
    again: tuple[Stage, ...] = ()  # stages that had no part in the failure, and are to be run by another job
    full: bool = False  # the disk is: what other jobs would compute could not be written either

    @property
    def settled(self) -> list[Stage]:
        """The stages whose end this is."""
        return [stage for stage in self.job.stages if stage not in self.again]


Event = Started | Progressed | Finished


class PartFailed(XevalError):
    """Some stages of a job failed, each for a reason of its own, by key; the others were done."""

    exit_code = 3

    def __init__(self, errors: Mapping[str, Exception]) -> None:
        self.errors = errors
        causes = list(dict.fromkeys(map(spoken, errors.values())))
        super().__init__("; ".join(causes[:3]) + ("; …" if len(causes) > 3 else ""))


class Executor(Protocol):
    """Where jobs run. The plan is the same everywhere."""

    def capacity(self) -> int:
        """How many more jobs it would start at once."""
        ...

    def submit(self, job: Job) -> None:
        """Start a job; what becomes of it is heard through `events`."""
        ...

    def events(self) -> list[Event]:
        """What happened since the last call; waits until something has."""
        ...

    def close(self) -> None:
        """Stop at once; stages that are not finished leave nothing behind."""
        ...


def jobs_of(stages: Iterable[Stage]) -> list[Job]:
    """Stages as jobs: evaluations of one state on one task together, everything else alone."""
    groups: dict[object, list[Stage]] = {}
    for stage in stages:
        groups.setdefault(sweep_of(stage), []).append(stage)
    return [Job(tuple(group)) for group in groups.values()]


def sweep_of(stage: Stage) -> str:
    """What evaluations have in common that are run in one sweep: the state, and all that says how it is read."""
    if stage.kind != "evaluate":
        return stage.key
    shared = {name: stage.params.get(name) for name in ("task", "split", "settings", "retrieval", "metric")}
    return digest([stage.inputs[0].key, shared])


def without(job: Job, culprit: str, error: Exception) -> Finished:
    """The end of a job whose worker a plugin took with it: what the plugin has no part in is to be run again."""
    innocent = tuple(stage for stage in job.stages if culprit != (stage.params.get("perturbation") or {}).get("name"))
    end = failure(job, 0.0, error)
    return replace(end, again=innocent) if len(innocent) < len(job.stages) else end


def failure(job: Job, seconds: float, error: Exception) -> Finished:
    """The end of a job that raised: a user's mistake in one line, anything else with its type."""
    errors = {key: spoken(one) for key, one in error.errors.items()} if isinstance(error, PartFailed) else {}
    causes = error.errors.values() if isinstance(error, PartFailed) else [error]
    log = "\n".join("".join(traceback.format_exception(cause)) for cause in causes)
    full = any(map(is_full, causes))
    told = f"{spoken(error)}. {MAKE_ROOM}" if full else spoken(error)
    return Finished(job, seconds, error=told, log=log, errors=errors, full=full)


def deathbed(code: int | None) -> str:
    """How a process ended that was not meant to end."""
    return f"was killed by signal {-code} (out of memory?)" if code and code < 0 else f"ended with code {code}"


Listen = Callable[[Event], None]
