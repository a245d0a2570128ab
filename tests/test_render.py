from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from xeval.boards.board import GAP, SOURCE, ZERO_SHOT, Block, Board, Column, Hole, Line, System
from xeval.boards.statistics import Estimate
from xeval.faces.fitting import folded
from xeval.faces.listings import console, listing
from xeval.faces.markdown import as_markdown
from xeval.faces.painting import interval, number, rank
from xeval.faces.records import as_csv, as_json
from xeval.faces.render import draw
from xeval.faces.screens import say_on

NOISE = Column("@0.1", "under noise.keyboard")
CHANGE = Column("@0.1", "change under noise.keyboard", "change")
USUAL = System("mini", "mnli")
RECIPES = (
    "none",
    "mnli",
    "mini-mc[qen,qaa,qba]@english-first",
    "mnli[en,de,sw]@english-last*0.1>squad",
    "a-task-with-a-very-long-name-without-any-place-to-fold",
)

entries = st.one_of(
    st.floats(0, 1).map(lambda value: Estimate(value, value / 2, value)),
    st.sampled_from([Hole("failed", "out of memory"), Hole("not-offered"), Hole("not-run")]),
)
columns = st.lists(
    st.builds(
        Column,
        st.sampled_from(["zero-shot", "qen", "Indo-European: Indo-Aryan", "mini-retrieval", "@0.05", "@0.1"]),
        st.sampled_from(["", "under noise.keyboard", "zero-shot by target"]),
        st.sampled_from(["score", "change"]),
        st.booleans(),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@st.composite
def boards(draw_from: st.DrawFn) -> Board:
    found = tuple(draw_from(columns))
    systems = [
        System("xlm-roberta-base", recipe) for recipe in draw_from(st.sets(st.sampled_from(RECIPES), min_size=1))
    ]
    ranks = st.none() | st.tuples(st.integers(1, 9), st.integers(9, 123))
    lines = [
        Line(system, draw_from(ranks), tuple(draw_from(entries) for _ in found)) for system in sorted(systems, key=str)
    ]
    return Board("task", (Block("xquad (squad_f1)", found, tuple(lines), ("about 300 items",), ("a note",)),))


def screen(board: Board, width: int, **settings: bool | str) -> str:
    drawing = Console(width=width, file=io.StringIO(), highlight=False, **settings)  # type: ignore[arg-type]
    draw(drawing, board)
    written = drawing.file
    assert isinstance(written, io.StringIO)
    return written.getvalue()


def small_board(system: System = USUAL) -> Board:
    line = Line(
        system,
        (1, 2),
        (
            Estimate(0.6134, 0.581, 0.642),
            Estimate(0.9, 0.8, 1.0),
            Estimate(0.2866, 0.2, 0.3),
            Hole("failed", "out of memory"),
            Estimate(-0.0312, -0.05, -0.01),
        ),
    )
    return Board("task", (Block("pos (f1)", (ZERO_SHOT, SOURCE, GAP, NOISE, CHANGE), (line,)),), (), ("so it is",))


# --------------------------------------------------------------------------------------------------------------- width


@settings(max_examples=60, deadline=None)
@given(boards(), st.integers(40, 200))
def test_no_number_is_ever_cut_at_any_width(board: Board, width: int) -> None:
    text = screen(board, width)
    words = re.split(r"\s+", text)

    assert "…" not in text
    for line in board.blocks[0].lines:
        assert rank(line) in words
        for column, entry in zip(board.blocks[0].columns, line.entries, strict=True):
            assert number(column, entry) in words
            assert not column.interval or interval(column, entry) in text


@settings(max_examples=40, deadline=None)
@given(boards(), st.integers(60, 200))
def test_columns_go_to_another_table_before_they_go_over_the_edge(board: Board, width: int) -> None:
    assert max(map(len, screen(board, width).split("\n"))) <= width


def test_every_table_of_a_wide_block_begins_with_rank_and_system() -> None:
    line = Line(System("mini", "mnli"), (1, 1), tuple(Estimate(n / 100, 0, 1) for n in range(30)))
    wide = Board("language", (Block("pos", tuple(Column(f"q{n:02}") for n in range(30)), (line,)),))
    tables = screen(wide, 80).count("mini + mnli")

    assert tables == screen(wide, 80).count("rank") == 3
    assert screen(wide, 80).count("continued") == 2


def test_long_names_are_folded_where_a_part_of_the_recipe_begins() -> None:
    assert folded("mini + mnli[L]@english-first*0.1>squad", 22) == "mini + mnli[L]\n  @english-first*0.1\n  >squad"


def test_lists_of_languages_are_abbreviated_only_where_there_is_no_room() -> None:
    board = small_board(System("mini", "mini-mc[qen,qaa,qba]@english-first"))

    assert "mini-mc[qen,qaa,qba]@english-first" in screen(board, 200)
    assert "L = qen,qaa,qba" not in screen(board, 200)
    assert "mini-mc[L]" in screen(board, 80)
    assert "L = qen,qaa,qba" in screen(board, 80)


# --------------------------------------------------------------------------------------------------- numbers and signs


def test_scores_are_percent_with_one_decimal_and_changes_have_a_sign() -> None:
    text = screen(small_board(), 200)

    assert " 61.3  58.1–64.2 " in text
    assert " +28.7 " in text
    assert " -3.1\n" in text


def test_holes_are_signs_that_are_explained_if_they_are_there() -> None:
    text = screen(small_board(), 200)

    assert "✗ failed" in text
    assert "not run" not in text


def test_a_console_without_these_letters_gets_others() -> None:
    drawing = Console(width=100, file=io.TextIOWrapper(io.BytesIO(), encoding="ascii"), highlight=False)
    draw(drawing, small_board())
    drawing.file.flush()
    text = drawing.file.buffer.getvalue().decode("ascii")  # type: ignore[attr-defined]

    assert "58.1-64.2" in text
    assert "x failed" in text


# -------------------------------------------------------------------------------------------------------------- colour


def test_heat_is_painted_on_a_terminal_and_nothing_is_under_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = tuple(Line(System("mini", name), (1, 1), (Estimate(v, v, v),)) for name, v in (("none", 0.2), ("a", 0.9)))
    heat = Board("language", (Block("pos", (Column("qaa", heat=True),), lines),))

    assert "\x1b[38;2;255;255;255;48;2;68;1;84m" in screen(heat, 80, force_terminal=True, color_system="truecolor")
    assert "\x1b" not in screen(heat, 80)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "48;2" not in screen(heat, 80, force_terminal=True, color_system="truecolor")


# --------------------------------------------------------------------------------------------------------------- pipes


def test_what_is_piped_is_as_wide_as_it_needs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    line = Line(System("mini", "mnli"), (1, 1), tuple(Estimate(n / 100, 0, 1) for n in range(30)))
    draw(console(), Board("language", (Block("pos", tuple(Column(f"q{n:02}") for n in range(30)), (line,)),)))
    text = capsys.readouterr().out

    assert text.count("mini + mnli") == 1
    assert max(map(len, text.split("\n"))) < 300


def test_columns_says_how_wide_a_pipe_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "72")

    assert console().width == 72


@pytest.mark.parametrize(("is_terminal", "lines"), [(True, 2), (False, 1)])
def test_what_is_told_is_wrapped_between_words_on_a_terminal_alone(is_terminal: bool, lines: int) -> None:
    paper = Console(width=30, file=io.StringIO(), force_terminal=is_terminal, color_system=None)
    say_on(paper, "twelve rows of [the] split were used")
    text = paper.file.getvalue()  # type: ignore[attr-defined]

    assert len(text.splitlines()) == lines
    assert text.split() == ["note:", "twelve", "rows", "of", "[the]", "split", "were", "used"]


# --------------------------------------------------------------------------------------------------------------- lists


def listed(width: int, title: str, heads: list[str], rows: list[list[str]]) -> str:
    drawing = Console(width=width, file=io.StringIO(), highlight=False)
    drawing.print(listing(title, heads, rows))
    return drawing.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_a_list_wraps_words_and_never_loses_any() -> None:
    text = listed(40, "Stages", ["kind", "what", "count"], [["train", "[en, sw] and " + "word " * 20, "12,345"]])

    assert text.count("word") == 20
    assert "[en, sw]" in text
    assert "12,345" in text
    assert max(map(len, text.split("\n"))) <= 40


def test_a_long_word_of_a_list_is_broken_at_its_joints() -> None:
    text = listed(40, "Models", ["name", "weights"], [["xlmr", "FacebookAI/xlm-roberta-base-and-more-of-it"]])

    assert "FacebookAI/xlm-roberta-base-and-\n" in text
    assert "\n       more-of-it" in text


def test_a_list_with_too_many_columns_goes_on_in_another_table() -> None:
    text = listed(40, "Languages", ["code", *(f"measure{n}" for n in range(6))], [["qaa", *["0.12"] * 6]])

    assert text.count("0.12") == 6
    assert text.count("qaa") == 2
    assert max(map(len, text.split("\n"))) <= 40


def test_a_list_goes_on_in_another_table_before_its_words_are_broken() -> None:
    rows = [["sentence-retrieval", "ready", "an-org/a-data-set", "token_accuracy", "mnli, squad"]]
    text = listed(40, "Tasks", ["name", "state", "source", "metric", "fine-tuned on"], rows)

    assert text.count("sentence-retrieval") > 1
    assert all(word in text for word in ("an-org/a-data-set", "token_accuracy", "fine-tuned on"))
    assert max(map(len, text.split("\n"))) <= 40


def test_wide_columns_of_a_list_are_wrapped_before_narrow_ones() -> None:
    rows = [["xnli", "needs fetch", "google-research-datasets/" + "word-" * 4]]

    assert "needs fetch" in listed(40, "Tasks", ["name", "state", "source"], rows)


def test_an_info_page_needs_no_heads() -> None:
    assert listed(60, "Task xquad", ["", ""], [["format", "span_qa"]]).split("\n")[1].startswith("──")


def test_an_empty_list_shows_its_heads() -> None:
    assert "state" in listed(60, "Jobs", ["key", "state"], [])


# ---------------------------------------------------------------------------------------------------- hostile and files

HOSTILE = System("[bold]<b>", "mnli|`x`\x1b[31m\x07*[en,de,sw]")


@pytest.mark.parametrize("face", [lambda board: screen(board, 80), as_markdown])
def test_a_name_cannot_steer_a_terminal(face: Callable[[Board], str]) -> None:
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", face(small_board(HOSTILE)))


def test_a_name_cannot_break_a_markdown_table() -> None:
    rows = [line for line in as_markdown(small_board(HOSTILE)).split("\n") if line.startswith("|")]

    assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) == 1
    assert "<b>" not in "".join(rows)


def test_markdown_has_every_number() -> None:
    text = as_markdown(small_board())

    assert "| 1–2 | mini + mnli | 61.3 (58.1–64.2) | 90.0 | +28.7 | ✗ | -3.1 |" in text
    assert "- so it is" in text


def test_csv_has_a_line_for_each_number_and_holes_with_their_reason() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(small_board()))))

    assert [row["column"] for row in rows] == ["zero-shot", "source", "gap", "@0.1", "@0.1"]
    assert (rows[0]["model"], rows[0]["recipe"], rows[0]["value"], rows[0]["rank"]) == ("mini", "mnli", "0.6134", "1")
    assert (rows[3]["value"], rows[3]["state"], rows[3]["reason"]) == ("", "failed", "out of memory")


def test_json_says_its_schema_and_keeps_shares_as_shares() -> None:
    document = json.loads(as_json(small_board()))
    line = document["blocks"][0]["lines"][0]

    assert document["schema"] == "xeval.leaderboard/1"
    assert line["entries"][0] == {"value": 0.6134, "low": 0.581, "high": 0.642}
    assert line["entries"][3] == {"state": "failed", "reason": "out of memory"}
    assert line["rank"] == [1, 2]
