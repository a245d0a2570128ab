"""Runs of many people as one: what is comparable is put side by side, what is not is refused with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from xeval.boards.statistics import Evidence
from xeval.cell import Cell
from xeval.errors import BadValue
from xeval.running.keptruns import KeptRun, conditions, differing
from xeval.values import Json

MOST_TOLD = 10


@dataclass(frozen=True, eq=False)
class Merged:
    """Cells of several runs with their evidence, and what a reader should know of the merging."""

    cells: tuple[Cell, ...]
    evidence: Mapping[str, Evidence]
    notes: tuple[str, ...]


Name = tuple[str, str, str, str, float, int]  # model, recipe, target, language with noise, level, seed


def merged(runs: Sequence[KeptRun]) -> Merged:
    """All cells of some runs; raises BadValue where two runs score the same task on other data or in another way.

    A system that two runs score differently goes by the name of its run in each.
    """
    if problems := list(incomparable(runs)):
        told = "\n".join(f"  {problem}" for problem in problems[:MOST_TOLD])
        more = f"\n  and {len(problems) - MOST_TOLD} more" if len(problems) > MOST_TOLD else ""
        raise BadValue(
            f"These runs cannot stand on one board:\n{told}{more}",
            hint="Leave a run out, or run it again on the same data, tasks and settings.",
        )
    claimed = contested(runs)
    cells: dict[Name, Cell] = {}
    evidence: dict[str, Evidence] = {}
    for run in runs:
        for cell in run.record.cells:
            own = replace(cell, model=f"{cell.model} ({run.name})") if (cell.model, cell.recipe) in claimed else cell
            kept = cells.setdefault(name_of(own), own)
            if kept.state != "done" and own.state == "done":
                cells[name_of(own)] = own
        evidence = {**run.evidence, **evidence}
    return Merged(tuple(cells.values()), evidence, tuple(remarks(runs, claimed)))


def name_of(cell: Cell) -> Name:
    """What there is one of on a board."""
    noise = f"{cell.language} {cell.perturbation or ''}"
    return cell.model, cell.recipe, cell.target, noise, cell.level, cell.seed


def contested(runs: Sequence[KeptRun]) -> set[tuple[str, str]]:
    """The systems that two runs score under one name with other states or settings."""
    keys: dict[Name, str] = {}
    found = set()
    for run in runs:
        for cell in run.record.cells:
            if cell.state == "done" and keys.setdefault(name_of(cell), cell.key) != cell.key:
                found.add((cell.model, cell.recipe))
    return found


def incomparable(runs: Sequence[KeptRun]) -> Iterator[str]:
    """A sentence for each target and language that two runs score on other data, or in another way."""
    first: dict[tuple[str, str, str, float], tuple[KeptRun, Mapping[str, Json]]] = {}
    told: set[tuple[str, str, str]] = set()
    for run in runs:
        for cell in run.record.cells:
            manifest = run.manifests.get(cell.key)
            if cell.state != "done" or manifest is None:
                continue
            place = (cell.target, cell.language, cell.perturbation or "", cell.level)
            other, known = first.setdefault(place, (run, manifest))
            names = differing(known, manifest)
            if names and (run.name, cell.target, cell.language) not in told:
                told.add((run.name, cell.target, cell.language))
                yield f"{other.name} and {run.name}, {cell.target} in {cell.language}: {why(names, known, manifest)}"


def why(names: Sequence[str], one: Mapping[str, Json], other: Mapping[str, Json]) -> str:
    """In which conditions two scores differ, with their values where those are short."""
    left, right = conditions(one), conditions(other)
    parts = []
    for name in names:
        values = f" ({left.get(name)} and {right.get(name)})"
        parts.append(name + (values if len(values) < 60 else ""))
    return f"{', '.join(parts)} differ{'s' if len(parts) == 1 else ''}"


def remarks(runs: Sequence[KeptRun], claimed: set[tuple[str, str]]) -> Iterator[str]:
    """What a reader should know: whose runs, which names were taken twice, what each run says of itself."""
    yield f"merged from {len(runs)} run{'s' if len(runs) > 1 else ''}: {', '.join(run.name for run in runs)}"
    for model, recipe in sorted(claimed):
        yield f"{model} after {recipe} was scored by several runs with different results: each bears its run's name"
    yield from dict.fromkeys(f"{run.name}: {note}" for run in runs for note in run.record.notes)
