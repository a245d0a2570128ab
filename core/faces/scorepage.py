"""What `xeval score` shows."""

from __future__ import annotations

import json
from pathlib import Path

import click

from xeval.errors import BadValue, MissingData
from xeval.faces.listings import console, listing
from xeval.scores.scoring import Scores, score_files
from xeval.scores.storedscores import is_stored, score_stored


def score(task: str, predictions: Path, labels: Path | None, as_json: bool, lenient: bool) -> int:
    """Score prediction files and print one table, or one JSON document."""
    scores = scores_of(task, predictions, labels, lenient)
    if scores.unscored:
        click.echo(f"note: there are no labels for {', '.join(scores.unscored)}; they are not scored.", err=True)
    if as_json:
        click.echo(json.dumps(scores.document(), indent=1))
    else:
        console().print(table(scores))
    return 0


def scores_of(task: str, predictions: Path, labels: Path | None, lenient: bool) -> Scores:
    """Scores of files against labels, or of stored evaluations, which need none."""
    for folder in filter(None, (predictions, labels)):
        if not folder.is_dir():
            raise MissingData(f"There is no folder {folder}.", hint="Name one that holds TASK/test-LANGUAGE files.")
    if labels is not None:
        return score_files(task, predictions, labels, lenient)
    if not is_stored(predictions):
        raise BadValue(
            f"{predictions} holds files to be scored, and no labels to score them by.",
            hint=f"Name the folder of the labels with --labels DIR, which holds {task}/test-LANGUAGE files.",
        )
    return score_stored(task, predictions)


def table(scores: Scores) -> object:
    """A row for each language, and their mean; for answers also what XTREME counts for the task."""
    average = scores.average
    names = list(average)
    rows = [[code, *(f"{row[name]:.2f}" for name in names)] for code, row in scores.languages.items()]
    rows.append([f"mean of {len(rows)}", *(f"{value:.2f}" for value in average.values())])
    title = f"{scores.task}, in percent"
    if {"exact_match", "f1"} <= average.keys():
        title += f"; the task's score, the mean of both means, is {(average['exact_match'] + average['f1']) / 2:.2f}"
    return listing(title, ["language", *names], rows)
