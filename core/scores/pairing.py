"""Each row of a prediction file beside its label: examples and predictions, as every metric takes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from xeval.errors import nearest
from xeval.scores.submissions import Line, bad_file, full_lines_of, lines_of, records_of
from xeval.values import LabelledText, Prediction, TaggedTokens

Marked = tuple[Any, Prediction | None]  # an example and what was said of it; None if nothing was


@dataclass(frozen=True)
class Files:
    """The two files of one language, and how strict to be with ids that stand in one of them only."""

    said: Path
    labels: Path
    language: str
    lenient: bool = False
    known: tuple[str, ...] = ()  # labels or tags that may be said beside those in the file


Pairing = Callable[[Files], list[Marked]]


# ----------------------------------------------------------------------------------------------- a label in each line


def labels(files: Files) -> list[Marked]:
    """A label in each line, in the same order in both files."""
    said, gold = full_lines_of(files.said), full_lines_of(files.labels)
    check_known(files, said, gold)
    if len(said) != len(gold):
        raise misfit(files, min(len(said), len(gold)) + 1, f"{len(said)} predictions for {len(gold)} labels")
    return [
        (LabelledText(str(row.number), files.language, (), row.text), Prediction(str(row.number), line.text))
        for line, row in zip(said, gold, strict=True)
    ]


def misfit(files: Files, line: int, reason: str) -> Exception:
    """The error of two files that do not fit: where they begin not to."""
    return bad_file(files.said, [f"line {line}: {reason} (in {files.labels})"], "Each row has one prediction.")


def check_known(files: Files, said: Sequence[Line], gold: Sequence[Line]) -> None:
    """Refuse what can be no label: neither a known one, nor one of the file of labels."""
    allowed = {*files.known, *(line.text for line in gold)}
    wrong = [line for line in said if line.text not in allowed] if files.known else []
    if wrong:
        close = nearest(wrong[0].text, sorted(allowed))
        hint = f"Did you mean {close!r}?" if close else f"Known: {', '.join(files.known)}."
        raise bad_file(files.said, [f"line {line.number}: {line.text!r} is no label here" for line in wrong], hint)


def choices(files: Files) -> list[Marked]:
    """A record with a label in each line, as XCOPA has it; where records have an `idx`, they must agree in it."""
    said, gold = list(records_of(files.said)), list(records_of(files.labels))
    if len(said) != len(gold):
        raise misfit(files, min(len(said), len(gold)) + 1, f"{len(said)} predictions for {len(gold)} labels")
    pairs = list(zip(said, gold, strict=True))
    wrong = [
        f"line {line.number}: idx {mine['idx']!r} stands where {row['idx']!r} should"
        for (line, mine), (_, row) in pairs
        if {"idx"} <= mine.keys() & row.keys() and mine["idx"] != row["idx"]
    ]
    if wrong:
        raise bad_file(files.said, wrong, "Sort the predictions as the labels are.")
    return [
        (LabelledText(str(line.number), files.language, (), row["label"]), Prediction(str(line.number), mine["label"]))
        for (line, mine), (_, row) in pairs
    ]


# ------------------------------------------------------------------------------------------------- a tag in each line


def tags(files: Files) -> list[Marked]:
    """A tag in each line, an empty line between two sentences."""
    said, gold = lines_of(files.said), lines_of(files.labels)
    check_known(files, [line for line in said if line.text], [line for line in gold if line.text])
    mine, theirs = sentences(said), sentences(gold)
    for number, (one, other) in enumerate(zip(mine, theirs, strict=False), start=1):
        if len(one) != len(other):
            raise misfit(files, one[0].number, f"sentence {number} has {len(one)} tags for {len(other)} tokens")
    if len(mine) != len(theirs):
        raise misfit(files, len(said) + 1, f"{len(mine)} sentences for {len(theirs)}")
    return [
        (TaggedTokens(str(number), files.language, (), texts(other)), Prediction(str(number), texts(one)))
        for number, (one, other) in enumerate(zip(mine, theirs, strict=True))
    ]


def sentences(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines between empty lines."""
    return [list(group) for full, group in groupby(lines, key=lambda line: bool(line.text)) if full]


def texts(lines: Sequence[Line]) -> tuple[str, ...]:
    """What stands in the lines."""
    return tuple(line.text for line in lines)
