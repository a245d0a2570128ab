"""Findings as lines: what a terminal and Markdown have in common."""

from __future__ import annotations

import math
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from xeval.contracts import Study
from xeval.faces.listings import listing, printable
from xeval.faces.markdown import escaped, markdown_row
from xeval.faces.render import remark
from xeval.faces.repeating import Repeat, repeat_markdown
from xeval.studies.claiming import sentence
from xeval.studies.findings import Effect, Entry, Findings, Table, Unit

PLANNED, EXPLORED = "Planned before it was run", "Explored: found by looking, to be tested anew"


def number(entry: Entry, unit: Unit, signed: bool = False) -> str:
    """An entry of a table: points with one digit, correlations with two, other numbers with four significant ones.

    >>> number(0.1234, "points"), number(Effect(0.5, 0.1, 0.9, 0.01), "correlation", signed=True)
    ('12.3', '+0.50 (+0.10 to +0.90)')
    """
    if entry is None or isinstance(entry, str):
        return entry or ""
    if isinstance(entry, Effect):
        return estimate(entry, unit, "+" if signed else "")
    if not math.isfinite(entry):
        return "–"
    return f"{100 * entry:.1f}" if unit == "points" else f"{entry:.2f}" if unit == "correlation" else f"{entry:.4g}"


def estimate(of: Effect, unit: Unit, sign: str) -> str:
    """An estimate with its interval."""
    if not math.isfinite(of.value):
        return "–"
    scale, digits = (100, 1) if unit == "points" else (1, 2)
    value, low, high = (f"{scale * one:{sign}.{digits}f}" for one in (of.value, of.low, of.high))
    return f"{value} ({low} to {high})" if math.isfinite(of.low) else value


def rows_of(table: Table) -> list[list[str]]:
    """The rows of a table as texts."""
    return [[number(entry, table.unit, table.signed) for entry in row] for row in table.rows]


def draw_findings(on: Console, study: Study, found: Findings) -> None:
    """Findings on a terminal: answer, warnings, claims, tables."""
    on.print(Text(printable(f"{study.name}: {study.question}", on), style="bold"), overflow="fold")
    on.print()
    remark(on, found.answer)
    on.print()
    for warning in found.warnings:
        remark(on, f"Warning: {warning}", "!", "yellow")
    for title, planned in ((PLANNED, True), (EXPLORED, False)):
        claims = [claim for claim in found.claims if claim.planned is planned]
        if claims:
            on.print(Text(printable(title, on), style="bold"))
            for claim in claims:
                remark(on, sentence(claim), "•")
            on.print()
    for table in found.tables:
        on.print(listing(table.title, table.heads, rows_of(table)), end="")
        for caption in table.captions:
            remark(on, caption, style="dim")
        if table.captions:
            on.print()
    for note in found.notes:
        remark(on, note, style="dim")


def findings_markdown(study: Study, found: Findings, repeat: Repeat) -> str:
    """Findings as Markdown, with how to repeat them."""
    return "\n".join(_markdown_lines(study, found, repeat)) + "\n"


def _markdown_lines(study: Study, found: Findings, repeat: Repeat) -> Iterator[str]:
    yield f"# {escaped(study.name)}\n"
    yield f"{escaped(study.question)}\n"
    yield f"**Answer.** {escaped(found.answer)}\n"
    yield from (f"> **Warning.** {escaped(warning)}\n" for warning in found.warnings)
    for title, planned in ((PLANNED, True), (EXPLORED, False)):
        claims = [claim for claim in found.claims if claim.planned is planned]
        if claims:
            yield f"## {title}\n"
            yield from (f"- {escaped(sentence(claim))}" for claim in claims)
            yield ""
    for table in found.tables:
        yield from table_markdown(table)
    yield from (f"{escaped(note)}\n" for note in found.notes)
    yield from repeat_markdown(repeat)


def table_markdown(table: Table) -> Iterator[str]:
    """A table under its title."""
    yield f"## {escaped(table.title)}\n"
    yield markdown_row(table.heads)
    yield "| :--- |" + " ---: |" * (len(table.heads) - 1)
    yield from map(markdown_row, rows_of(table))
    yield ""
    yield from (f"{escaped(caption)}\n" for caption in table.captions)
