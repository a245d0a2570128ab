"""What `xeval study` and `xeval report` do: design, run, analyse, show, write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from xeval.boards.leaderboard import board
from xeval.boards.statistics import Evidence
from xeval.contracts import Study
from xeval.errors import BadValue
from xeval.faces.boardscreen import noted, page_of
from xeval.faces.findingwords import draw_findings
from xeval.faces.listings import console, listing
from xeval.faces.markdown import as_markdown
from xeval.faces.placing import placed
from xeval.faces.preparing import AtHand, Prepared, ToPlan, at_hand, laid_out
from xeval.faces.records import as_json
from xeval.faces.render import draw
from xeval.faces.repeating import repeat_markdown, rows_of_run, write_files
from xeval.faces.reports import as_document, write_report
from xeval.faces.screens import FAILED, say_on, show_plan, tell, watched
from xeval.faces.settings import read_settings
from xeval.faces.studying import Kept, check_wishes, experiment_of, keep, kept_of, read_kept, results_of, selection_of
from xeval.faces.where import Where, compute_of
from xeval.facts.overlays import overlays
from xeval.facts.registry import load_registry
from xeval.guests import visiting
from xeval.plans.wishes import Wishes
from xeval.running.results import RunRecord, load_run
from xeval.running.store import Store
from xeval.studies.design import Design, Selection
from xeval.studies.findings import Findings
from xeval.studies.panels import unscored
from xeval.studies.results import Results


@dataclass(frozen=True)
class Asked:
    """A study with what it was asked of and what it asks for."""

    study: Study
    selection: Selection
    design: Design
    hand: AtHand


def list_studies(options: Mapping[str, Any]) -> int:
    """The studies at hand and their questions."""
    studies = at_hand(*read_settings(options)).catalogue.studies
    rows = [[name, studies[name].question, "; ".join(c.statement for c in studies[name].contrasts)] for name in studies]
    console().print(listing("Studies", ["name", "question", "planned"], rows))
    return 0


def asked_of(name: str, wishes: Wishes, where: Where) -> Asked:
    """The design of a study for some wishes; raises UnknownName, or BadValue if they cannot answer it."""
    check_wishes(wishes)
    hand = at_hand(wishes, where, [name])
    study = hand.catalogue.studies[name]
    selection = selection_of(wishes, hand)
    with visiting(study, study.design, "design"):
        design = study.design(selection)
    return Asked(study, selection, design, hand)


def prepared_for(asked: Asked, wishes: Wishes, where: Where, assume: bool = False) -> Prepared:
    """The plan of a study's design."""
    experiment = experiment_of(asked.design, asked.selection, wishes, asked.hand)
    wanted = ToPlan(experiment, asked.design.probes, assume, asked.study.name)
    return laid_out(wanted, asked.hand, where, compute_of(wishes, where))


@dataclass(frozen=True)
class Manner:
    """How a study is shown: planned only, as JSON, and where its report goes."""

    dry_run: bool = False
    as_json: bool = False
    output: Path | None = None


def study(name: str, options: Mapping[str, Any], manner: Manner) -> int:
    """Run a study and report it; exit code 3 if some stages failed."""
    wishes, where = read_settings(options)
    with placed(options):
        asked = asked_of(name, wishes, where)
        prepared = prepared_for(asked, wishes, where, assume=manner.dry_run)
    if manner.dry_run:
        return show_plan(prepared, manner.as_json)
    errors = Console(stderr=True)
    for note in (*asked.design.warnings, *prepared.plan.notes):
        say_on(errors, note)
    record, evidence = watched(errors, prepared)
    kept = kept_of(asked.study, record.command, wishes, prepared)
    keep(prepared.store, record.run, kept)
    results = results_of((asked.selection, asked.design), record, evidence, kept, asked.hand, where)
    if not is_comparable(results):  # nearly all evaluations failed, as is told
        tell(errors, record, where.store)
        return FAILED
    told(asked.study, analysed(asked.study, results), (record, kept, where), manner)
    tell(errors, record, where.store)
    return FAILED if record.failures else 0


def is_comparable(results: Results) -> bool:
    """Whether there is a target task on which two recipes have scores."""
    return any(len(panel.recipes) > 1 for panel in results.panels)


def analysed(study: Study, results: Results) -> Findings:
    """What a study finds, and a warning for each recipe that it lacks."""
    with visiting(study, study.analyse, "analyse", seconds=0):
        found = study.analyse(results)
    return replace(found, warnings=(*found.warnings, *unscored(results.cells)))


def told(study: Study, found: Findings, of: tuple[RunRecord, Kept, Where], manner: Manner) -> None:
    """Show findings, write the report, and say where it is."""
    record, kept, where = of
    repeat = repeating(record, kept)
    folder = manner.output or where.store / "runs" / record.run / f"report-{study.name}"
    place = write_report(folder, study, found, repeat)
    if manner.as_json:
        click.echo(as_document(study, found, repeat))
        return
    draw_findings(console(), study, found)
    console().print(f"Report: {place}", highlight=False, soft_wrap=True)


def repeating(record: RunRecord, kept: Kept) -> list[tuple[str, str]]:
    """Everything needed to repeat a study."""
    run = [(name, text) for name, text in rows_of_run(record) if name != "command"]
    probes = ("keys of probes", " ".join(key for _, _, key in kept.probes))
    return [("command", kept.command), ("study", f"{kept.study}, version {kept.version}"), *run, probes]


def report(name: str, where: Where, files: Sequence[Path], output: Path | None) -> int:
    """The report of a kept run, made again from what is stored: a study's findings, or a plain run's leaderboard."""
    store = Store(where.store)
    record, evidence = load_run(store, name)
    kept = read_kept(store, record.run)
    if kept is None:
        return report_run((record, evidence), where, files, output)
    where = Where(where.store, overlays(files), where.hub, offline=where.offline)
    asked = asked_of(kept.study, kept.wishes, where)
    results = results_of((asked.selection, asked.design), record, evidence, kept, asked.hand, where)
    if not is_comparable(results):
        raise BadValue(
            f"The run {record.run[:12]} has no target with scores of two recipes, so there is nothing to report.",
            hint="Its command tries again what failed; it is in the record of the run.",
        )
    told(asked.study, analysed(asked.study, results), (record, kept, where), Manner(output=output))
    return 0


def report_run(
    of: tuple[RunRecord, Mapping[str, Evidence]], where: Where, files: Sequence[Path], output: Path | None
) -> int:
    """The report of a run that no study made: its leaderboard with charts, and how to repeat it."""
    record, evidence = of
    registry = load_registry(overlays(files))
    found = noted(board(record.cells, evidence, registry.languages, "task"), record)
    repeat = rows_of_run(record)
    texts = {
        "index.html": page_of(record, evidence, registry, found, repeat),
        "report.md": "\n".join([as_markdown(found), *repeat_markdown(repeat)]) + "\n",
        "leaderboard.json": as_json(found),
    }
    place = write_files(output or where.store / "runs" / record.run / "report", texts)
    draw(console(), found)
    console().print(f"Report: {place}", highlight=False, soft_wrap=True)
    return 0
