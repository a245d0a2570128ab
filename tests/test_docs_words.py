"""What the documents name is there: commands and options, files, links, and the figures of benchmarks."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from pages import ROOT, rows, text_of

from xeval.boards.choosing import fields_of
from xeval.cli import cli
from xeval.faces.boardcommands import FACES, VIEWS
from xeval.running.discovery import discover
from xeval.scores.metrics import METRICS
from xeval.scores.scoring import RULES

PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("examples/*/README.md"))]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
TYPED = re.compile(r"(?:^|^- |^- run: |then |&& )(xeval (?!\[).+?)(?=;|  #| # | \| |$)")
CODE = re.compile(r"`([^`\n]+)`")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
OTHERS = ("accelerate ", "pip ", "git ")  # commands that are not ours


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return re.sub(r"^    .*$", "", FENCED.sub("", text_of(page)), flags=re.MULTILINE)


def typed() -> list[str]:
    """Every command line of xeval in a block of any page, those of workflows among them."""
    texts = [text_of(page) for page in PAGES]
    fenced = (line for text in texts for _, block in FENCED.findall(text) for line in block.splitlines())
    indented = (line for text in texts for line in text.splitlines() if line.startswith("    "))
    return sorted({part.strip() for line in (*fenced, *indented) for part in TYPED.findall(line.strip())})


def commands(command: click.Command) -> Iterator[click.Command]:
    yield command
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            yield from commands(inner)


@pytest.mark.parametrize("line", typed())
def test_a_command_in_a_document_has_the_options_and_values_that_it_is_shown_with(line: str, tmp_path: Path) -> None:
    words = [str(tmp_path) if word == "DIR" else word for word in shlex.split(line, comments=True)[1:]]
    command, context = cli, click.Context(cli, info_name="xeval")
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        inner = command.get_command(context, words[0])
        assert inner, f"there is no command {words[0]!r}"
        command, words = inner, words[1:]  # type: ignore[assignment]

    assert command is not cli
    command.make_context(str(command.name), words, parent=context)  # raises for what it does not know


def test_documents_show_every_command() -> None:
    shown = " ".join(typed())
    lists = {"models", "languages", "suites"}  # named beside `xeval tasks list`, which they are like

    assert {name for name in cli.commands if f"xeval {name}" not in shown} == lists


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_an_option_in_a_sentence_is_one_of_a_command(page: Path) -> None:
    known = {word for command in commands(cli) for option in command.params for word in option.opts} | {"--help"}
    named = [span for span in CODE.findall(prose(page)) if not span.startswith(OTHERS)]

    assert {word for span in named for word in OPTION.findall(span)} - known == set()


@pytest.mark.parametrize("group", [one for one in commands(cli) if isinstance(one, click.Group)], ids=lambda g: g.name)
def test_what_a_command_is_for_is_not_cut_on_a_narrow_terminal(group: click.Group) -> None:
    context = click.Context(group, info_name="xeval", max_content_width=80, terminal_width=80)

    assert "..." not in group.get_help(context).partition("Commands:")[2]


def anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", FENCED.sub("", text_of(page)), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_link_into_a_page_finds_its_heading(page: Path) -> None:
    links = re.findall(r"\]\((?!http)([^)#]*)#([^)]+)\)", text_of(page))

    assert [(to, anchor) for to, anchor in links if anchor not in anchors(page.parent / to if to else page)] == []


def test_the_map_names_modules_that_are_there() -> None:
    named = re.findall(r"`((?:[\w-]+/)+[\w*]+\.\w+)`", text_of(ROOT / "docs" / "architecture.md"))

    assert len(named) > 60
    assert [name for name in named if not any([*(ROOT / "core").glob(name), *ROOT.glob(name)])] == []


def test_every_metric_and_every_kind_of_prediction_file_is_described() -> None:
    page = text_of(ROOT / "docs" / "scores.md")
    layouts = {(row[0].strip("`"), task) for row in rows("scores.md") for task in row[1].split(", ") if task in RULES}

    assert [name for name in METRICS if f"`{name}`" not in page and not name.startswith("pass_")] == []
    assert layouts == {(rules.suffix, task) for task, rules in RULES.items()}


def test_every_language_order_is_described() -> None:
    page = text_of(ROOT / "docs" / "recipes.md")

    assert [name for name in discover().orders if not re.search(rf"`{name}[`-]", page)] == []


def test_every_field_that_cells_can_be_chosen_by_is_named() -> None:
    page = text_of(ROOT / "docs" / "leaderboards.md")

    assert [name for name in (*fields_of({}), *VIEWS, *FACES) if f"`{name}`" not in page] == []


def test_every_schema_of_a_document_is_on_the_page_of_what_is_public() -> None:
    code = "".join(map(text_of, (ROOT / "core").glob("**/*.py")))
    schemas = set(re.findall(r'"(xeval\.[a-z.-]+/[0-9]+)"', code))

    assert "xeval.run/1" in schemas
    assert {one for one in schemas if f"`{one}`" not in text_of(ROOT / "docs" / "api.md")} == set()
