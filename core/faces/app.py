"""Running a prepared experiment: what is stored is used, the rest is computed, and the record is kept."""

from __future__ import annotations

import contextlib
import shlex
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from xeval.boards.statistics import Evidence
from xeval.cell import Cell
from xeval.errors import XevalError
from xeval.faces.hiring import executor_of
from xeval.faces.preparing import Prepared
from xeval.plans.experiment import as_json
from xeval.running.caveats import caveats
from xeval.running.evidence import evidence_in
from xeval.running.jobs import Event, Finished, Listen
from xeval.running.machine import machine
from xeval.running.mending import Sound, damaged, take_away
from xeval.running.preflight import check_data
from xeval.running.provenance import plugins_in
from xeval.running.pruning import tidy_plan
from xeval.running.results import RunRecord, collect, load_run, save_record, save_run
from xeval.running.runner import Outcome, run_stages, to_run
from xeval.running.spending import together
from xeval.running.store import Store
from xeval.sources.rows import Place
from xeval.values import Json

Say = Callable[[str], None]


def unheard(remark: str) -> None:
    """Nobody is told."""


def run(prepared: Prepared, listen: Listen, say: Say = unheard) -> tuple[RunRecord, Mapping[str, Evidence]]:
    """Run what is not stored, or is damaged there, keep the record and the evidence, and return them.

    `say` is told what a user should know at once.
    """
    started = time.perf_counter()
    kept = kept_run(prepared)
    if kept:
        return kept
    store, stages = prepared.store, prepared.plan.stages
    broken = damaged(stages, store)
    left = to_run(stages, Sound(store, broken))
    place = Place(hub=prepared.where.hub, offline=prepared.where.offline, sources=prepared.registry.sources)
    check_data(left, prepared.catalogue, place)
    store.prepare()
    tidy_plan(stages, left, store)
    for remark in take_away(broken, stages, store):
        say(remark)
    spent: list[Mapping[str, Json]] = []
    outcomes = run_stages(stages, store, executor_of(prepared), noting(spent, listen))
    record = record_of(prepared, outcomes)
    record = replace(record, seconds=round(time.perf_counter() - started, 1), telemetry=together(spent))
    evidence = evidence_in(store, record.cells)
    save_run(store, record, evidence)
    return record, evidence


def noting(spent: list[Mapping[str, Json]], listen: Listen) -> Listen:
    """Listen, and note the telemetry of what is finished."""

    def hear(event: Event) -> None:
        if isinstance(event, Finished):
            spent.append(event.telemetry)
        listen(event)

    return hear


def record_of(prepared: Prepared, outcomes: Mapping[str, Outcome]) -> RunRecord:
    """What is known of a run when its last stage has ended, but for the time and all else that it took."""
    store, stages = prepared.store, prepared.plan.stages
    cells = collect(prepared.plan, outcomes, store)
    return RunRecord(
        run=prepared.plan.key,
        seconds=0.0,
        stages=counts(outcomes),
        cells=cells,
        experiment=dict(as_json(prepared.experiment)),
        notes=(*prepared.plan.notes, *caveats(stages, cells, store)),
        failures=(*failures(outcomes, store), *unplanned(prepared, cells)),
        finished=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=machine(),
        plugins=tuple(plugins_in((stage.params for stage in stages), orders_of(prepared), prepared.catalogue)),
        command=command_line(),
    )


def command_line() -> str:
    """The command line, as it can be typed again."""
    return shlex.join(["xeval", *sys.argv[1:]])


def orders_of(prepared: Prepared) -> list[str]:
    """The language orders in the recipes of an experiment."""
    recipes = prepared.experiment.recipes
    return sorted({part.order for recipe in recipes for step in recipe.steps for part in step.parts if part.order})


def kept_run(prepared: Prepared) -> tuple[RunRecord, dict[str, Evidence]] | None:
    """The record of this very plan, if every stage of it is stored and it was recorded whole."""
    store, key = prepared.store, prepared.plan.key
    if any(map(prepared.catalogue.broken, prepared.asked)) or to_run(prepared.plan.stages, store):
        return None
    if not (store.root / "runs" / key / "run.json").exists():
        return None
    there = {stage.key: Outcome(stage, "stored") for stage in prepared.plan.stages}
    try:
        record, evidence = load_run(store, key)
        cells = collect(prepared.plan, there, store)  # in the order in which they are asked for now
    except (XevalError, LookupError, TypeError):
        return None  # damaged, or of another version: it can be made again from the artifacts, or these are damaged
    if not is_whole(record) or measured(cells) != measured(record.cells):
        return None
    record = asked_again(record, prepared, there, cells)
    with contextlib.suppress(OSError):  # a store may be read-only by now, and can be looked at all the same
        save_record(store, record)  # the latest run is the one last asked for
    return record, evidence


def is_whole(record: RunRecord) -> bool:
    """Whether nothing of a run failed, and all its scores were kept: an earlier version kept the headline alone."""
    done = [cell for cell in record.cells if cell.state == "done"]
    lost = any(cell.state in ("failed", "not-run") for cell in record.cells)
    return not record.failures and not lost and all(cell.scores for cell in done)


def asked_again(
    record: RunRecord, prepared: Prepared, outcomes: Mapping[str, Outcome], cells: tuple[Cell, ...]
) -> RunRecord:
    """The record of a run that is only shown again: it took nothing, and says what is asked now."""
    return replace(
        record,
        seconds=0.0,
        telemetry={},
        stages=counts(outcomes),
        cells=cells,
        experiment=dict(as_json(prepared.experiment)),
        notes=(*prepared.plan.notes, *caveats(prepared.plan.stages, cells, prepared.store)),
        command=record.command or command_line(),
    )


def measured(cells: Iterable[Cell]) -> list[tuple[Json, ...]]:
    """What the artifacts of cells say of them, in one order."""
    done = (cell for cell in cells if cell.state == "done")
    return sorted((c.key, c.metric, c.score, c.low, c.high, c.n, *sorted(c.scores.items())) for c in done)


def counts(outcomes: Mapping[str, Outcome]) -> dict[str, int]:
    """How many stages were planned, stored already, run now, and failed or blocked."""
    states = [outcome.state for outcome in outcomes.values()]
    return {
        "planned": len(states),
        "stored": states.count("stored"),
        "run": states.count("done"),
        "failed": states.count("failed") + states.count("blocked"),
    }


def unplanned(prepared: Prepared, cells: Iterable[Cell]) -> tuple[dict[str, str], ...]:
    """What failed before anything was run: plugins that could not be asked, and how many cells are without a score."""
    reasons = Counter(cell.reason for cell in cells if cell.state == "failed" and not cell.key)
    told = {reason: f"planning, {count} cells" for reason, count in reasons.items()}
    told |= {reason: f"plugin {name}" for name in prepared.asked if (reason := prepared.catalogue.broken(name))}
    return tuple({"stage": "", "label": label, "error": reason, "log": ""} for reason, label in told.items())


def failures(outcomes: Mapping[str, Outcome], store: Store) -> tuple[dict[str, str], ...]:
    """What failed, why, and where the log is; what was only blocked is not repeated."""
    return tuple(
        {
            "stage": key,
            "label": outcome.stage.label,
            "error": outcome.error,
            "log": str(log) if (log := store.root / "logs" / f"{key}.txt").exists() else "",
        }
        for key, outcome in outcomes.items()
        if outcome.state == "failed"
    )
