"""What all reports have in common: the files that they are, and everything needed to repeat a run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from xeval.charts.chart import scrollable
from xeval.charts.markup import Markup, element
from xeval.errors import BadValue
from xeval.faces.markdown import escaped
from xeval.files import replacing
from xeval.running.results import RunRecord

TITLE = "To repeat this"
Repeat = Sequence[tuple[str, str]]


def rows_of_run(record: RunRecord) -> list[tuple[str, str]]:
    """A run: what was asked, when, on what machine, with which versions; and the keys of its evaluations."""
    machine, packages = record.machine, record.machine.get("packages")
    named = ((name, machine[name]) for name in ("processor", "cores", "system", "python") if name in machine)
    versions = packages.items() if isinstance(packages, dict) else ()
    return [
        *([("command", record.command)] if record.command else []),
        ("run", record.run),
        ("finished", record.finished),
        ("experiment", json.dumps(record.experiment, ensure_ascii=False)),
        ("machine", ", ".join(f"{name} {value}" for name, value in named)),
        ("versions", ", ".join(f"{name} {version}" for name, version in versions)),
        ("keys of evaluations", " ".join(dict.fromkeys(cell.key for cell in record.cells if cell.key))),
    ]


def repeat_table(repeat: Repeat) -> Markup:
    """The rows as a table of a page."""
    rows = [element("tr", element("th", name, scope="row"), element("td", element("code", v))) for name, v in repeat]
    return scrollable(element("table", element("tbody", *rows), class_="facts"), TITLE)


def repeat_markdown(repeat: Repeat) -> Iterator[str]:
    """The rows as lines of Markdown."""
    yield f"## {TITLE}\n"
    yield from (f"- {escaped(name)}: `{value}`" for name, value in repeat)


def write_files(folder: Path, texts: Mapping[str, str]) -> Path:
    """Write the files of a report, each whole; give the page's path. Raises BadValue where they cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            with replacing(folder / name) as scratch:
                scratch.write_text(text, encoding="utf-8")
    except OSError as error:
        reason = error.strerror or error
        raise BadValue(f"{folder} cannot be written: {reason}.", hint="Name another with --output.") from None
    return folder / "index.html"
