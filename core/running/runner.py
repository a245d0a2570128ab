"""Walks a plan: skips what is stored, runs the rest as soon as its inputs are there, and leaves a failure behind it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from xeval.plans.stage import GOALS, Stage
from xeval.running.jobs import Event, Executor, Finished, Job, Listen, jobs_of
from xeval.running.store import Store

NO_ROOM = "it was not begun: the disk is full"
State = Literal["stored", "done", "failed", "blocked"]


@dataclass(frozen=True)
class Outcome:
    """What became of a stage. A blocked one waited for a stage that failed, whose key is in `cause`."""

    stage: Stage
    state: State
    error: str = ""
    cause: str = ""


@dataclass
class Run:
    """A plan on its way: what has become of each stage so far, and the job, if any, that found the disk full."""

    store: Store
    executor: Executor
    listen: Listen
    weights: Mapping[str, int]
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    full: str = ""

    def finish(self, waiting: list[Job]) -> None:
        """Run jobs until none is left; those behind a failure are blocked."""
        running = 0
        while waiting or running:
            waiting = self._block(waiting)
            for job in self._ready(waiting)[: self.executor.capacity()]:
                waiting.remove(job)
                self.executor.submit(job)
                running += 1
            ended = 0
            while running and not ended:
                heard = self.executor.events()
                ended = sum(map(self._hear, heard))
                waiting += [Job(event.again) for event in heard if isinstance(event, Finished) and event.again]
            running -= ended

    def _ready(self, waiting: Iterable[Job]) -> list[Job]:
        """Jobs whose inputs are all there, those that most others wait for first."""
        ready = [job for job in waiting if all(self._there(need) for need in job.stages[0].inputs)]
        return sorted(ready, key=lambda job: -self.weights.get(job.key, 0))

    def _there(self, stage: Stage) -> bool:
        outcome = self.outcomes.get(stage.key)
        return not stage.is_work or (outcome is not None and outcome.state in ("stored", "done"))

    def _block(self, waiting: Iterable[Job]) -> list[Job]:
        """Set aside jobs that wait for a failure, and all once nothing can be kept; what is left may still run."""
        left = list(waiting)
        for job in list(left):
            cause = next((c for need in job.stages[0].inputs if (c := self._cause(need))), self.full)
            if cause:
                left.remove(job)
                why = NO_ROOM if cause == self.full else ""
                self._settle(job.stages, Outcome(job.stages[0], "blocked", why, cause))
        return left

    def _cause(self, stage: Stage) -> str:
        outcome = self.outcomes.get(stage.key)
        if outcome is None or outcome.state in ("stored", "done"):
            return ""
        return outcome.cause or stage.key

    def _hear(self, event: Event) -> bool:
        """Take note of an event; true if it ends a job."""
        if isinstance(event, Finished):
            for stage in event.settled:
                why = event.errors.get(stage.key, event.error)
                done = Outcome(stage, "done") if stage.key in self.store else Outcome(stage, "failed", why)
                self.outcomes[stage.key] = done
            if event.error:
                self._keep_log(event)
            if event.full:
                self.full = event.job.key
        self.listen(event)
        return isinstance(event, Finished)

    def _settle(self, stages: Iterable[Stage], like: Outcome) -> None:
        for stage in stages:
            self.outcomes[stage.key] = Outcome(stage, like.state, like.error, like.cause)

    def _keep_log(self, event: Finished) -> None:
        folder, text = self.store.root / "logs", f"{event.job.label}\n{event.error}\n\n{event.log}"
        with suppress(OSError):  # a disk that is full: the failure is told all the same
            folder.mkdir(parents=True, exist_ok=True)
            for stage in event.settled:
                (folder / f"{stage.key}.txt").write_text(text, encoding="utf-8", errors="backslashreplace")


def to_run(stages: Iterable[Stage], store: Container[str]) -> list[Stage]:
    """What of a plan is not stored and is needed: a training whose every user is stored is not run again."""
    needed: set[str] = set()
    left = []
    for stage in reversed(list(stages)):  # users come after their inputs, so here they are met first
        if (stage.kind in GOALS or stage.key in needed) and stage.key not in store:
            left.append(stage)
            needed.update(need.key for need in stage.inputs)
    return left[::-1]


def waited_for(stages: Iterable[Stage]) -> dict[str, int]:
    """How much waits for each stage, directly or through others: the longest line is served first."""
    weights: dict[str, int] = {}
    for stage in reversed(list(stages)):
        for need in stage.inputs:
            weights[need.key] = weights.get(need.key, 0) + weights.get(stage.key, 0) + 1
    return weights


def run_stages(stages: Iterable[Stage], store: Store, executor: Executor, listen: Listen) -> Mapping[str, Outcome]:
    """Run what is not stored; the executor is closed in the end, whatever happens."""
    stages = list(stages)
    rest = to_run(stages, store)
    waiting = {stage.key for stage in rest}
    run = Run(store, executor, listen, waited_for(rest))
    run.outcomes.update({stage.key: Outcome(stage, "stored") for stage in stages if stage.key not in waiting})
    try:
        run.finish(jobs_of(rest))
    finally:
        executor.close()
    return run.outcomes
