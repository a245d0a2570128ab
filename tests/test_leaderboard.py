from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from xeval.boards.board import GAP, LOW_RESOURCE, SOURCE, VIEWS, ZERO_SHOT, Block, Board, By, Column, Hole, System
from xeval.boards.leaderboard import board
from xeval.boards.statistics import Estimate, Evidence
from xeval.cell import Cell
from xeval.values import Language

LANGUAGES = {
    "qen": Language("qen", "English", "A", "Latn", 5),
    "qaa": Language("qaa", "Near", "A", "Latn", 4, {"genetic": 0.2}),
    "qbb": Language("qbb", "Far", "B", "Cyrl", 1, {"genetic": 0.9}),
    "qcc": Language("qcc", "Middle", "B", "Latn", 2, {"genetic": 0.5}),
}
ITEMS = 40


@dataclass
class Made:
    """Cells of one pipeline after another, with evidence of as many right answers as asked for."""

    cells: list[Cell] = field(default_factory=list)
    evidence: dict[str, Evidence] = field(default_factory=dict)

    def score(self, language: str, percent: float, **about: Any) -> None:
        cell = blank(language, **about)
        right = np.arange(ITEMS) < round(percent / 100 * ITEMS)
        statistics = np.column_stack([right, np.ones(ITEMS)]).astype(np.float64)
        key = str(len(self.cells))
        self.evidence[key] = Evidence(statistics, tuple(map(str, range(ITEMS))), ("",) * ITEMS)
        self.cells.append(replace(cell, score=percent / 100, n=ITEMS, state="done", key=key))

    def scores(self, percents: Mapping[str, float], **about: Any) -> None:
        for language, percent in percents.items():
            self.score(language, percent, **about)

    def hole(self, language: str, state: str, reason: str = "because", **about: Any) -> None:
        self.cells.append(replace(blank(language, **about), state=state, reason=reason))

    def board(self, by: By = "task") -> Board:
        return board(self.cells, self.evidence, LANGUAGES, by)


def blank(language: str, **about: Any) -> Cell:
    usual: dict[str, Any] = {"model": "mini", "recipe": "none", "target": "pos", "source": "qen", "metric": "accuracy"}
    usual |= {"perturbation": None, "level": 0.0, "seed": 0, "score": None, "low": None, "high": None, "n": 0}
    return Cell(**usual | {"language": language, "state": "not-run"} | about)


def entry(block: Block, column: Column, system: str = "mini") -> Estimate | Hole:
    line = next(line for line in block.lines if str(line.system) == system)
    return line.entries[block.columns.index(column)]


def value(block: Block, column: Column, system: str = "mini") -> float:
    found = entry(block, column, system)
    assert isinstance(found, Estimate), found
    return round(100 * found.value, 6)


def names(blocks: Iterable[Block]) -> list[str]:
    return [block.title for block in blocks]


# ------------------------------------------------------------------------------------------------------------ columns


def test_the_zero_shot_average_is_over_all_languages_but_the_source() -> None:
    made = Made()
    made.scores({"qen": 90, "qaa": 70, "qbb": 50, "qcc": 30})
    block = made.board().blocks[0]

    assert value(block, SOURCE) == 90
    assert value(block, ZERO_SHOT) == 50
    assert value(block, GAP) == 40
    assert value(block, LOW_RESOURCE) == 40
    assert "low-res.: qbb, qcc (resource class 0 to 2)" in made.board().captions


def test_the_interval_lies_around_the_average() -> None:
    made = Made()
    made.scores({"qen": 90, "qaa": 70, "qbb": 50})
    found = entry(made.board().blocks[0], ZERO_SHOT)

    assert isinstance(found, Estimate)
    assert 0.4 < found.low < found.value < found.high < 0.8


def test_the_overall_score_is_the_unweighted_mean_over_target_tasks() -> None:
    made = Made()
    made.scores({"qen": 90, "qaa": 70, "qbb": 50})
    made.scores({"qen": 50, "qaa": 20}, target="ner")  # it has no qbb at all
    overall = made.board().blocks[-1]

    assert overall.title == "Mean over 2 target tasks"
    assert value(overall, ZERO_SHOT) == 40
    assert value(overall, SOURCE) == 70
    assert value(overall, Column("pos", "zero-shot by target")) == 60


def test_a_task_that_offers_no_score_in_its_source_is_left_out_of_that_mean_and_said_to_be() -> None:
    made = Made()
    made.scores({"qen": 90, "qaa": 70})
    made.hole("qen", "not-offered", target="retrieval")
    made.scores({"qaa": 40}, target="retrieval")
    retrieval, overall = made.board().blocks[1:]

    assert SOURCE not in retrieval.columns
    assert "not offered by this task: source, gap" in retrieval.captions
    assert (value(overall, ZERO_SHOT), value(overall, SOURCE), value(overall, GAP)) == (55, 90, 20)
    assert "without retrieval, which has none: source, gap" in overall.captions


def test_noise_is_compared_with_clean_text_in_the_languages_that_it_covers() -> None:
    made = Made()
    made.scores({"qen": 90, "qaa": 70, "qbb": 30})
    made.scores({"qen": 80, "qaa": 60}, perturbation="noise", level=0.1)
    made.hole("qbb", "not-offered", perturbation="noise", level=0.1)
    block, *_ = made.board().blocks

    assert value(block, Column("@0.1", "under noise")) == 60
    assert value(block, Column("@0.1", "change under noise", "change")) == -10
    assert "noise@0.1: qaa; change is from clean text in the same" in made.board().captions


def test_levels_stand_in_their_order_from_clean_upwards() -> None:
    made = Made()
    for level, percent in ((0.3, 30), (0.1, 50)):
        made.scores({"qen": 90, "qaa": percent}, perturbation="noise", level=level)
    made.scores({"qen": 90, "qaa": 70})
    block = made.board("level").blocks[0]
    zero_shot = [column for column in block.columns if column.group == "zero-shot under noise"]

    assert [column.name for column in zero_shot] == ["clean", "@0.1", "@0.3"]
    assert [value(block, column) for column in zero_shot] == [70, 50, 30]


def test_the_levels_of_a_board_without_noise_are_a_sentence() -> None:
    made = Made()
    made.scores({"qen": 90, "qaa": 70})

    found = made.board("level")

    assert found.blocks == ()
    assert found.captions == ("nothing here was scored under noise; run it with --perturb NAME@LEVEL",)


# -------------------------------------------------------------------------------------------------------------- holes


def test_a_mean_over_a_hole_is_a_hole_that_says_what_is_missing() -> None:
    made = Made()
    made.scores({"qen": 90, "qaa": 70})
    made.hole("qbb", "failed", "out of memory")
    block = made.board().blocks[0]

    assert entry(block, ZERO_SHOT) == Hole("failed", "pos in qbb: out of memory")
    assert value(block, SOURCE) == 90
    assert block.lines[0].rank is None
    assert block.notes == ("mini is not ranked: failed in qbb (out of memory)",)


def test_a_language_that_a_task_does_not_offer_is_no_hole_in_its_mean() -> None:
    made = Made()
    made.scores({"qen": 90, "qaa": 70})
    made.hole("qbb", "not-offered")

    assert value(made.board().blocks[0], ZERO_SHOT) == 70


def test_incomplete_systems_come_last_without_a_rank() -> None:
    made = Made()
    made.scores({"qen": 99}, model="broken")
    made.hole("qaa", "not-run", model="broken")
    made.scores({"qen": 50, "qaa": 10})
    lines = made.board().blocks[0].lines

    assert [(str(line.system), line.rank) for line in lines] == [("mini", (1, 1)), ("broken", None)]


def test_a_system_without_cells_in_a_task_was_not_run_there() -> None:
    made = Made()
    made.scores({"qen": 90, "qaa": 70})
    made.scores({"qen": 90, "qaa": 60}, model="other")
    made.scores({"qen": 90, "qaa": 70}, target="ner")
    overall = made.board().blocks[-1]

    assert entry(overall, ZERO_SHOT, "other") == Hole("not-run", "ner in qaa: it was not part of the run")
    assert "other is not ranked: incomplete in ner" in overall.notes


def test_scores_are_means_over_seeds_and_a_missing_seed_is_a_hole() -> None:
    made = Made()
    for seed, percent in ((0, 40), (1, 60)):
        made.scores({"qen": 90, "qaa": percent}, seed=seed)
        made.score("qen", 80, seed=seed, model="other")
    made.score("qaa", 50, seed=0, model="other")
    made.hole("qaa", "failed", seed=1, model="other")
    found = made.board()

    assert value(found.blocks[0], ZERO_SHOT) == 50
    assert entry(found.blocks[0], ZERO_SHOT, "other") == Hole("failed", "pos in qaa: seed 1: because")
    assert any("2 seeds (0, 1)" in caption for caption in found.captions)


def test_no_cell_at_all_makes_an_empty_board() -> None:
    assert board([], {}, LANGUAGES).blocks == ()


# -------------------------------------------------------------------------------------------- ranks, and what is said


def test_systems_with_the_same_answers_share_their_ranks() -> None:
    made = Made()
    for model in ("one", "other"):
        made.scores({"qen": 90, "qaa": 70}, model=model)
    made.scores({"qen": 90, "qaa": 10}, model="worse")

    assert [line.rank for line in made.board().blocks[0].lines] == [(1, 2), (1, 2), (3, 3)]


def test_a_gain_that_the_items_do_not_show_is_said_not_to_be_separable() -> None:
    made = Made()
    made.scores({"qen": 90, "qaa": 70})
    made.scores({"qen": 90, "qaa": 72.5}, recipe="mnli")
    said = made.board().notes[0]

    assert said.startswith("mini + mnli and mini are not separable: difference +2.5, 95% interval +0.0 to +")


def test_the_best_recipe_is_set_against_none_and_the_best_model_against_the_others() -> None:
    made = Made()
    made.scores({"qen": 90, "qaa": 40})
    made.scores({"qen": 90, "qaa": 80}, recipe="mnli")
    made.scores({"qen": 90, "qaa": 10}, model="random-init")
    notes = made.board().notes

    assert notes[0].startswith("mini + mnli is 40.0 points ahead of mini (95% interval +")
    assert notes[1].startswith("mini is 30.0 points ahead of random-init (95% interval +")
    assert all(note.endswith("separable, on one seed.") for note in notes)


def test_orders_are_set_against_each_other() -> None:
    made = Made()
    made.scores({"qen": 90, "qaa": 50})
    made.scores({"qen": 90, "qaa": 55}, recipe="mnli")
    for order, percent in (("english-first", 60), ("english-last", 60), ("far-to-near", 57.5)):
        made.scores({"qen": 90, "qaa": percent}, recipe=f"mnli[qen,qaa]@{order}")
    found = made.board("order")

    assert names(found.blocks) == ["Orders of mini + mnli[qen,qaa]: pos (accuracy)"]
    assert {line.system for line in found.blocks[0].lines} >= {System("mini", "none"), System("mini", "mnli")}
    assert any("english-first and far-to-near are not separable: difference +2.5" in note for note in found.notes)
    assert "Orders of mini + mnli[qen,qaa]: 0 of 3 pairs can be told apart." in found.notes


def test_a_handful_of_items_separates_nothing() -> None:
    made = Made()
    made.scores({"qen": 90, "qaa": 100})
    made.scores({"qen": 90, "qaa": 0}, model="other")
    few = {key: Evidence(e.statistics[:5], e.uids[:5], e.groups[:5]) for key, e in made.evidence.items()}
    found = board(made.cells, few, LANGUAGES)

    assert [line.rank for line in found.blocks[0].lines] == [(1, 2), (1, 2)]
    assert "not separable (too few items)" in found.notes[0]


def test_a_board_of_failures_is_a_board_of_holes() -> None:
    made = Made()
    for language in ("qen", "qaa"):
        made.hole(language, "failed", "out of memory")
        made.hole(language, "failed", "out of memory", perturbation="noise", level=0.1)
    block = made.board().blocks[0]

    assert {type(found) for found in block.lines[0].entries} == {Hole}
    assert block.notes == ("mini is not ranked: failed in qen, qaa (out of memory)",)


def test_where_only_the_source_is_scored_systems_are_ranked_by_it() -> None:
    made = Made()
    made.scores({"qen": 20}, model="worse")
    made.scores({"qen": 90})
    block = made.board().blocks[0]

    assert [str(line.system) for line in block.lines] == ["mini", "worse"]
    assert block.columns == (SOURCE,)


def test_a_board_without_orders_says_so() -> None:
    made = Made()
    made.scores({"qen": 90, "qaa": 70})

    assert made.board("order").captions == ("no recipe here was run in an order of languages",)


def test_one_seed_is_said_to_tell_nothing_of_another_training() -> None:
    made = Made()
    made.scores({"qen": 90, "qaa": 70})

    assert any("not what another training could" in caption for caption in made.board().captions)


# -------------------------------------------------------------------------------------------------------------- views


def test_languages_stand_from_near_to_far_after_the_source() -> None:
    made = Made()
    made.scores({"qbb": 30, "qcc": 40, "qaa": 70, "qen": 90})
    block = made.board("language").blocks[0]

    assert [column.name for column in block.columns if column.heat] == ["qen", "qaa", "qcc", "qbb"]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("family", {"source": 90, "A": 70, "B": 35}),
        ("script", {"source": 90, "Latn": 55, "Cyrl": 30}),
        ("resource", {"source": 90, "class 4": 70, "class 2": 40, "class 1": 30}),
    ],
)
def test_languages_can_be_put_together(by: By, expected: dict[str, float]) -> None:
    made = Made()
    made.scores({"qbb": 30, "qcc": 40, "qaa": 70, "qen": 90})
    block = made.board(by).blocks[0]

    assert {column.name: value(block, column) for column in block.columns if column.heat} == expected


def test_a_language_that_the_table_does_not_know_has_its_place_at_the_end() -> None:
    made = Made()
    made.scores({"xx": 30, "qen": 90, "qaa": 70})

    assert [c.name for c in made.board("language").blocks[0].columns if c.heat] == ["qen", "qaa", "xx"]
    assert "unknown" in [c.name for c in made.board("resource").blocks[0].columns]


@pytest.mark.parametrize("by", VIEWS)
def test_every_view_is_the_same_from_the_same_cells_in_another_order(by: By) -> None:
    made = Made()
    for recipe, gain in (("none", 0), ("mnli[qen,qaa]@a", 5), ("mnli[qen,qaa]@b", 10)):
        made.scores({"qen": 80, "qaa": 40 + gain, "qbb": 20}, recipe=recipe)
        made.scores({"qen": 70, "qaa": 30 + gain, "qbb": 10}, recipe=recipe, perturbation="noise", level=0.2)
    there, back = made.board(by), board(made.cells[::-1], made.evidence, LANGUAGES, by)
    facts = [{(line.system, line.rank, frozenset(line.entries)) for line in block.lines} for block in there.blocks]

    assert facts == [
        {(line.system, line.rank, frozenset(line.entries)) for line in block.lines} for block in back.blocks
    ]
