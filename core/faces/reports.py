"""A study's report: one HTML page that opens offline, the same in Markdown, and the findings for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from xeval.charts.chart import Chart as Drawn
from xeval.charts.chart import Point as Dot
from xeval.charts.chart import figure, figures, scrollable
from xeval.charts.curves import curves
from xeval.charts.heatmaps import heatmap
from xeval.charts.markup import Markup, element
from xeval.charts.page import page, section
from xeval.charts.scales import Axis
from xeval.charts.scatters import scatter
from xeval.contracts import Study
from xeval.faces.findingwords import EXPLORED, PLANNED, findings_markdown, rows_of
from xeval.faces.repeating import TITLE, Repeat, repeat_table, write_files
from xeval.studies.claiming import sentence
from xeval.studies.findings import Chart, Effect, Entry, Findings, Series, Table


def write_report(folder: Path, study: Study, found: Findings, repeat: Repeat) -> Path:
    """Write `index.html`, `report.md` and `findings.json`; give the page's path. Raises BadValue where it cannot."""
    texts = {
        "index.html": as_page(study, found, repeat),
        "report.md": findings_markdown(study, found, repeat),
        "findings.json": as_document(study, found, repeat),
    }
    return write_files(folder, texts)


def as_document(study: Study, found: Findings, repeat: Repeat) -> str:
    """Findings as JSON: `xeval.findings/1`; what is not known is null."""
    about = {"schema": "xeval.findings/1", "study": study.name, "version": study.version, "question": study.question}
    return json.dumps(known(about | asdict(found) | {"repeat": dict(repeat)}), indent=1, ensure_ascii=False)


def known(value: Any) -> Any:
    """The same without NaN and infinities, which JSON cannot say."""
    if isinstance(value, dict):
        return {str(name): known(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [known(one) for one in value]
    return None if isinstance(value, float) and (value != value or abs(value) == float("inf")) else value


def as_page(study: Study, found: Findings, repeat: Repeat) -> str:
    """Findings as one HTML page."""
    body = [
        section("Answer", element("p", found.answer), *(warning(text) for text in found.warnings), name="answer"),
        *(claims(title, found, planned) for title, planned in ((PLANNED, True), (EXPLORED, False))),
        *([section("Charts", figures(*(figure(drawn(o), o.caption) for o in found.charts)))] if found.charts else []),
        *(section(table.title, *table_parts(table)) for table in found.tables),
        *([section("Notes", *(element("p", note) for note in found.notes))] if found.notes else []),
        section(TITLE, repeat_table(repeat), name="repeat"),
    ]
    return page(f"xeval study: {study.name}", *body, lead=study.question)


def warning(text: str) -> Markup:
    """A warning that is not overlooked."""
    return element("p", element("strong", "Warning. "), text)


def claims(title: str, found: Findings, planned: bool) -> Markup:
    """The claims of a kind, if there are any."""
    items = [element("li", sentence(claim)) for claim in found.claims if claim.planned is planned]
    return section(title, element("ul", *items)) if items else Markup("")


def table_parts(table: Table) -> list[Markup]:
    """A table with its captions; as a heat map where it asks for that."""
    captions = [element("p", caption, class_="quiet") for caption in table.captions]
    if table.heat:
        values = [[plain(entry) for entry in row[1:]] for row in table.rows]
        names = [str(row[0]) for row in table.rows]
        axis = Axis(percent=table.unit == "points", signed=any(v < 0 for row in values for v in row if v != v or v < 0))
        cells = [["no score" if v != v else v for v in row] for row in values]
        return [figure(heatmap(table.title, names, table.heads[1:], cells, axis)), *captions]
    texts = rows_of(table)
    look = ["text" if of_text(column) else None for column in zip(*texts, strict=True)] or [None] * len(table.heads)
    head = element(
        "tr", *(element("th", name, scope="col", class_=c) for name, c in zip(table.heads, look, strict=True))
    )
    rows = [element("tr", *(element("td", t, class_=c) for t, c in zip(row, look, strict=True))) for row in texts]
    whole = element("table", element("thead", head), element("tbody", *rows), class_="numbers")
    return [scrollable(whole, table.title), *captions]


def of_text(column: Sequence[str]) -> bool:
    """Whether a column holds words, and no numbers with or without their intervals."""
    return any(text and not text[:1].isdigit() and text[:1] not in "+-–" for text in column)


def plain(entry: Entry) -> float:
    """The number of an entry; NaN if it is none."""
    if isinstance(entry, Effect):
        return entry.value
    return entry if isinstance(entry, float | int) else float("nan")


def drawn(of: Chart) -> Drawn:
    """A chart as the drawing that it asks for."""
    percent = "correlation" not in of.y_label
    x, y = Axis(of.x_label, log=of.log_x), Axis(of.y_label, percent=percent)
    if of.kind == "curves":
        return curves(of.title, {one.name: dots(one) for one in of.series}, x, y)
    return scatter(of.title, [dot for one in of.series for dot in dots(one)], x, y)


def dots(of: Series) -> list[Dot]:
    """The points of a series; the series is their group. A bound that is no number is none."""
    return [Dot(p.x, p.y, known(p.low), known(p.high), label=p.label, group=of.name) for p in of.points]
