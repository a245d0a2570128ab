"""Views of recipes, and ranks by Borda count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_leaderboard import LANGUAGES, Made, entry

from xeval.boards.board import ZERO_SHOT, Board, Column, Hole, System
from xeval.boards.borda import BORDA, borda
from xeval.boards.leaderboard import board, boards
from xeval.boards.recipeviews import GAIN
from xeval.boards.statistics import Estimate


def made(**percents: float) -> Made:
    """A run: zero-shot percents by recipe, `_` for `*`."""
    found = Made()
    for recipe, percent in percents.items():
        name = recipe.replace("__", "*0.")
        found.scores({"qen": 95, "qaa": percent, "qbb": percent - 10}, recipe=name, target="pos")
        found.scores({"qen": 95, "qaa": percent - 20}, recipe=name, target="nli")
    return found


def value(found: Estimate | Hole) -> float:
    assert isinstance(found, Estimate)
    return found.value


def column(board: Board, name: str) -> Column:
    return next(one for one in board.blocks[-1].columns if one.name == name)


# ------------------------------------------------------------------------------------------------------ intermediate


def test_a_gain_is_the_zero_shot_average_less_that_of_no_recipe() -> None:
    view = made(none=60, mnli=70, squad=50).board("intermediate")
    block = view.blocks[0]

    assert value(entry(block, GAIN, "mini + mnli")) == pytest.approx(0.1)
    assert value(entry(block, GAIN, "mini + squad")) == pytest.approx(-0.1)
    assert value(entry(block, GAIN, "mini")) == 0.0
    assert value(entry(block, column(view, "nli"), "mini + mnli")) == pytest.approx(0.1)


def test_gains_are_against_the_same_model() -> None:
    run = made(none=60, mnli=70)
    for recipe, percent in (("none", 30), ("mnli", 35)):
        run.scores({"qen": 95, "qaa": percent, "qbb": percent}, recipe=recipe, model="small", target="pos")
        run.scores({"qen": 95, "qaa": percent}, recipe=recipe, model="small", target="nli")
    first, second = run.board("intermediate").blocks

    assert value(entry(first, GAIN, "mini + mnli")) == pytest.approx(0.1)
    assert value(entry(second, GAIN, "small + mnli")) == pytest.approx(0.05)


def test_without_a_baseline_there_is_no_gain_to_show() -> None:
    view = made(mnli=70, squad=60).board("intermediate")

    assert view.blocks == ()
    assert view.captions == ("no model here was run both with a recipe and with none",)


def test_a_baseline_that_failed_leaves_holes_not_gains() -> None:
    run = made(mnli=70)
    run.hole("qaa", "failed", target="pos")
    block = run.board("intermediate").blocks[0]

    assert isinstance(entry(block, GAIN, "mini + mnli"), Hole)


# ------------------------------------------------------------------------------------------------------------- scale


def test_recipes_that_differ_in_data_alone_are_one_line_from_none_to_all() -> None:
    view = made(none=50, mnli__1=60, mnli__5=65, mnli=70, squad=80).board("scale")
    block = view.blocks[-1]

    assert [(c.name, c.at) for c in block.columns] == [("none", 0.0), ("*0.1", 0.1), ("*0.5", 0.5), ("*1", 1.0)]
    assert [line.system for line in block.lines] == [System("mini", "mnli")]
    scores = [value(one) for one in block.lines[0].entries]
    assert scores == sorted(scores)


def test_a_share_that_was_not_run_is_a_hole() -> None:
    run = made(mnli__1=60, mnli=70, squad__1=50, squad__5=55)
    block = run.board("scale").blocks[-1]

    assert isinstance(entry(block, column(run.board("scale"), "*1"), "mini + squad"), Hole)
    assert [line.rank for line in block.lines] == [(1, 1), None]


def test_recipes_on_one_share_of_their_data_are_no_curve() -> None:
    assert made(none=50, mnli=70).board("scale").blocks == ()


def test_several_views_are_each_what_they_are_alone() -> None:
    run = made(none=60, mnli__5=65, mnli=70)
    views = boards(run.cells, run.evidence, LANGUAGES, ("task", "scale", "intermediate"))

    assert views == tuple(run.board(by) for by in ("task", "scale", "intermediate"))


# ------------------------------------------------------------------------------------------------------------- Borda


def test_borda_counts_how_many_others_are_beaten_a_tie_counting_half() -> None:
    votes = np.array([[3.0, 2.0, 1.0], [3.0, 1.0, 1.0]])

    assert borda(votes).tolist() == [1.0, (1 / 2 + 1 / 4) / 2, (0 + 1 / 4) / 2]


@given(st.lists(st.lists(st.floats(0, 1), min_size=4, max_size=4), min_size=1, max_size=6))
def test_borda_shares_are_between_0_and_1_and_their_mean_is_a_half(votes: list[list[float]]) -> None:
    shares = borda(np.array(votes))

    assert ((shares >= 0) & (shares <= 1)).all()
    assert shares.mean() == pytest.approx(0.5)


@given(st.floats(0.1, 10))
def test_borda_does_not_care_how_large_the_differences_of_a_task_are(stretch: float) -> None:
    votes = np.array([[0.3, 0.2, 0.1], [0.1, 0.2, 0.3], [0.5, 0.1, 0.3]])

    assert borda(votes * [[1], [stretch], [1]]).tolist() == borda(votes).tolist()


def test_ranks_by_borda_differ_from_ranks_by_mean_where_one_task_outweighs_the_others() -> None:
    run = Made()
    for target, mine, other in (("pos", 50, 60), ("ner", 50, 60), ("nli", 99, 20)):
        run.scores({"qen": 99, "qaa": mine}, target=target)
        run.scores({"qen": 99, "qaa": other}, target=target, recipe="mnli")
    by_mean, by_borda = (board(run.cells, run.evidence, LANGUAGES, "task", how) for how in ("mean", "borda"))

    assert by_mean.blocks[-1].lines[0].system == System("mini", "none")
    assert by_borda.blocks[-1].lines[0].system == System("mini", "mnli")
    assert value(entry(by_borda.blocks[-1], BORDA, "mini + mnli")) == pytest.approx(2 / 3)
    assert ZERO_SHOT in by_borda.blocks[-1].columns


def test_an_incomplete_system_has_no_borda_count() -> None:
    run = made(none=60, mnli=70)
    run.score("qaa", 70, recipe="squad", target="pos")
    found = board(run.cells, run.evidence, LANGUAGES, "task", "borda").blocks[-1]

    assert isinstance(entry(found, BORDA, "mini + squad"), Hole)
    assert found.lines[-1].rank is None
