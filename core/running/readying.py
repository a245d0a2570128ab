"""The examples of the stages of a sweep, of those whose examples can be made: a perturbation may fail in any way."""

from __future__ import annotations

from collections.abc import Sequence

from xeval.contracts import Task
from xeval.errors import spoken
from xeval.plans.stage import Stage
from xeval.running.jobs import PartFailed
from xeval.running.workbench import Evaluated, Workbench


def ready(
    task: Task, stages: Sequence[Stage], bench: Workbench
) -> tuple[list[Stage], list[Evaluated], dict[str, Exception]]:
    """The stages whose examples can be made, those examples, and why the others' cannot; raises if none can."""
    done: list[Stage] = []
    lists: list[Evaluated] = []
    failed: dict[str, Exception] = {}
    for stage in stages:
        try:
            lists.append(bench.evaluated(task, stage.params))
            done.append(stage)
        except Exception as error:  # noqa: BLE001 - a perturbation may fail in any way; the other cells are scored
            failed[stage.key] = error
    if not done:
        causes = {spoken(error) for error in failed.values()}
        raise next(iter(failed.values())) if len(causes) == 1 else PartFailed(failed)
    return done, lists, failed
