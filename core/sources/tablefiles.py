"""Rows of tables in files: CSV, TSV, JSON, JSON lines, Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from xeval.sources.parquet import read_rows
from xeval.values import Row

FIELD_LIMIT = 16 * 2**20  # characters of one field: a passage is longer than the 131,072 that Python allows
csv.field_size_limit(FIELD_LIMIT)


def text_of(path: Path) -> str:
    """A file's text, in UTF-8 with or without a byte-order mark. Raises ValueError with the place of a bad byte."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"byte {error.start} of {path.name} is not UTF-8, in line {line}") from None


def comma_separated(paths: Sequence[Path], language: str) -> Iterator[Row]:
    """A CSV with a header; quotes may hold commas and line ends."""
    for path in paths:
        yield from _table(csv.reader(text_of(path).splitlines(keepends=True), strict=True), path)


def tab_separated(paths: Sequence[Path], language: str) -> Iterator[Row]:
    """A TSV with a header, one line a row; a quote is a character like any other."""
    for path in paths:
        yield from _table((line.split("\t") for line in _lines(path)), path)


def json_lines(paths: Sequence[Path], language: str) -> Iterator[Row]:
    """A file with a JSON object in each line."""
    for path in paths:
        for number, line in enumerate(_lines(path), 1):
            if line.strip():
                yield _object(_json(line, f"{path.name}, line {number}"), f"{path.name}, line {number}")


def json_array(paths: Sequence[Path], language: str) -> Iterator[Row]:
    """A file with one JSON array of objects, alone or under `data`."""
    for path in paths:
        whole = _json(text_of(path), path.name)
        rows = whole.get("data") if isinstance(whole, dict) else whole
        if not isinstance(rows, list):
            raise ValueError(f"{path.name} holds no array of objects")
        yield from (_object(row, f"{path.name}, object {number}") for number, row in enumerate(rows))


def parquet(paths: Sequence[Path], language: str) -> Iterator[Row]:
    """Parquet files."""
    yield from read_rows(paths, ())


def _table(lines: Iterable[list[str]], path: Path) -> Iterator[Row]:
    """Rows by the names in the first line. Raises ValueError for one with more or fewer fields."""
    rows, number = iter(lines), -1
    try:
        header = [name.strip() for name in next(rows, [])]
        for name in filter(None, header):
            if header.count(name) > 1:
                raise ValueError(f"{path.name} has two columns that are called {name!r}")
        for number, row in enumerate(rows):
            if row and row != [""]:
                yield dict(zip(header, _fitting(row, header, f"{path.name}, row {number}"), strict=True))
    except csv.Error as error:
        raise ValueError(f"{path.name}, after row {number}: {error}; is a quote left open?") from None


def _fitting(row: list[str], header: list[str], where: str) -> list[str]:
    if len(row) != len(header):
        raise ValueError(f"{where} has {len(row)} fields, and the header has {len(header)}")
    return row


def _lines(path: Path) -> list[str]:
    return text_of(path).replace("\r\n", "\n").split("\n")  # not splitlines, which cuts at odd characters too


def _json(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise ValueError(f"{where} is no JSON: {error}") from None


def _object(value: Any, where: str) -> Row:
    if not isinstance(value, dict):
        raise ValueError(f"{where} is no JSON object")
    return value
