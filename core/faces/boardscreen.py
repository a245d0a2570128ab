"""What `xeval leaderboard` does: a kept run, as much of it as is asked for, in a view, in a face, where wanted."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import click
from rich.console import Console

from xeval.boards.benchmarkboard import benchmark_board
from xeval.boards.board import Board, Ranking, View
from xeval.boards.choosing import filtered, first_lines, sorted_by
from xeval.boards.leaderboard import board, boards
from xeval.boards.statistics import Evidence
from xeval.errors import BadValue
from xeval.faces.boardpage import BESIDE, Shown, as_page
from xeval.faces.latex import as_latex
from xeval.faces.listings import console
from xeval.faces.markdown import as_github, as_markdown
from xeval.faces.records import as_csv, as_json, as_jsonl
from xeval.faces.render import draw
from xeval.faces.repeating import Repeat
from xeval.faces.submissionpages import Kept, merged_record
from xeval.facts.overlays import overlays
from xeval.facts.registry import Registry, load_registry
from xeval.files import named_file
from xeval.running.keptruns import is_bundle
from xeval.running.results import RunRecord, load_run
from xeval.running.store import Store

SUMMARY = "GITHUB_STEP_SUMMARY"  # the file that GitHub shows with a job
MOST_SUMMARY = 1024 * 1024  # bytes: GitHub drops a longer one


@dataclass(frozen=True)
class Look:
    """What of a run is looked at: a view, beside published scores or not, in a face, on the screen or in a file.

    `sort` is a column, `filter` conditions on cells, `top` a number of lines; where they are empty, all is shown.
    """

    by: View
    published: bool
    face: str
    output: Path | None
    ranking: Ranking = "mean"
    sort: str = ""
    filter: str = ""
    top: int | None = None


def leaderboard(look: Look, where: Kept) -> int:
    """Show a kept run, or several as one."""
    if look.published and look.by != "benchmark":
        raise BadValue(
            f"Published scores are of whole benchmarks, and the view by {look.by} shows none.",
            hint="Write: xeval leaderboard --by benchmark --published",
        )
    record, evidence = kept_run(where)
    registry = load_registry(overlays(where.files))
    if look.filter:
        record = replace(record, cells=tuple(filtered(record.cells, look.filter, registry.languages)))
    found = arranged(board_of(record, evidence, registry, look), look)
    if look.face == "table" and look.output is None:
        draw(console(), found)
        return 0
    put(page_of(record, evidence, registry, found) if look.face == "html" else FACES[look.face](found), look)
    return 0


def kept_run(where: Kept) -> tuple[RunRecord, Mapping[str, Evidence]]:
    """The latest run of the store, the run that is named, or all that are, merged."""
    if len(where.runs) < 2 and not where.rescore and not any(map(is_bundle, where.runs)):
        return load_run(Store(where.store), *where.runs)
    return merged_record(where)


def page_of(
    record: RunRecord, evidence: Mapping[str, Evidence], registry: Registry, found: Board, repeat: Repeat = ()
) -> str:
    """A board as a page, with the views that its charts are drawn from and all cells; and how to repeat its run."""
    beside = boards(record.cells, evidence, registry.languages, BESIDE)
    return as_page(
        Shown(
            name=record.run[:12],
            finished=record.finished,
            board=found,
            beside={one.by: one for one in beside},
            cells=record.cells,
            languages=registry.languages,
            repeat=repeat,
        )
    )


def board_of(record: RunRecord, evidence: Mapping[str, Evidence], registry: Registry, look: Look) -> Board:
    """The board of a kept run in a view."""
    if look.by == "benchmark":
        scores = registry.scores if look.published else ()
        found = benchmark_board(record.cells, evidence, record.experiment.get("limit"), scores, look.ranking)
    else:
        found = board(record.cells, evidence, registry.languages, look.by, look.ranking)
    only = (f"only cells with {look.filter}; ranks are among what is left",) if look.filter else ()
    return noted(replace(found, captions=(*only, *found.captions)), record)


def noted(found: Board, record: RunRecord) -> Board:
    """A board that says first what its run says of itself: that it is partial, for one."""
    return replace(found, notes=(*record.notes, *found.notes))


def arranged(found: Board, look: Look) -> Board:
    """The lines that are asked for, in the order that is."""
    ordered = sorted_by(found, look.sort) if look.sort else found
    return first_lines(ordered, look.top) if look.top else ordered


def as_table(found: Board) -> str:
    """A board as it is drawn where there is no terminal."""
    paper = io.StringIO()
    draw(Console(file=paper, width=10_000, highlight=False, color_system=None), found)
    return paper.getvalue()


FACES: Mapping[str, Callable[[Board], str]] = {
    "table": as_table,
    "markdown": as_markdown,
    "github": as_github,
    "csv": as_csv,
    "json": as_json,
    "jsonl": as_jsonl,
    "latex": as_latex,
}


# ------------------------------------------------------------------------------------------------------------- where


def put(text: str, look: Look) -> None:
    """Write a board to the file that is named, to GitHub's summary of a job, or to standard output."""
    summary = os.environ.get(SUMMARY, "")
    if look.output:
        write_file(look.output, text)
    elif look.face == "github" and summary:
        append_summary(Path(summary), text)
    else:
        click.echo(text, nl=not text.endswith("\n"))


def write_file(path: Path, text: str) -> None:
    """Write a board to a file of the user's, which is there whole or as it was."""
    with named_file(path, "Name another file with --output.") as scratch:
        scratch.write_text(text, encoding="utf-8")


def append_summary(path: Path, text: str) -> None:
    """Add a board to GitHub's summary of a job. Raises BadValue where GitHub would drop it for its length."""
    try:
        length = path.stat().st_size if path.exists() else 0
        if length + len(text.encode()) > MOST_SUMMARY:
            raise BadValue(
                f"The summary would be longer than {MOST_SUMMARY:,} bytes, and GitHub would show nothing of it.",
                hint="Show less with --top or --filter, or write a page with --format html --output FILE.",
            )
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise BadValue(
            f"{path} cannot be written: {error.strerror}.", hint=f"Name a file with --output, or unset {SUMMARY}."
        ) from None
    click.echo(f"written to {path}", err=True)
