"""What of a board is shown: filters of cells, the order of lines, the first of them."""

from __future__ import annotations

import pytest
from test_leaderboard import LANGUAGES, Made

from xeval.boards.board import Block, Board, Column, Hole, Line, System
from xeval.boards.choosing import filtered, first_lines, parse_filter, sorted_by
from xeval.boards.statistics import Estimate
from xeval.errors import BadValue, UnknownName

A, B, C = (System("mini", name) for name in ("a", "b", "c"))
NOISY = Column("@0.1", "under noise")
CHANGE = Column("@0.1", "change under noise", "change")


def about(value: float) -> Estimate:
    return Estimate(value, value, value)


def small() -> Board:
    lines = (
        Line(A, (1, 1), (about(0.9), about(0.2), about(-0.3))),
        Line(B, (2, 2), (about(0.8), about(0.4), Hole("failed", "because"))),
        Line(C, (3, 3), (about(0.7), about(0.3), about(-0.1))),
        Line(System("paper", "none"), None, (about(0.99), about(0.99), about(0.0)), published="a paper"),
    )
    return Board("task", (Block("pos", (Column("zero-shot"), NOISY, CHANGE), lines),))


def systems(board: Board) -> str:
    return "".join(line.system.recipe[0] for line in board.blocks[0].lines)


def made() -> Made:
    found = Made()
    for recipe in ("none", "mnli[qen,qaa]@far*0.5"):
        found.scores({"qen": 90, "qaa": 80, "qbb": 50}, recipe=recipe)
        found.score("qaa", 60, recipe=recipe, perturbation="noise.swap", level=0.1)
        found.score("qaa", 50, recipe=recipe, perturbation="noise.drop", level=0.1)
    return found


def left(text: str) -> list[tuple[str, str, str | None]]:
    return [(cell.recipe, cell.language, cell.perturbation) for cell in filtered(made().cells, text, LANGUAGES)]


# ------------------------------------------------------------------------------------------------------------ filters


def test_every_condition_must_hold() -> None:
    assert left("recipe=none,language=qbb") == [("none", "qbb", None)]


def test_one_of_several_values_is_enough_and_stars_stand_for_letters() -> None:
    assert {language for _, language, _ in left("language=qen|qb*")} == {"qen", "qbb"}


def test_what_must_not_be_is_left_out() -> None:
    assert {recipe for recipe, _, _ in left("intermediate!=mnli")} == {"none"}


def test_brackets_and_commas_of_a_recipe_stand_for_themselves() -> None:
    assert {recipe for recipe, _, _ in left("recipe=mnli[qen,qaa]@far*0.5,language=qaa")} == {"mnli[qen,qaa]@far*0.5"}


def test_languages_are_chosen_by_what_is_known_of_them_too() -> None:
    assert {language for _, language, _ in left("script=Cyrl")} == {"qbb"}
    assert {language for _, language, _ in left("family=A,resource=4")} == {"qaa"}


def test_clean_cells_stay_when_a_perturbation_is_chosen_since_changes_are_from_them() -> None:
    assert {perturbation for _, _, perturbation in left("perturbation=noise.swap")} == {None, "noise.swap"}


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("langage=sw", "Did you mean 'language'?"),
        ("language=qab", "Did you mean"),
        ("language", "FIELD=VALUE"),
        ("language=", "FIELD=VALUE"),
        ("perturbation=noise.swop", "Did you mean 'noise.swap'?"),
        ("language!=q*", "There is: qen, qaa, qbb."),
        ("", "FIELD=VALUE"),
        ("perturbation=ocr", "Known: noise.drop, noise.swap."),
    ],
)
def test_a_filter_that_finds_nothing_says_what_there_is(text: str, remedy: str) -> None:
    with pytest.raises((UnknownName, BadValue)) as caught:
        left(text)

    assert remedy in str(caught.value)


def test_a_filter_is_written_as_it_is_read() -> None:
    assert [str(one) for one in parse_filter("model = small , recipe!=a[b,c]|d")] == ["model=small", "recipe!=a[b,c]|d"]


# ------------------------------------------------------------------------------------------------------------- order


def test_lines_are_sorted_by_a_column_holes_last_and_published_lines_below() -> None:
    assert systems(sorted_by(small(), "under noise @0.1")) == "bcan"
    assert systems(sorted_by(small(), "under noise @0.1:up")) == "acbn"
    assert systems(sorted_by(small(), "change under noise @0.1")) == "cabn"
    assert systems(sorted_by(small(), "zero-shot:up")) == "cban"


def test_sorting_keeps_every_rank() -> None:
    ranks = {line.system: line.rank for line in small().blocks[0].lines}

    assert {line.system: line.rank for line in sorted_by(small(), "zero-shot:up").blocks[0].lines} == ranks


def test_a_name_that_means_two_columns_is_refused_with_both() -> None:
    with pytest.raises(BadValue, match=r"'under noise @0\.1' or 'change under noise @0\.1'"):
        sorted_by(small(), "@0.1")


def test_an_unknown_column_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="zero-shot"):
        sorted_by(small(), "zeroshot")


def test_the_first_lines_are_said_to_be_some_and_published_lines_stay() -> None:
    board = first_lines(small(), 2)

    assert systems(board) == "abn"
    assert "the first 2 of 3 systems; ranks are among all of them" in board.blocks[0].captions
    assert first_lines(small(), 3) == small()
