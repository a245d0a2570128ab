"""Boards for other programs: CSV, JSON, and JSON lines. Scores are shares, 0 to 1."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from xeval.boards.board import Block, Board, Hole
from xeval.boards.statistics import Estimate
from xeval.charts.markup import UNWRITABLE

SCHEMA = "xeval.leaderboard/1"
NUMBER_SCHEMA = "xeval.leaderboard.number/1"  # of a line of JSONL
LINE_HEADS = ["block", "rank", "rank_worst", "model", "recipe", "published"]
ENTRY_HEADS = ["group", "column", "kind", "value", "low", "high", "state", "reason"]
# What a spreadsheet would take for a formula (OWASP, CSV injection); a level such as @0.1 is none.
FORMULA = re.compile(r"[=+\-@\t\r](?!\d+(\.\d+)?$)")


def as_csv(board: Board) -> str:
    """A board as a long CSV table, a line for each number; texts that look like formulas begin with an apostrophe."""
    file = io.StringIO()
    writer = csv.DictWriter(file, LINE_HEADS + ENTRY_HEADS, lineterminator="\n")
    writer.writeheader()
    for block in board.blocks:
        writer.writerows({name: harmless(value) for name, value in record.items()} for record in records(block))
    return file.getvalue()


def harmless(value: Any) -> Any:
    """A text that no spreadsheet computes and no terminal obeys; numbers stay as they are."""
    if not isinstance(value, str):
        return value
    text = UNWRITABLE.sub("�", value)
    return f"'{text}" if FORMULA.match(text) else text


def records(block: Block) -> Iterator[dict[str, Any]]:
    """Every number of a block with all that it belongs to; a hole has no value, and a published number no bounds."""
    columns = [{"group": one.group, "column": one.name, "kind": one.kind} for one in block.columns]
    for line in block.lines:
        best, worst = line.rank or (None, None)
        about = {"block": block.title, "rank": best, "rank_worst": worst}
        about |= {"model": line.system.model, "recipe": line.system.recipe, "published": line.published}
        for its, entry in zip(columns, line.entries, strict=True):
            if isinstance(entry, Hole):
                yield about | its | {"state": entry.state, "reason": entry.reason}
            elif isinstance(entry, Estimate):
                bounds = {"value": entry.value, "low": entry.low, "high": entry.high}
                yield about | its | {"state": "done"} | bounds
            else:
                yield about | its | {"state": "done", "value": entry.value}


def as_jsonl(board: Board) -> str:
    """A line of JSON for each number, all with the same fields."""
    empty = {"schema": NUMBER_SCHEMA, "by": board.by} | dict.fromkeys(LINE_HEADS + ENTRY_HEADS)
    lines = (json.dumps(empty | its, ensure_ascii=False, allow_nan=False) for b in board.blocks for its in records(b))
    return "".join(f"{line}\n" for line in lines)


def as_json(board: Board) -> str:
    """A board as one JSON document, with its captions and notes."""
    document = {"schema": SCHEMA, **asdict(board)}
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
