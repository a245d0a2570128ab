"""`xeval leaderboard`, `show` and `compare`: what is read of kept runs."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from xeval.faces.options import HUB, JSON, OFFLINE, STORE, about_tasks
from xeval.faces.optiontypes import count

RECIPE_VIEWS = ("order", "intermediate", "scale")
VIEWS = ("task", "language", "family", "script", "resource", "level", *RECIPE_VIEWS, "benchmark")
ENDINGS = {".md": "markdown", ".csv": "csv", ".json": "json", ".jsonl": "jsonl", ".tex": "latex", ".html": "html"}
COMPARISONS = ("table", "markdown", "json")
FACES = ("table", "markdown", "github", "csv", "json", "jsonl", "latex", "html")


def face_of(look: Mapping[str, Any], faces: Sequence[str]) -> str:
    """The face that is asked for, or that the ending of the output means; a table where neither says."""
    meant = ENDINGS.get(look["output"].suffix.lower(), "") if look["output"] else ""
    return look["face"] or (meant if meant in faces else "table")


@click.command()
@click.argument("runs", nargs=-1)
@click.option("--by", type=click.Choice(VIEWS), default="task", show_default=True, help="What the columns are.")
@click.option("--published", is_flag=True, help="With --by benchmark: published scores below, without a rank.")
@click.option(
    "--rank",
    "ranking",
    type=click.Choice(["mean", "borda"]),
    default="mean",
    show_default=True,
    help="By the mean of scores, or by the share of other systems beaten (Borda).",
)
@click.option("--sort", default="", metavar="COLUMN", help="The greatest first; COLUMN:up for the least first.")
@click.option("--filter", default="", metavar="EXPR", help="Cells to look at, as in: model=small,language=sw|th")
@click.option("--top", type=count(), help="The first N systems of each table.")
@click.option("--format", "face", type=click.Choice(FACES), help="How it is drawn; without it, as -o ends, or a table.")
@click.option(
    *("-o", "--output"), type=click.Path(dir_okay=False, path_type=Path), help="Write to a file instead of the screen."
)
@click.option("--rescore", is_flag=True, help="Make scores again from the stored predictions and the data at hand.")
@HUB
@STORE
@click.option(
    "--registry", "files", multiple=True, type=click.Path(path_type=Path), help="A registry file of your own."
)
def leaderboard(
    runs: tuple[str, ...], store: Path, files: tuple[Path, ...], hub: Path | None, rescore: bool, **look: Any
) -> None:
    """Show the leaderboard of a run, or of several as one.

    RUNS are bundles, or beginnings of names; without any, the latest run is shown.
    """
    look["face"] = face_of(look, FACES)
    from xeval.faces import boardscreen
    from xeval.faces.submissionpages import Kept

    sys.exit(boardscreen.leaderboard(boardscreen.Look(**look), Kept(runs, store, files, hub, rescore)))


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="[RUN] TASK/LANGUAGE")
@click.option("--noise", default="", metavar="NAME@LEVEL", help="Show the perturbed texts beside the clean ones.")
@click.option("--wrong", is_flag=True, help="Only what went wrong; under --noise, what it turned wrong comes first.")
@click.option("-n", "count", type=count(), default=10, show_default=True, help="How many examples.")
@click.option("--filter", default="", metavar="EXPR", help="Whose: model=small,recipe=none,seed=0")
@JSON
@OFFLINE
@about_tasks
@STORE
def show(names: tuple[str, ...], store: Path, **options: Any) -> None:
    """Show the examples behind a score.

    Their texts, what was right, what was said. RUN is the beginning of a run's name; without it, the latest run is
    meant.
    """
    from xeval.faces import examplepage

    sys.exit(examplepage.show_named(names, store, options))


@click.command()
@click.argument("base")
@click.argument("head")
@click.option(
    "--fail-on", metavar="GATE", help="regression, or limits in points: avg:-0.5,language:-2.0,p<0.05. Exit code 4."
)
@click.option(
    "--format",
    "face",
    type=click.Choice(COMPARISONS),
    help="How it is drawn; without it, as -o ends, or a table.",
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file instead of the screen."
)
@click.option("--all", "all_cells", is_flag=True, help="Every single cell and reason, not only sure changes.")
@click.option("--different-data", is_flag=True, help="Gate even where the data differ, on the examples that both have.")
@STORE
def compare(base: str, head: str, fail_on: str | None, store: Path, **look: Any) -> None:
    """Compare two runs, example by example.

    BASE and HEAD are runs of the store, or bundles.
    """
    from xeval.boards.gates import Gate
    from xeval.faces import comparepage

    look["face"] = face_of(look, COMPARISONS)
    gate = Gate.parse(fail_on) if fail_on is not None else None
    sys.exit(comparepage.compare_runs(base, head, comparepage.Look(gate, **look), store))
