"""Every face of a board: each number is in it, and no name or value breaks out of it."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_render import boards, screen, small_board

from xeval.boards.board import Block, Board, Column, Hole, Line, System
from xeval.boards.statistics import Estimate
from xeval.errors import BadValue
from xeval.faces.boardpage import Shown, as_page
from xeval.faces.boardscreen import MOST_SUMMARY, SUMMARY, Look, put
from xeval.faces.latex import ESCAPES, as_latex
from xeval.faces.latex import escaped as in_latex
from xeval.faces.markdown import as_github, as_markdown, escaped, on_github
from xeval.faces.painting import interval, number, rank
from xeval.faces.records import as_csv, as_json, as_jsonl


def as_html(board: Board) -> str:
    return as_page(Shown("abc", "", board, {}, [], {}))


READ_BY_PEOPLE: dict[str, Callable[[Board], str]] = {
    "table": lambda board: screen(board, 10_000),
    "markdown": as_markdown,
    "github": as_github,
    "latex": as_latex,
    "html": as_html,
}
READ_BY_PROGRAMS: dict[str, Callable[[Board], list[dict[str, object]]]] = {
    "csv": lambda board: [{**row} for row in csv.DictReader(io.StringIO(as_csv(board)))],
    "jsonl": lambda board: [json.loads(line) for line in as_jsonl(board).splitlines()],
    "json": lambda board: list(flat(json.loads(as_json(board)))),
}


def flat(document: dict[str, list[dict[str, list[dict[str, list[dict[str, object]]]]]]]) -> Iterator[dict[str, object]]:
    for block in document["blocks"]:
        for line in block["lines"]:
            yield from line["entries"]


def plain(text: str, face: str) -> str:
    """What a reader of the face sees, as far as numbers go."""
    if face == "html":
        return html.unescape(re.sub(r"<[^>]*>", " ", re.sub(r'title="([^"]*)"', r">\1<", text)))
    return text.replace("--", "–").replace("$", "") if face == "latex" else text


# ------------------------------------------------------------------------------------------------------ every number


@pytest.mark.parametrize("face", READ_BY_PEOPLE)
@settings(max_examples=25, deadline=None)
@given(board=boards())
def test_every_number_is_there_for_people(face: str, board: Board) -> None:
    text = plain(READ_BY_PEOPLE[face](board), face)

    for line in board.blocks[0].lines:
        assert rank(line) in text
        for column, entry in zip(board.blocks[0].columns, line.entries, strict=True):
            assert isinstance(entry, Hole) or number(column, entry) in text
            if isinstance(entry, Estimate) and (column.interval or face == "html"):
                assert interval(column, entry) in text


@pytest.mark.parametrize("face", READ_BY_PEOPLE)
def test_a_board_of_nothing_says_why(face: str) -> None:
    assert "nothing was run" in READ_BY_PEOPLE[face](Board("task", (), ("nothing was run",)))


@pytest.mark.parametrize("face", READ_BY_PROGRAMS)
@settings(max_examples=25, deadline=None)
@given(board=boards())
def test_every_number_is_there_to_the_last_digit_for_programs(face: str, board: Board) -> None:
    found = READ_BY_PROGRAMS[face](board)
    entries = [entry for line in board.blocks[0].lines for entry in line.entries]

    assert len(found) == len(entries)
    for row, entry in zip(found, entries, strict=True):
        if isinstance(entry, Hole):
            assert (row["state"], row["reason"]) == (entry.state, entry.reason)
        else:
            bounds = [float(str(row[name])) for name in ("value", "low", "high")]
            assert bounds == [entry.value, entry.low, entry.high]


def test_a_line_of_jsonl_says_its_schema_and_all_lines_have_the_same_fields() -> None:
    rows = [json.loads(line) for line in as_jsonl(small_board()).splitlines()]

    assert {row["schema"] for row in rows} == {"xeval.leaderboard.number/1"}
    assert len({tuple(row) for row in rows}) == 1
    assert rows[3] | {"state": "failed", "reason": "out of memory", "value": None} == rows[3]


# ----------------------------------------------------------------------------------------------------- hostile names

HOSTILE = (
    "<script>alert(1)</script>",
    "</td></tr></table><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "a|b\n| new | row |\n",
    "[link](javascript:alert(1)) ![x](http://x)",
    "`code` **bold** ~~struck~~ &lt;b&gt; <!-- ",
    "@everyone #12 $x$ :x:",
    "\\input{/etc/passwd} \\end{tabular} % & # _ ^ ~ {}",
    "\x1b[31m\x1b]0;title\x07\r\x08\x00\x9b2J\u202egnp.exe",
    "=cmd|' /C calc'!A0",
    "-2+3",
    "+1",
    "\t=1",
    "'''\"\"\",;\n\r",
)


def hostile_board(text: str) -> Board:
    """A board in which everything that can be a text is this one."""
    line = Line(System(text, text), (1, 1), (Estimate(0.5, 0.4, 0.6), Hole("failed", text)))
    quoted = Line(System(text, "none"), None, (Estimate(0.5, 0.4, 0.6), Hole("not-run", text)), published=text)
    columns = (Column(text, text), Column(text))
    return Board("task", (Block(text, columns, (line, quoted), (text,), (text,)),), (text,), (text,))


class Reader(HTMLParser):
    """The tags of a page, and any attribute that runs a script."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.handlers += [name for name, value in attrs if name.startswith("on") or "javascript:" in (value or "")]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_breaks_out_of_html(text: str) -> None:
    usual, found = Reader(), Reader()
    usual.feed(as_html(hostile_board("name")))
    found.feed(as_html(hostile_board(text)))

    assert found.tags == usual.tags
    assert [name for name in found.handlers if name.startswith("on")] == []


@pytest.mark.parametrize("face", [as_markdown, as_github])
@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_breaks_out_of_markdown(text: str, face: Callable[[Board], str]) -> None:
    usual, found = face(hostile_board("name")), face(hostile_board(text))
    outside = re.sub(r"<!-- -->|</?span>|</?details>|</?summary>", "", found)

    assert found.count("\n") == usual.count("\n")
    for before, after in zip(usual.split("\n"), found.split("\n"), strict=True):
        assert len(re.findall(r"(?<!\\)\|", before)) == len(re.findall(r"(?<!\\)\|", after))
    assert not re.search(r"(?<!\\)[<`\[]|(?<!\\)\*\*", outside)


def test_github_calls_nobody_and_links_to_nothing() -> None:
    text = on_github("mini + mnli[en,de]@english-first, see #12 and $x$")

    assert not re.search(r"@\w|#\d|(?<!>)\$", text)
    assert "@<!-- -->english-first" in text


def test_a_sentence_does_not_become_a_list_or_a_headline() -> None:
    assert [escaped(text)[:2] for text in ("- a", "+ a", "=== a")] == ["\\-", "\\+", "\\="]
    assert escaped("1. a") == "1\\. a"
    assert escaped("# a") == "\\# a"


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_breaks_out_of_latex(text: str) -> None:
    usual, found = as_latex(hostile_board("name")), as_latex(hostile_board(text))

    assert found.count("\n") == usual.count("\n")
    read = re.sub(r"^%.*$", "", found, flags=re.M)
    assert read.count("\\end{") == usual.count("\\end{")
    assert "\\input" not in read


@given(st.text(max_size=40))
def test_latex_has_no_sign_that_is_not_escaped(text: str) -> None:
    known = sorted(ESCAPES.values(), key=len, reverse=True)
    left = re.sub("|".join(map(re.escape, known)), "", in_latex(text))

    assert not re.search(r"[\\{}$&#%_^~]", left)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_steers_a_terminal(text: str) -> None:
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", screen(hostile_board(text), 100))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_spreadsheet_computes_nothing(text: str) -> None:
    rows = list(csv.reader(io.StringIO(as_csv(hostile_board(text)))))

    assert {len(row) for row in rows} == {14}
    for row in rows[1:]:
        assert not [cell for cell in row if re.match(r"[=+\-@\t\r]", cell) and not re.fullmatch(r"[-+@]?[\d.]+", cell)]


def test_levels_and_negative_numbers_are_no_formulas() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(small_board()))))

    assert rows[3]["column"] == "@0.1"
    assert rows[4]["value"] == "-0.0312"


def test_the_ten_signs_of_tex_are_set_as_letters() -> None:
    assert [in_latex(sign) for sign in "#$%&_{}"] == [f"\\{sign}" for sign in "#$%&_{}"]
    assert [in_latex(sign)[:5] for sign in "~^\\"] == ["\\text"] * 3


# ------------------------------------------------------------------------------------------------------------- latex


def test_the_best_is_bold_and_what_cannot_be_told_apart_from_it_has_a_dagger() -> None:
    block = small_board().blocks[0]
    lines = [
        replace(block.lines[0], system=System("mini", name), rank=place, entries=(Estimate(value, 0, 1),))
        for name, place, value in (("a", (1, 2), 0.7), ("b", (1, 2), 0.6), ("c", (3, 3), 0.5))
    ]
    text = as_latex(Board("task", (Block("pos", (Column("zero-shot"),), tuple(lines)),)))

    assert r"mini + a & \textbf{\boldmath 70.0}" in text
    assert r"mini + b & 60.0$^\dagger$" in text
    assert r"mini + c & 50.0 \\" in text
    assert r"$\dagger$ not separable from the best." in text


def test_less_is_better_where_a_column_says_so() -> None:
    lines = tuple(Line(System("mini", n), (1, 1), (Estimate(v, v, v),)) for n, v in (("a", 0.1), ("b", 0.3)))
    text = as_latex(Board("task", (Block("pos", (Column("gap", kind="change", less=True),), lines),)))

    assert r"\textbf{\boldmath $+10.0$}" in text


# ------------------------------------------------------------------------------------------------------------- where


def look(face: str = "github", output: Path | None = None) -> Look:
    return Look(by="task", published=False, face=face, output=output)


def test_a_summary_is_added_to_what_github_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv(SUMMARY, str(summary))
    put("a board\n", look())

    assert summary.read_text() == "before\na board\n"


def test_a_named_file_goes_before_the_summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SUMMARY, str(tmp_path / "summary.md"))
    put("a board\n", look(output=tmp_path / "mine.md"))

    assert [path.name for path in tmp_path.iterdir()] == ["mine.md"]


def test_a_summary_that_github_would_drop_is_refused_and_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SUMMARY, str(tmp_path / "summary.md"))
    with pytest.raises(BadValue, match="--format html"):
        put("x" * (MOST_SUMMARY + 1), look())

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="cannot be written"):
        put("a board\n", look(output=tmp_path / "nowhere" / "board.md"))
