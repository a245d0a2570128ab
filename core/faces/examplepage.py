"""What `xeval show` does: the examples behind a score, clean beside perturbed, what was right and what was said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from xeval.boards.board import System
from xeval.boards.choosing import filtered
from xeval.cell import Cell
from xeval.errors import BadValue, MissingData, UnknownName
from xeval.faces.listings import console, listing
from xeval.faces.painting import percent
from xeval.faces.preparing import at_hand
from xeval.faces.where import Where
from xeval.facts.overlays import overlays
from xeval.perturbation import PerturbationRef
from xeval.plans.wishes import Wishes
from xeval.running.examining import examine
from xeval.running.jobs import Setup
from xeval.running.results import load_run
from xeval.running.store import Store
from xeval.running.workbench import lay_out
from xeval.scores.looking import Looked

SCHEMA = "xeval.examples/1"
SIGN = {True: "✓", False: "✗"}


@dataclass(frozen=True)
class Asked:
    """Which examples: of a cell `TASK/LANGUAGE`, under noise or not, of which system, the wrong ones, how many."""

    cell: str
    noise: PerturbationRef | None
    filter: str
    wrong: bool
    count: int
    as_json: bool


def show_named(names: Sequence[str], store: Path, options: Mapping[str, Any]) -> int:
    """Print examples of `[RUN] TASK/LANGUAGE`; raises BadValue for other words."""
    if len(names) > 2:
        raise BadValue(f"{len(names)} names are too many.", hint="Write: xeval show [RUN] TASK/LANGUAGE")
    noise = PerturbationRef.parse(options["noise"]) if options["noise"] else None
    asked = Asked(names[-1], noise, *(options[name] for name in ("filter", "wrong", "count", "as_json")))
    where = Where(store=store, overlays=overlays(options["registry"]), hub=options["hub"], offline=options["offline"])
    return show("".join(names[:-1]), asked, where, tuple(options["plugins"]))


def show(run: str, asked: Asked, where: Where, plugins: tuple[str, ...]) -> int:
    """Print examples of a kept run."""
    target = target_of(asked.cell)
    record, _ = load_run(Store(where.store), run)
    noises = (str(asked.noise),) if asked.noise else ()
    hand = at_hand(Wishes(targets=(target,), plugins=plugins, perturbations=noises), where)
    cells = filtered(record.cells, asked.filter, hand.registry.languages) if asked.filter else record.cells
    found = cells_asked(cells, asked)
    setup = Setup(where.store, where.overlays, hand.asked, hand.settings, where.hub, where.offline)
    bench = lay_out(setup)
    columns = {condition_of(cell): examine(cell, bench) for cell in found}
    chosen = chosen_of(list(columns.values()), asked)
    if asked.as_json:
        click.echo(json.dumps(document(found, columns, chosen), indent=1, ensure_ascii=False))
        return 0
    draw(found, columns, chosen, others_of(cells, found[0]))
    return 0


def target_of(cell: str) -> str:
    """The task in `TASK/LANGUAGE`."""
    task, slash, language = cell.rpartition("/")
    if not (task and slash and language):
        raise BadValue(f"{cell!r} is no cell.", hint="Write TASK/LANGUAGE, for example: xeval show xnli/sw")
    return task


def condition_of(cell: Cell) -> str:
    """What stands above a column of texts."""
    return f"{cell.perturbation}@{cell.level:g}" if cell.perturbation else "clean"


# ------------------------------------------------------------------------------------------------------------- cells


def cells_asked(cells: Sequence[Cell], asked: Asked) -> list[Cell]:
    """The clean cell of the best system that has one, and its noisy one if that is asked for."""
    task, _, language = asked.cell.rpartition("/")
    named = [cell for cell in cells if (cell.target, cell.language) == (task, language)]
    if not named:
        raise UnknownName("cell", asked.cell, list(dict.fromkeys(f"{cell.target}/{cell.language}" for cell in cells)))
    scored = [cell for cell in named if cell.perturbation is None and cell.score is not None]
    if not scored:
        raise lacks_score(asked.cell, named[0])
    clean = max(scored, key=lambda cell: cell.score or 0.0)
    return [clean, noisy_beside(clean, named, asked.noise)] if asked.noise else [clean]


def noisy_beside(clean: Cell, cells: Iterable[Cell], noise: PerturbationRef) -> Cell:
    """The same pipeline under noise."""
    noisy = [cell for cell in cells if cell.perturbation and pipeline_of(cell) == pipeline_of(clean)]
    found = next((cell for cell in noisy if (cell.perturbation, cell.level) == (noise.kind, noise.level)), None)
    if found is None:
        raise UnknownName("noise of this cell", str(noise), list(dict.fromkeys(map(condition_of, noisy))))
    if found.state != "done":
        raise lacks_score(f"{clean.target}/{clean.language} under {noise}", found)
    return found


def lacks_score(name: str, cell: Cell) -> MissingData:
    """A cell without predictions: why, and what to do."""
    reason = (cell.reason or cell.state).removesuffix(".")
    return MissingData(f"{name} has no score: {reason}.", hint="Show another cell; the run's command tries again.")


def pipeline_of(cell: Cell) -> tuple[str, str, int]:
    """Whose cell it is."""
    return cell.model, cell.recipe, cell.seed


def others_of(cells: Iterable[Cell], shown: Cell) -> list[str]:
    """The other systems and seeds that have the cell."""
    same = (cell for cell in cells if (cell.target, cell.language) == (shown.target, shown.language))
    return [named(cell) for cell in {pipeline_of(c): c for c in same if pipeline_of(c) != pipeline_of(shown)}.values()]


def named(cell: Cell) -> str:
    """A system and its seed."""
    return f"{System(cell.model, cell.recipe)}, seed {cell.seed}"


# ---------------------------------------------------------------------------------------------------------- examples


def chosen_of(columns: Sequence[Sequence[Looked]], asked: Asked) -> list[int]:
    """The places of the examples that are shown: those that noise turned wrong before those that always were."""
    places = list(range(len(columns[-1])))
    if asked.wrong:
        wrong = [place for place in places if not columns[-1][place].is_right]
        places = sorted(wrong, key=lambda place: not columns[0][place].is_right)
    return places[: asked.count]


def draw(
    found: Sequence[Cell], columns: Mapping[str, Sequence[Looked]], chosen: Sequence[int], others: list[str]
) -> None:
    """The scores, then a table for each example."""
    on = console()
    scores = ", ".join(f"{percent(cell.score or 0)} {name}" for name, cell in zip(columns, found, strict=True))
    counts = ", ".join(f"{sum(not one.is_right for one in its)} wrong {name}" for name, its in columns.items())
    first = found[0]
    title = f"{first.target}/{first.language} of {named(first)}: {first.metric} {scores}; of {first.n} items {counts}"
    on.print(title, style="bold", markup=False, highlight=False)
    for place in chosen:
        on.print()
        on.print(example_table({name: its[place] for name, its in columns.items()}))
    if not chosen:
        on.print("No such example.")
    if others:
        example = f"model={first.model},recipe={first.recipe},seed={first.seed}"
        click.echo(f"note: {len(others)} others have this cell; choose one with --filter {example!r}", err=True)


def example_table(of: Mapping[str, Looked]) -> object:
    """One example: a column for each condition; what noise left as it was is said once."""
    first = next(iter(of.values()))
    rows = [[name, *(dict(one.texts).get(name, "") for one in of.values())] for name, _ in first.texts]
    rows = [[name, clean, *("=" if text == clean else text for text in rest)] for name, clean, *rest in rows]
    rows.append(["gold", *(one.gold for one in of.values())])
    rows.append(["said", *(f"{SIGN[one.is_right]} {one.said}" for one in of.values())])
    return listing(first.uid, ["", *of], rows)


def document(found: Sequence[Cell], columns: Mapping[str, Sequence[Looked]], chosen: Sequence[int]) -> dict[str, Any]:
    """The same as JSON: cells, then for each example what it was under each condition."""
    examples = [{name: shares(its[place]) for name, its in columns.items()} for place in chosen]
    return {"schema": SCHEMA, "cells": [asdict(cell) for cell in found], "examples": examples}


def shares(one: Looked) -> dict[str, Any]:
    """An example as JSON."""
    return asdict(one) | {"texts": dict(one.texts)}
