"""Reading what somebody else's system said: files in the layout of XTREME's submissions, every mistake with its row."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xeval.errors import BadFile, MissingData

Json = Any
MOST = 10  # mistakes told of one file


@dataclass(frozen=True)
class Line:
    """A line of a file without the spaces around it; the first line has the number 1."""

    number: int
    text: str


def files_in(folder: Path, task: str, suffix: str) -> dict[str, Path]:
    """The file of each language of a task: FOLDER/TASK/test-LANGUAGE.SUFFIX. Raises MissingData if there is none."""
    pattern = re.compile(rf"test-([A-Za-z][\w-]*)\.{suffix}")
    inside = folder / task
    names = sorted(path.name for path in inside.iterdir()) if inside.is_dir() else []
    found = {match[1]: inside / name for name in names if (match := pattern.fullmatch(name))}
    if not found:
        raise MissingData(
            f"There is no file test-LANGUAGE.{suffix} in {inside}.",
            hint=f"Files of {task} are expected as {folder}/{task}/test-en.{suffix} and so on.",
        )
    return found


def bad_file(path: Path, mistakes: Iterable[str], hint: str = "") -> BadFile:
    """The error for a file, with its first mistakes and how many more there are."""
    told = list(mistakes)
    rest = [f"and {len(told) - MOST} more"] if len(told) > MOST else []
    return BadFile(str(path), [*told[:MOST], *rest], hint=hint)


def text_of(path: Path) -> str:
    """What a file holds. Raises BadFile if it cannot be read, is not UTF-8, or is empty."""
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        wrong = f"line {row}: the byte 0x{data[error.start]:02x} is not UTF-8"
        raise bad_file(path, [wrong], "Save the file as UTF-8.") from None
    except OSError as error:
        raise bad_file(path, [f"it cannot be read: {error.strerror}"]) from None
    if not text.strip():
        raise bad_file(path, ["the file is empty"])
    return text


def lines_of(path: Path) -> list[Line]:
    """The lines of a file, without empty ones at its end; those inside count."""
    # Not str.splitlines, which parts at separators of Unicode too.
    texts = text_of(path).replace("\r\n", "\n").replace("\r", "\n").rstrip().split("\n")
    return [Line(number, text.strip()) for number, text in enumerate(texts, start=1)]


def full_lines_of(path: Path) -> list[Line]:
    """Lines of which none may be empty."""
    lines = lines_of(path)
    empty = [f"line {line.number}: it is empty" for line in lines if not line.text]
    if empty:
        raise bad_file(path, empty)
    return lines


def json_of(path: Path) -> Json:
    """The document in a file. Raises BadFile if it is no JSON, or if a name stands twice in one mapping."""
    twice: list[str] = []

    def unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        found: dict[str, Json] = {}
        for number, (name, value) in enumerate(pairs, start=1):
            if name in found:
                twice.append(f"entry {number}: {name!r} stands before it already")
            found[name] = value
        return found

    try:
        document = json.loads(text_of(path), object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise bad_file(path, [f"line {error.lineno}: it is no JSON: {error.msg}"]) from None
    if twice:
        raise bad_file(path, twice, "Each id is answered once.")
    return document


def mapping_of(path: Path) -> dict[str, Json]:
    """A mapping from ids. Raises BadFile if the document is something else."""
    document = json_of(path)
    if not isinstance(document, dict):
        raise bad_file(path, [f"it holds a {type(document).__name__}, where a mapping from ids is expected"])
    return document


def records_of(path: Path) -> Iterator[tuple[Line, dict[str, Json]]]:
    """The mapping in each line of a JSONL file."""
    for line in full_lines_of(path):
        try:
            record = json.loads(line.text)
        except json.JSONDecodeError as error:
            raise bad_file(path, [f"line {line.number}: it is no JSON: {error.msg}"]) from None
        if not isinstance(record, dict) or "label" not in record:
            raise bad_file(path, [f"line {line.number}: it is no mapping with a 'label'"])
        yield line, record
