"""MultiCheckList: a case is passed as a whole, answers are compared as the reference does, and a test is a metric."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from xeval.errors import BadData
from xeval.facts.registry import load_registry
from xeval.scores.checklist import plain
from xeval.scores.metrics import METRICS, metrics_of, scored
from xeval.sources.declared import load_catalogue
from xeval.sources.examples import examples_of
from xeval.sources.rows import Place
from xeval.values import Prediction, Question

ROWS = [
    ("comp", 0, "Anna is older than Bo.", "Who is older?", "Anna"),
    ("comp", 0, "Anna is older than Bo.", "Who is less old?", "Bo"),
    ("comp", 1, "Cy is taller than Di.", "Who is taller?", "Cy"),
    ("Animal vs Vehicle", 1, "Eva has a cat and a van.", "What animal does Eva have?", "a cat"),
]


def questions(folder: Path, rows: list[tuple[Any, ...]]) -> list[Question]:
    lines = [json.dumps(dict(zip(("test", "case", "context", "question", "answer"), row, strict=True))) for row in rows]
    (folder / "en.jsonl").write_text("\n".join(lines))
    (folder / "registry.yaml").write_text("files: {multichecklist: .}")
    task = load_catalogue([], load_registry([folder / "registry.yaml"])).targets["multichecklist"]
    return examples_of(task, "test", "en", Place(offline=True))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("answers", "passed", "comparisons"),
    [
        (["Anna", "Bo", "Cy", "cat"], 1, 1),
        (["Anna", "Anna", "Cy", "the cat."], 2 / 3, 1 / 2),
        (["Bo", "Anna", "Di", "A cat"], 0, 0),  # case counts, and so does "A"
    ],
)
def test_a_case_is_passed_if_all_its_questions_are_answered_rightly(
    tmp_path: Path, answers: list[str], passed: float, comparisons: float
) -> None:
    asked = questions(tmp_path, ROWS)
    said = [Prediction(one.uid, answer) for one, answer in zip(asked, answers, strict=True)]

    def score(name: str) -> float:
        return float(METRICS[name].score(scored(METRICS[name], asked, said).sum(axis=0)))

    assert score("pass_rate") == pytest.approx(passed)
    assert score("pass_comp") == pytest.approx(comparisons)
    assert score("pass_animal_vehicle") == (answers[3] != "A cat")
    assert score("pass_props") == 0  # no case of it


def test_its_metrics_are_the_tests() -> None:
    assert metrics_of("span_qa", "pass_rate")[:2] == ("pass_rate", "pass_comp")
    assert len(metrics_of("span_qa", "pass_rate")) == 7


# What the reference says, for pairs that its rules part: google-research/xtreme, generate_test_utils.clean
@pytest.mark.parametrize(
    ("language", "one", "other", "equal"),
    [
        ("de", "ein Hund", "Hund.", True),
        ("de", "Ein Hund", "Hund", False),
        ("de", "der Hund", "Hund", False),
        ("ar", "القط", "قط", True),
        ("bn", "একটিক", "ক", True),
        ("es", "una gata", "gata", True),
        ("pl", "„kot”", "kot", True),
        ("fi", "„kissa”", "kissa", False),
        ("af", "’n kat", "kat", True),
        ("ur", "بلی\u200f", "بلی", True),
        ("en", "dog in a car", "dog car", False),  # inner spaces stay
        ("zh", "一 只", "一只", False),
    ],
)
def test_answers_are_compared_as_the_reference_does(language: str, one: str, other: str, equal: bool) -> None:
    assert (plain(one, language) == plain(other, language)) is equal


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("taste", 0, "Anna is old.", "Who?", "Anna"), "no test 'taste'"),
        (("comp", 0, "Anna is old.", "Who?", "Bo"), "the answer 'Bo' is not in its context"),
        (("comp", 0, "Anna is old.", "Who?", ""), "the answer '' is not in its context"),
    ],
)
def test_a_row_that_cannot_be_is_told_with_its_number(tmp_path: Path, row: tuple[Any, ...], reason: str) -> None:
    with pytest.raises(BadData, match=f"row 1.*{reason}"):
        questions(tmp_path, [ROWS[0], row])
