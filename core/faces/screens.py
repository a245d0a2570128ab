"""What `run`, `plan` and `leaderboard` do with a screen: results on stdout, progress and remarks on stderr."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from xeval.boards.benchmarkboard import benchmark_board
from xeval.boards.board import Board, View
from xeval.boards.leaderboard import board
from xeval.boards.statistics import Evidence
from xeval.errors import BadValue
from xeval.faces.app import run as run_prepared
from xeval.faces.hiring import workers_of
from xeval.faces.listings import console, listing
from xeval.faces.preparing import Prepared, prepare
from xeval.faces.progress import Display, duration
from xeval.faces.render import as_csv, as_json, as_markdown, draw
from xeval.faces.settings import read_settings
from xeval.facts.overlays import overlays
from xeval.facts.registry import Registry, load_registry
from xeval.plans.plan import pipelines
from xeval.running.jobs import jobs_of
from xeval.running.results import RunRecord, load_run
from xeval.running.runner import to_run
from xeval.running.store import Store

FAILED = 3


def run(options: Mapping[str, Any], json_only: bool = False) -> int:
    """Run an experiment and show its leaderboard; exit code 3 if some stages failed."""
    prepared = prepare(*read_settings(options))
    errors = Console(stderr=True)
    for note in prepared.plan.notes:
        errors.print(f"note: {note}", style="yellow", markup=False, highlight=False)
    jobs = jobs_of(to_run(prepared.plan.stages, prepared.store))
    with Display(errors, jobs, workers_of(prepared)) as display:
        record, evidence = run_prepared(prepared, display.listen)
    if json_only:
        click.echo(json.dumps(record.document(), indent=1, ensure_ascii=False))
    else:
        draw(console(), noted(board(record.cells, evidence, prepared.registry.languages, "task"), record))
    tell(errors, record, prepared.where.store)
    return FAILED if record.failures else 0


def noted(found: Board, record: RunRecord) -> Board:
    """A board that says first what its run says of itself: that it is partial, for one."""
    return replace(found, notes=(*record.notes, *found.notes))


def tell(errors: Console, record: RunRecord, store: Path) -> None:
    """A summary of a run: what was done, what failed, where it is."""
    stages = record.stages
    errors.print(
        f"run {record.run[:12]}: {stages['planned']} stages, {stages['stored']} stored already, {stages['run']} run, "
        f"{stages['failed']} failed, in {duration(record.seconds)}; kept in {store}",
        highlight=False,
        soft_wrap=True,
    )
    for failed in record.failures:
        log = f" (see {failed['log']})" if failed["log"] else ""
        errors.print(f"failed: {failed['label']}: {failed['error']}{log}", style="red", markup=False, soft_wrap=True)
    if record.failures:
        errors.print("The rest is stored; the same command runs what is missing.", highlight=False)


def plan(options: Mapping[str, Any], json_only: bool = False) -> int:
    """Show what a run would do."""
    prepared = prepare(*read_settings(options))
    left = {stage.key for stage in to_run(prepared.plan.stages, prepared.store)}
    if json_only:
        click.echo(json.dumps(plan_document(prepared, left), indent=1, ensure_ascii=False))
        return 0
    for table in plan_tables(prepared, left):
        console().print(table)
    trainings = sum(stage.kind != "evaluate" for stage in prepared.plan.stages)
    console().print(
        f"{len(prepared.plan.cells)} cells from {trainings} trainings; a script that shares nothing between pipelines "
        f"would need {sum(map(len, pipelines(prepared.plan)))}.",
        highlight=False,
    )
    for note in prepared.plan.notes:
        console().print(f"note: {note}", markup=False, highlight=False)
    return 0


def plan_document(prepared: Prepared, left: set[str]) -> dict[str, Any]:
    """The plan as JSON."""
    stages = [
        {
            "key": stage.key,
            "kind": stage.kind,
            "label": stage.label,
            "inputs": [need.key for need in stage.inputs],
            "state": state_of(stage.key, left, prepared.store),
        }
        for stage in prepared.plan.stages
    ]
    return {"schema": "xeval.plan/1", "run": prepared.plan.key, "cells": len(prepared.plan.cells), "stages": stages}


def state_of(key: str, left: set[str], store: Store) -> str:
    """Whether a stage is to be run, stored, or not needed since all that it is for is stored."""
    if key in left:
        return "to run"
    return "stored" if key in store else "not needed"


def plan_tables(prepared: Prepared, left: set[str]) -> list[Any]:
    """The stages by kind, and the jobs in the order in which they may run."""
    stages = prepared.plan.stages
    kinds = [(kind, [s for s in stages if s.kind == kind]) for kind in ("pretrain", "train", "evaluate")]
    through = Counter(stage.key for pipeline in pipelines(prepared.plan) for stage in pipeline)
    rows = [
        [
            kind,
            str(len(found)),
            str(sum(through[s.key] > 1 for s in found)) if kind != "evaluate" else "",
            str(sum(state_of(s.key, left, prepared.store) == "stored" for s in found)),
            str(sum(s.key in left for s in found)),
        ]
        for kind, found in kinds
    ]
    jobs = [[job.key[:12], job.label, state_of(job.key, left, prepared.store)] for job in jobs_of(stages)]
    return [
        listing("Jobs", ["key", "what", "state"], jobs),
        listing("Stages", ["kind", "planned", "shared", "stored", "to run"], rows),
    ]


@dataclass(frozen=True)
class Look:
    """What of a run is looked at: a view, beside published scores or not, in a face, on the screen or in a file."""

    by: View
    published: bool
    face: str
    output: Path | None


def leaderboard(name: str, look: Look, store: Path, files: Sequence[Path]) -> int:
    """Show a kept run."""
    if look.published and look.by != "benchmark":
        raise BadValue(
            f"Published scores are of whole benchmarks, and the view by {look.by} shows none.",
            hint="Write: xeval leaderboard --by benchmark --published",
        )
    record, evidence = load_run(Store(store), name)
    found = board_of(record, evidence, load_registry(overlays(files)), look)
    if look.face == "table" and look.output is None:
        draw(console(), found)
        return 0
    text = FACES[look.face](found)
    if look.output:
        write_file(look.output, text)
    else:
        click.echo(text, nl=not text.endswith("\n"))
    return 0


def board_of(record: RunRecord, evidence: Mapping[str, Evidence], registry: Registry, look: Look) -> Board:
    """The board of a kept run in a view."""
    if look.by == "benchmark":
        scores = registry.scores if look.published else ()
        return noted(benchmark_board(record.cells, evidence, record.experiment.get("limit"), scores), record)
    return noted(board(record.cells, evidence, registry.languages, look.by), record)


def as_table(found: Board) -> str:
    """A board as it is drawn where there is no terminal."""
    paper = io.StringIO()
    draw(Console(file=paper, width=10_000, highlight=False, color_system=None), found)
    return paper.getvalue()


FACES = {"table": as_table, "markdown": as_markdown, "csv": as_csv, "json": as_json}


def write_file(path: Path, text: str) -> None:
    """Write a board to a file of the user's."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadValue(
            f"{path} cannot be written: {error.strerror}.", hint="Name another file with --output."
        ) from None
