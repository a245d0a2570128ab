"""Boards and cells as tables of a page: sorted, filtered and asked where a number is from, by the page's script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

from xeval.boards.board import WORDS, Block, Column, Entry, Hole, Line, System
from xeval.boards.statistics import Estimate
from xeval.cell import Cell
from xeval.charts.colours import hexadecimal, letters_on
from xeval.charts.markup import Markup, element, joined, safe
from xeval.faces.painting import SIGNS, Spread, heat, interval, number, percent, rank, spread_of

SHOWN = 100  # rows that are drawn at once; the script brings the others, and sorts and filters all of them
CELL_HEADS = ("system", "task", "language", "perturbation", "level", "seed", "score", "95% interval", "n", "state")
FACETS = {"system", "task", "language", "perturbation", "level", "seed", "state"}


@lru_cache(maxsize=65536)
def said(text: str) -> str:
    """A text for a page: names come back in every row."""
    return safe(text)


def sortable(name: str, heads: Iterable[Markup], rows: Iterable[str], tools: bool, key: str = "") -> Markup:
    """A table that the script makes sortable; `tools` asks for a search, and for menus of columns with facets."""
    table = element("table", element("thead", *heads), Markup(f"<tbody>{''.join(rows)}</tbody>"), class_="sortable")
    framed = element("div", table, class_="wide", tabindex="0", role="region", aria_label=name)
    return element("div", framed, class_="rows", data_tools=tools, data_name=name, data_key=key or None)


def windowed(rows: Iterable[str]) -> Iterator[str]:
    """Rows; those beyond the first are hidden until asked for. Browsers close `tr`, `td` and `th` themselves."""
    for number_, row in enumerate(rows):
        yield f"<tr{' hidden' if number_ >= SHOWN else ''}{row}"


# ----------------------------------------------------------------------------------------------------------- blocks


def block_table(block: Block) -> Markup:
    """A block of a board: a row for each line, best first."""
    spread = spread_of(block)
    rows = (line_row(block, line, spread) for line in block.lines)
    return sortable(block.title, block_heads(block.columns), windowed(rows), len(block.lines) > 12)


def block_heads(columns: Sequence[Column]) -> Iterator[Markup]:
    """The heads of groups over the columns that they hold, then the names of the columns."""
    spans = [(group, len(list(members))) for group, members in groupby(columns, key=lambda column: column.group)]
    if any(group for group, _ in spans):
        over = (element("th" if g else "td", g, colspan=n, scope="colgroup" if g else None) for g, n in spans)
        yield element("tr", element("td", colspan=2), *over, class_="groups")
    names = (element("th", column.name, scope="col", data_head=column.head) for column in columns)
    yield element("tr", element("th", "rank", scope="col"), element("th", "system", scope="col"), *names)


def line_row(block: Block, line: Line, spread: Spread) -> str:
    """A row after its `<tr`: rank, system, entries."""
    best = line.rank[0] if line.rank else ""
    kind = ' class="published"' if line.published else ' class="first"' if best == 1 else ""
    about = f' title="{said(line.published)}"' if line.published else ""
    entries = "".join(entry_cell(c, e, spread) for c, e in zip(block.columns, line.entries, strict=True))
    name = f'<th scope="row"{about}><bdi>{said(str(line.system))}</bdi>'
    return f'{kind}><td data-v="{best}">{said(rank(line))}{name}{entries}'


def entry_cell(column: Column, entry: Entry, spread: Spread) -> str:
    """An entry: the number, its value for sorting, and its interval or the reason why there is none."""
    if isinstance(entry, Hole):
        why = said(": ".join(filter(None, (WORDS[entry.state], entry.reason))))
        sign = SIGNS[entry.state]
        return f'<td class="{entry.state}" title="{why}"><span aria-hidden="true">{sign}</span><i>{why}</i>'
    within = interval(column, entry)
    shown = f" <small>{within}</small>" if column.interval and within else ""
    title = f' title="{within}"' if isinstance(entry, Estimate) else ""
    paint = ""
    if column.heat and isinstance(entry, Estimate):
        colour = heat(column, entry.value, spread)
        paint = f' style="background:{hexadecimal(colour)};color:{letters_on(colour)}"'
    return f'<td data-v="{entry.value:.6g}"{title}{paint}>{number(column, entry)}{shown}'


# ------------------------------------------------------------------------------------------------------------ cells


def cell_table(cells: Sequence[Cell]) -> Markup:
    """A row for each cell of the run; where it is from stands in `cell_facts`, row by row."""
    heads = (element("th", name, scope="col", data_facet=name in FACETS) for name in CELL_HEADS)
    rows = (cell_row(number_, cell) for number_, cell in enumerate(cells))
    return sortable("All cells", [element("tr", *heads)], windowed(rows), True, "cells")


def cell_row(place: int, cell: Cell) -> str:
    """A row after its `<tr`."""
    system = said(str(System(cell.model, cell.recipe)))
    about = f'<th scope="row"><bdi>{system}</bdi><td>{said(cell.target)}<td>{said(cell.language)}'
    noise = f'<td>{said(cell.perturbation or "clean")}<td data-v="{cell.level:g}">{cell.level:g}'
    seed = f'<td data-v="{cell.seed}">{cell.seed}'
    if cell.score is None:
        score = f'<td class="{cell.state}">{SIGNS.get(cell.state, "")}<td>'
    else:
        score = f'<td data-v="{cell.score:.6g}">{percent(cell.score)}<td data-v="{cell.low}">{bounds(cell)}'
    return f' data-n="{place}">{about}{noise}{seed}{score}<td data-v="{cell.n}">{cell.n:,}<td>{cell.state}'


def bounds(cell: Cell) -> str:
    """The interval of a cell over its items."""
    return "" if cell.low is None or cell.high is None else f"{percent(cell.low)}–{percent(cell.high)}"


def cell_facts(cells: Sequence[Cell]) -> dict[str, Any]:
    """Where each cell is from, row by row, texts once and by number."""
    texts: dict[str, int] = {}

    def number_of(text: str) -> int:
        return texts.setdefault(text, len(texts))

    rows = [
        [
            *map(
                number_of, (str(System(cell.model, cell.recipe)), cell.target, cell.language, cell.perturbation or "")
            ),
            *map(number_of, (cell.metric, cell.key, cell.reason, cell.data, others(cell))),
        ]
        for cell in cells
    ]
    return {"texts": list(texts), "rows": rows}


def others(cell: Cell) -> str:
    """Every metric of the evaluation but the headline."""
    return ", ".join(f"{name} {percent(score)}" for name, score in cell.scores.items() if name != cell.metric)


def facts_list(facts: Mapping[str, str]) -> Markup:
    """What a run is made of, in numbers."""
    pairs = (element("div", element("dt", name), element("dd", value)) for name, value in facts.items())
    return element("dl", joined(pairs), class_="facts")
