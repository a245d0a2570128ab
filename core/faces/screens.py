"""What `run`, `plan` and `leaderboard` do with a screen: results on stdout, progress and remarks on stderr."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from xeval.boards.leaderboard import board
from xeval.boards.statistics import Evidence
from xeval.faces.app import run as run_prepared
from xeval.faces.boardscreen import noted
from xeval.faces.costs import cost_table
from xeval.faces.hiring import workers_of
from xeval.faces.listings import console, listing
from xeval.faces.placing import placed
from xeval.faces.preparing import Prepared, prepare
from xeval.faces.progress import Display, duration
from xeval.faces.render import draw
from xeval.faces.settings import read_settings
from xeval.faces.trackpages import tracked
from xeval.plans.assuming import unknown_keys
from xeval.plans.plan import pipelines
from xeval.plans.stage import GOALS
from xeval.running.jobs import jobs_of
from xeval.running.reasons import reasons
from xeval.running.results import RunRecord
from xeval.running.runner import to_run
from xeval.running.spending import sentences
from xeval.running.store import Store

FAILED = 3
KINDS = ("pretrain", "translate", "train", *GOALS)


def run(options: Mapping[str, Any], json_only: bool = False) -> int:
    """Run an experiment and show its leaderboard; exit code 3 if some stages failed."""
    with placed(options):
        prepared = prepare(*read_settings(options))
    errors = Console(stderr=True)
    for note in prepared.plan.notes:
        say_on(errors, note)
    record, evidence = watched(errors, prepared)
    if json_only:
        click.echo(json.dumps(record.document(), indent=1, ensure_ascii=False))
    else:
        draw(console(), noted(board(record.cells, evidence, prepared.registry.languages, "task"), record))
    tell(errors, record, prepared.where.store)
    return FAILED if record.failures else 0


def watched(errors: Console, prepared: Prepared) -> tuple[RunRecord, Mapping[str, Evidence]]:
    """Run what is prepared, before the eyes of the user and of the trackers that were asked for."""
    left = to_run(prepared.plan.stages, prepared.store)
    with (
        Display(errors, jobs_of(left), workers_of(prepared)) as display,
        tracked(prepared, len(left), display.listen) as following,
    ):
        record, evidence = run_prepared(prepared, following.listen, partial(say_on, errors))
        following.done(record)
    return record, evidence


def say_on(errors: Console, remark: str) -> None:
    """Tell what a user should know at once."""
    say(errors, f"note: {remark}", style="yellow")


def say(errors: Console, text: str, style: str = "") -> None:
    """Tell something: by words on a terminal, on one line in a file."""
    errors.print(text, style=style, markup=False, highlight=False, soft_wrap=not errors.is_terminal)


def tell(errors: Console, record: RunRecord, store: Path) -> None:
    """A summary of a run: what was done, what failed, where it is."""
    stages = record.stages
    say(
        errors,
        f"run {record.run[:12]}: {stages['planned']} stages, {stages['stored']} stored already, {stages['run']} run, "
        f"{stages['failed']} failed, in {duration(record.seconds)}; kept in {store}",
    )
    for sentence in sentences(record.telemetry):
        say(errors, sentence)
    for failed in record.failures:
        log = f" (see {failed['log']})" if failed["log"] else ""
        errors.print(f"failed: {failed['label']}: {failed['error']}{log}", style="red", markup=False, soft_wrap=True)
    if record.failures:
        errors.print("The rest is stored; the same command runs what is missing.", highlight=False)


def plan(options: Mapping[str, Any], json_only: bool = False) -> int:
    """Show what a run would do; where data or weights are not at hand, what it would do with them."""
    with placed(options):
        prepared = prepare(*read_settings(options), assume=True)
    return show_plan(prepared, json_only)


def show_plan(prepared: Prepared, json_only: bool = False) -> int:
    """Show the stages of a prepared experiment."""
    left = {stage.key for stage in to_run(prepared.plan.stages, prepared.store)}
    if json_only:
        click.echo(json.dumps(plan_document(prepared, left), indent=1, ensure_ascii=False))
        return 0
    for table in (*plan_tables(prepared, left), cost_table(prepared)):
        console().print(table)
    trainings = sum(stage.kind in ("pretrain", "train") for stage in prepared.plan.stages)
    console().print(
        f"{len(prepared.plan.cells)} cells from {trainings} trainings; a script that shares nothing between pipelines "
        f"would need {sum(map(len, pipelines(prepared.plan)))}.",
        highlight=False,
    )
    for note in (*told_lacking(prepared), *prepared.plan.notes):
        console().print(f"note: {note}", markup=False, highlight=False)
    return 0


def told_lacking(prepared: Prepared) -> tuple[str, ...]:
    """What must be got before a plan can be run."""
    if not prepared.lacking:
        return ()
    what = "This cannot be run yet. It is planned as if all were there; keys that depend on what is not are unknown."
    return (what, *prepared.lacking, "To see all that is lacking, or to get it: xeval fetch, with the same options.")


def plan_document(prepared: Prepared, left: set[str]) -> dict[str, Any]:
    """The plan as JSON."""
    unknown = unknown_keys(prepared.plan.stages) if prepared.lacking else frozenset()
    why = reasons(prepared.plan, left - unknown, prepared.store)
    stages = [
        {
            "key": stage.key,
            "known": stage.key not in unknown,
            "kind": stage.kind,
            "label": stage.label,
            "inputs": [need.key for need in stage.inputs],
            "state": state_of(stage.key, left, prepared.store),
            **({"why": why[stage.key]} if stage.key in why else {}),
        }
        for stage in prepared.plan.stages
    ]
    document = {"schema": "xeval.plan/1", "run": None if unknown else prepared.plan.key}
    return document | {"cells": len(prepared.plan.cells), "lacking": list(prepared.lacking), "stages": stages}


def state_of(key: str, left: set[str], store: Store) -> str:
    """Whether a stage is to be run, stored, or not needed since all that it is for is stored."""
    if key in left:
        return "to run"
    return "stored" if key in store else "not needed"


def plan_tables(prepared: Prepared, left: set[str]) -> list[Any]:
    """The stages by kind, and the jobs in the order in which they may run."""
    stages = prepared.plan.stages
    kinds = [(kind, [s for s in stages if s.kind == kind]) for kind in KINDS]
    kinds = [(kind, found) for kind, found in kinds if found or kind not in ("probe", "translate")]
    through = Counter(stage.key for pipeline in pipelines(prepared.plan) for stage in pipeline)
    rows = [
        [
            kind,
            str(len(found)),
            str(sum(through[s.key] > 1 for s in found)) if kind not in GOALS else "",
            str(sum(state_of(s.key, left, prepared.store) == "stored" for s in found)),
            str(sum(s.key in left for s in found)),
        ]
        for kind, found in kinds
    ]
    unknown = unknown_keys(stages) if prepared.lacking else frozenset()
    jobs = [
        ["unknown" if job.key in unknown else job.key[:12], job.label, state_of(job.key, left, prepared.store)]
        for job in jobs_of(stages)
    ]
    tables = [
        listing("Jobs", ["key", "what", "state"], jobs),
        listing("Stages", ["kind", "planned", "shared", "stored", "to run"], rows),
    ]
    why = Counter(reasons(prepared.plan, left - unknown, prepared.store).values())
    again = [[reason, str(count)] for reason, count in why.most_common()]
    return [*tables, listing("Made again since an earlier run", ["because", "stages"], again)] if again else tables
