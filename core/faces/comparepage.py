"""What `xeval compare` shows: what changed between two runs, whether a gate passes, and what else differs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click

from xeval.boards.changes import KINDS, Change, Comparison, Kind
from xeval.boards.comparison import compare
from xeval.boards.gates import Gate, check_kinds, findings
from xeval.boards.leaderboard import SCORES
from xeval.boards.matching import matched
from xeval.cell import Cell
from xeval.errors import BadValue
from xeval.faces.boardscreen import write_file
from xeval.faces.listings import console, listing, printable
from xeval.faces.markdown import escaped, markdown_row
from xeval.running.keptruns import KeptRun, open_run, unlike, versions
from xeval.running.store import Store

SCHEMA = "xeval.comparison/1"
FAILED_GATE = 4
TITLES = {"average": "Average", "noise": "Noise", "task": "Task", "language": "Language", "cell": "Cell"}
HEADS = ("what", "base", "head", "change", "95% interval", "p adjusted")
SURE = 0.05
MOST_REASONS = 30  # a comment of GitHub's holds 65,536 letters


@dataclass(frozen=True)
class Look:
    """How a comparison is shown: the gate, the face, the file, and whether single cells are listed one and all."""

    gate: Gate | None
    face: str
    output: Path | None
    all_cells: bool
    different_data: bool


@dataclass(frozen=True)
class Verdict:
    """All that there is to say of two runs. `reasons` say why the gate fails."""

    base: str
    head: str
    comparison: Comparison
    remarks: tuple[str, ...]
    gated: bool
    reasons: tuple[str, ...]


def compare_runs(base: str, head: str, look: Look, store: Path) -> int:
    """Compare two runs; exit code 4 if the gate fails."""
    left, right = open_run(base, Store(store)), open_run(head, Store(store))
    left, right, renamed = brought_together(left, right)
    cells = left.record.cells, right.record.cells
    found = compare(*cells, left.evidence, right.evidence, SCORES)
    pairs = [(m.base.key, m.head.key) for m in matched(*cells, left.evidence, right.evidence)]
    differences = unlike(left, right, pairs)
    if not pairs:
        raise BadValue(
            f"The runs {base} and {head} have no score in common.",
            hint=f"They must share model, recipe, target task, language, noise and seed. {apart(*cells)}".strip(),
        )
    other_data = max(differences.get("data", 0), differences.get("pool", 0))
    if look.gate and other_data and not look.different_data:
        raise BadValue(
            f"{other_data} of {len(pairs)} scores are of other data in {head} than in {base}: no gate holds.",
            hint="Run the base again on these data, or add --different-data to compare the examples that both have.",
        )
    if look.gate:
        check_kinds(look.gate, found)
    reasons = findings(look.gate, found) if look.gate else ()
    remarks = (*renamed, *remarks_on(found, left, right, differences, len(pairs)))
    verdict = Verdict(base, head, found, remarks, look.gate is not None, reasons)
    show(verdict, look)
    return FAILED_GATE if reasons else 0


def apart(base: Sequence[Cell], head: Sequence[Cell]) -> str:
    """What two runs without a common score do not share at all, in words."""
    for name in ("model", "target", "language", "recipe", "seed", "perturbation", "metric"):
        ours, theirs = (
            sorted({str(getattr(cell, name)) for cell in cells if cell.state == "done"}) for cells in (base, head)
        )
        if ours and theirs and not set(ours) & set(theirs):
            return f"They do not share a {name}: {', '.join(ours)} in base, {', '.join(theirs)} in head."
    return ""


def brought_together(base: KeptRun, head: KeptRun) -> tuple[KeptRun, KeptRun, tuple[str, ...]]:
    """Two runs of one model each are compared whatever the models are called."""
    ours, theirs = ({cell.model for cell in run.record.cells} for run in (base, head))
    if ours & theirs or len(ours) != 1 or len(theirs) != 1:
        return base, head, ()
    (old,), (new,) = ours, theirs
    cells = tuple(replace(cell, model=old) for cell in head.record.cells)
    return base, replace(head, record=replace(head.record, cells=cells)), (f"{old} in base, {new} in head",)


def remarks_on(
    found: Comparison, base: KeptRun, head: KeptRun, differences: dict[str, int], pairs: int
) -> Iterator[str]:
    """What a reader should know before believing a difference."""
    items = found.items
    yield (
        f"compared on {items.shared:,} scores of single examples; "
        f"{items.only_base:,} only in base, {items.only_head:,} only in head"
    )
    same = sum(not has_changed(change) for change in found.changes)
    yield f"{same} of {len(found.changes)} numbers did not change in any example"
    for name, count in differences.items():
        yield f"{name} differs in {count} of {pairs} scores"
    one, other = versions(base), versions(head)
    for name in sorted(one.keys() & other.keys()):
        if one[name] != other[name]:
            yield f"{name}: {one[name]} in base, {other[name]} in head"
    if found.thin:
        yield f"too few examples to call a change sure: {', '.join(found.thin)}"
    beside = {"without an example in common": found.unshared, "only in head": found.gained, "lost": found.lost}
    for what, names in beside.items():
        if names:
            yield f"{len(names)} scores {what}: {names[0]}" + (", …" if len(names) > 1 else "")


# ------------------------------------------------------------------------------------------------------------ faces


def show(verdict: Verdict, look: Look) -> None:
    """To the screen or to a file."""
    if look.face == "table" and look.output is None:
        draw(verdict, look.all_cells)
        return
    text = as_json(verdict) if look.face == "json" else as_markdown(verdict, look.all_cells)
    if look.output is None:
        click.echo(text)
    else:
        write_file(look.output, text + "\n")


def draw(verdict: Verdict, all_cells: bool) -> None:
    """On the terminal."""
    on = console()
    for kind in KINDS:
        rows = [row(change) for change in shown(verdict.comparison, kind, all_cells)]
        if rows:
            on.print(listing(TITLES[kind], HEADS, rows))
    for remark in verdict.remarks:
        on.print(printable(remark, on), markup=False, highlight=False)
    for line in conclusion(verdict, all_cells):
        on.print(printable(line, on), markup=False, highlight=False, style="red" if verdict.reasons else "green")


def shown(comparison: Comparison, kind: Kind, all_cells: bool) -> Sequence[Change]:
    """The changes of a kind. Unless all are asked for: averages, what changed, and single cells that surely did."""
    found = comparison.of(kind)
    if all_cells or kind in ("average", "noise"):
        return found
    return [change for change in found if change.p < SURE or (kind != "cell" and has_changed(change))]


def has_changed(change: Change) -> bool:
    """Whether any example is scored otherwise."""
    apart = change.difference
    return (apart.value, apart.low, apart.high) != (0, 0, 0)


def row(change: Change) -> list[str]:
    """A change in points."""
    apart = change.difference
    return [
        f"{change.system}: {change.name}",
        f"{100 * change.base:.2f}",
        f"{100 * change.head:.2f}",
        f"{100 * apart.value:+.2f}",
        f"[{100 * apart.low:+.2f}, {100 * apart.high:+.2f}]",
        f"{change.p:.3f}",
    ]


def conclusion(verdict: Verdict, all_reasons: bool) -> list[str]:
    """Whether the gate passes, and why not: the first reasons, unless all are asked for."""
    if not verdict.gated:
        return []
    if not verdict.reasons:
        return ["The gate passes."]
    count = len(verdict.reasons)
    told = verdict.reasons if all_reasons else verdict.reasons[:MOST_REASONS]
    more = [f"  and {count - len(told)} more: see --all"] if len(told) < count else []
    return [f"The gate fails, for {count} reason{'s' * (count > 1)}:", *(f"  {reason}" for reason in told), *more]


def as_markdown(verdict: Verdict, all_cells: bool) -> str:
    """For a pull request: the verdict first, then a table for each kind."""
    lines = [f"### {escaped(verdict.base)} → {escaped(verdict.head)}", ""]
    lines += [("- " if line.startswith(" ") else "") + escaped(line.strip()) for line in conclusion(verdict, all_cells)]
    for kind in KINDS:
        rows = [row(change) for change in shown(verdict.comparison, kind, all_cells)]
        if rows:
            heads = (TITLES[kind].lower(), *HEADS[1:])
            lines += ["", markdown_row(heads), "| :--- |" + " ---: |" * (len(heads) - 1), *map(markdown_row, rows)]
    return "\n".join([*lines, "", *(f"- {escaped(remark)}" for remark in verdict.remarks)])


def as_json(verdict: Verdict) -> str:
    """Every change; scores are shares."""
    document = {"schema": SCHEMA, "passes": not verdict.reasons if verdict.gated else None, **asdict(verdict)}
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
