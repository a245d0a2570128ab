"""Degenerate trainings and collapsed models are told beside the scores."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from xeval.cell import Cell
from xeval.plans.stage import Stage
from xeval.running.caveats import MOST, caveats, constant_answer
from xeval.running.store import Store
from xeval.values import Json, Prediction

CELL = Cell("mine", "none", "nli", "de", "en", None, 0.0, 0, "accuracy", 0.3, 0.2, 0.4, 50, "done", constant='"yes"')


def said(*values: Json) -> list[Prediction]:
    return [Prediction(str(number), value) for number, value in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "answer"),
    [
        (["yes"] * 20, '"yes"'),
        ([*["yes"] * 19, "no"], ""),
        ([("O", "O"), ("O",)] * 10, '"O"'),
        ([("O", "B-PER")] * 20, ""),
        ([2] * 20, "2"),
        ([""] * 20, '""'),
        (["yes"] * 19, ""),  # too few to say
    ],
)
def test_one_answer_to_everything_is_a_collapse(values: list[Json], answer: str) -> None:
    assert constant_answer(said(*values), 0.4) == answer


def test_one_answer_that_is_always_right_is_none() -> None:
    assert constant_answer(said(*["yes"] * 20), 1.0) == ""


def test_a_collapse_is_told_once_for_all_its_languages_and_not_for_noise(tmp_path: Path) -> None:
    noisy = replace(CELL, language="sw", perturbation="noise", level=0.3)
    cells = [CELL, replace(CELL, language="hi"), noisy, replace(CELL, seed=1, constant="")]

    told = caveats([], cells, Store(tmp_path))

    assert told == ('degenerate: mine (seed 0) gives one answer to every item of nli in de, hi: "yes"',)


def test_what_a_stored_training_tells_of_itself_is_told(tmp_path: Path) -> None:
    store, stage = Store(tmp_path), Stage("train", {"seed": 3}, label="mine > nli")
    with store.writing(stage.key) as (_, manifest):
        manifest["report"] = {"notes": ["nothing learned"], "remarks": ["went on"]}

    told = caveats([stage, Stage("train", {"seed": 4})], [], store)

    assert told == ("degenerate: mine > nli (seed 3): nothing learned",)


def test_two_trainings_that_tell_the_same_are_told_once(tmp_path: Path) -> None:
    store = Store(tmp_path)
    stages = [Stage("train", {"seed": 3, "keeps": keeps}, label="mine > nli") for keeps in (True, False)]
    for stage in stages:
        with store.writing(stage.key) as (_, manifest):
            manifest["report"] = {"notes": ["nothing learned"]}

    assert caveats(stages, [], store) == ("degenerate: mine > nli (seed 3): nothing learned",)


def test_the_sentences_are_few_and_the_rest_is_counted(tmp_path: Path) -> None:
    told = caveats([], [replace(CELL, seed=seed) for seed in range(MOST + 3)], Store(tmp_path))

    assert len(told) == MOST + 1
    assert told[-1] == "and 3 more of this kind"
