"""A leaderboard as one HTML file: tables, heat maps, curves, and where every number is from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from xeval.boards.board import Block, Board, By, Line, System
from xeval.boards.languagegroups import in_order
from xeval.cell import Cell
from xeval.charts.chart import figure
from xeval.charts.markup import Markup, element, json_block
from xeval.charts.page import asset, page, section
from xeval.faces.boardcharts import LEVEL, SHARE, curve_figures, heat_figures, order_figures, ranking, side_by_side
from xeval.faces.boardtables import block_table, cell_facts, cell_table, facts_list
from xeval.faces.drawing import signs_of
from xeval.faces.fitting import abbreviated, letters_for
from xeval.faces.repeating import TITLE, Repeat, repeat_table
from xeval.values import Language

DEGENERATE, AND_MORE = "degenerate: ", "more of this kind"  # in what caveats say of models
MOST_ALIKE = 4
BESIDE: tuple[By, ...] = ("level", "order", "scale")  # views that the page's charts are drawn from


@dataclass(frozen=True)
class Shown:
    """What a page shows: a board, the `beside` ones that its charts are of, and all cells of the run."""

    name: str  # of the run
    finished: str
    board: Board
    beside: Mapping[str, Board]
    cells: Sequence[Cell]
    languages: Mapping[str, Language]
    repeat: Repeat = ()


def as_page(of: Shown) -> str:
    """The page; nothing in it is loaded from anywhere, and it can be sent by mail."""
    of, meanings = abbreviated_in(of)
    parts = list(sections(of))
    contents = element(
        "nav", *(element("a", title, href=f"#{name}") for title, name, _ in parts), aria_label="Contents"
    )
    body = [section(title, *inside, name=name) for title, name, inside in parts]
    data = json_block("facts", cell_facts(of.cells))
    lead = " · ".join(filter(None, (f"run {of.name}" if of.name else "", of.finished[:10], f"by {of.board.by}")))
    dialog = element("dialog", id="about", aria_labelledby="about-title")
    all_rows = Markup("<noscript><style>main [hidden]{display:revert!important}</style></noscript>")
    short = [element("p", meaning, class_="quiet") for meaning in meanings]
    top = [all_rows, facts_list(numbers_of(of.cells)), notes(of.board.notes), *short, contents]
    return page("Leaderboard", *top, *body, data, dialog, scripts=("tables.js",), style=asset("tables.css"), lead=lead)


def abbreviated_in(of: Shown) -> tuple[Shown, list[str]]:
    """A letter for each long list of languages in the names of systems, and what the letters mean."""
    letters = letters_for(dict.fromkeys(cell.recipe for cell in of.cells))
    beside = {by: with_names(board, letters) for by, board in of.beside.items()}
    cells = [replace(cell, recipe=abbreviated(cell.recipe, letters)) for cell in of.cells] if letters else of.cells
    meanings = [f"{letter[1:-1]} = {found[1:-1]}" for found, letter in letters.items()]
    return replace(of, board=with_names(of.board, letters), beside=beside, cells=cells), meanings


def with_names(board: Board, letters: Mapping[str, str]) -> Board:
    """A board with abbreviated names, in its sentences too."""

    def short(texts: Sequence[str]) -> tuple[str, ...]:
        return tuple(abbreviated(text, letters) for text in texts)

    def line(of: Line) -> Line:
        return replace(of, system=replace(of.system, recipe=abbreviated(of.system.recipe, letters)))

    blocks = tuple(
        replace(
            block,
            title=abbreviated(block.title, letters),
            lines=tuple(map(line, block.lines)),
            captions=short(block.captions),
            notes=short(block.notes),
        )
        for block in board.blocks
    )
    return replace(board, blocks=blocks, captions=short(board.captions), notes=short(board.notes))


def sections(of: Shown) -> Iterator[tuple[str, str, list[Markup]]]:
    """Title, anchor and content of every part that there is something to show in."""
    yield "Ranking", "ranking", list(board_part(of.board))
    heats = heat_figures(of.cells, systems_of(of.board), languages_of(of))
    if heats:
        yield "Language by task", "heat", [chooser(heats), *heats]
    noise = curve_figures(of.beside["level"], LEVEL) if "level" in of.beside else []
    if noise:
        yield "Noise", "noise", [side_by_side(noise)]
    orders = order_figures(of.beside["order"]) if "order" in of.beside else []
    if orders:
        yield "Language orders", "orders", [side_by_side(orders)]
    scales = curve_figures(of.beside["scale"], SHARE) if "scale" in of.beside else []
    if scales:
        yield "Amount of data", "scale", [side_by_side(scales)]
    yield "All cells", "cells", [element("p", CELLS, class_="quiet"), cell_table(of.cells)]
    if of.repeat:
        yield TITLE, "repeat", [repeat_table(of.repeat)]


CELLS = (
    "One row for each score: a system in a language, under a perturbation, from one seed. Intervals are over its items."
)


def board_part(board: Board) -> Iterator[Markup]:
    """The last block, which is the mean or the only one, with its ranks drawn; the others; what holds for all."""
    for block in board.blocks[-1:]:
        chart = ranking(block)
        yield from (figure(chart, "Bars are 95% intervals.", numbers=False),) if chart else ()
        yield block_part(block)
    each = [block_part(block) for block in board.blocks[:-1]]
    if each:
        yield element("details", element("summary", f"The other {len(each)} tables"), *each, open=len(each) < 3)
    yield from (element("p", caption, class_="quiet") for caption in board.captions)


def block_part(block: Block) -> Markup:
    """A table with its title, what its signs and columns mean, and what it shows."""
    captions = (element("p", caption, class_="quiet") for caption in (*signs_of(block), *block.captions))
    return element("div", element("h3", block.title), block_table(block), *captions, notes(block.notes))


def notes(texts: Iterable[str]) -> Markup:
    """What numbers show, in sentences; many remarks of one kind are folded, so that the ranks are seen first."""
    texts = list(texts)
    alike = [text for text in texts if DEGENERATE in text or text.endswith(AND_MORE)]
    if len(alike) <= MOST_ALIKE:
        return listed(texts)
    folded = element("details", element("summary", f"{len(alike)} remarks on degenerate models"), listed(alike))
    return Markup(listed([text for text in texts if text not in alike]) + folded)


def listed(texts: Sequence[str]) -> Markup:
    """Sentences as a list; nothing for none."""
    items = [element("li", text) for text in texts]
    return element("ul", *items, class_="notes") if items else Markup("")


def chooser(heats: Sequence[Markup]) -> Markup:
    """A place for the menu of systems, which the script fills in: without it, all maps stand below each other."""
    return element("div", class_="controls", id="chooser", data_count=len(heats))


def systems_of(board: Board) -> list[System]:
    """The systems of a board, best first."""
    return list(dict.fromkeys(line.system for b in reversed(board.blocks) for line in b.lines if not line.published))


def languages_of(of: Shown) -> list[str]:
    """Every language, from near to far."""
    codes = list(dict.fromkeys(cell.language for cell in of.cells))
    source = of.cells[0].source if of.cells else ""
    return [language.code for language in in_order(codes, source, of.languages)]


def numbers_of(cells: Sequence[Cell]) -> dict[str, str]:
    """What a run is made of."""
    holes = sum(cell.state in ("failed", "not-run") for cell in cells)
    counted: dict[str, set[object]] = {
        "systems": {(cell.model, cell.recipe) for cell in cells},
        "target tasks": {cell.target for cell in cells},
        "languages": {cell.language for cell in cells},
        "kinds of noise": {(cell.perturbation, cell.level) for cell in cells if cell.perturbation},
        "seeds": {cell.seed for cell in cells},
    }
    return {
        **{name: f"{len(found):,}" for name, found in counted.items()},
        "cells": f"{len(cells):,}",
        "missing": f"{holes:,}",
    }
