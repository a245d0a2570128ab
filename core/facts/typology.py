"""Distances between languages from a user's table: pairs, or vectors of features such as URIEL's."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from xeval.errors import nearest
from xeval.facts.schema import read_as
from xeval.facts.yamlfile import Node, Problem, Problems, complain
from xeval.values import Language

PAIRS = ["from", "to", "distance"]
Apart = dict[str, dict[str, float]]  # code -> code -> distance


def with_distances(
    languages: Mapping[str, Language], files: Mapping[str, Node], problems: Problems
) -> dict[str, Language]:
    """The languages with what files say of how far they are from each other; `files` are by the name of the measure.

    A file is a table in CSV. With the columns from, to and distance it holds pairs, good in both directions. With
    `language` as its first column it holds vectors, and a distance is one minus the cosine between two of them, over
    the features that both have.
    """
    found = dict(languages)
    for measure, node in files.items():
        for code, others in _apart(node, found, problems).items():
            found[code] = replace(found[code], apart={**found[code].apart, measure: others})
    return found


def _apart(node: Node, known: Mapping[str, Language], problems: Problems) -> Apart:
    named = read_as(str, node, problems)
    path = Path(node.file).parent / Path(named).expanduser() if isinstance(named, str) else None
    if path is None or not path.is_file():
        complain(problems, node, f"there is no file {path}")
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row]
    if not rows or (rows[0] != PAIRS and rows[0][0] != "language"):
        problems.append(Problem(str(path), 1, "", f"the columns are neither {', '.join(PAIRS)} nor language, …"))
        return {}
    before = len(problems)
    table = _pairs(rows, path, problems) if rows[0] == PAIRS else _vectors(rows, path, problems)
    for code in sorted(set(table) - set(known)):
        close = nearest(code, known)
        near = f"; did you mean {close!r}?" if close else ""
        problems.append(Problem(str(path), 1, "", f"no language is called {code!r}{near}"))
    return table if len(problems) == before else {}


def _pairs(rows: Sequence[Sequence[str]], path: Path, problems: Problems) -> Apart:
    table: Apart = {}
    for line, row in enumerate(rows[1:], 2):
        value = _number(row[2]) if len(row) == 3 else None
        if value is None or not 0 <= value <= 1:
            problems.append(Problem(str(path), line, "", "is not two codes and a distance from 0 to 1"))
            continue
        table.setdefault(row[0], {row[0]: 0.0})[row[1]] = value
        table.setdefault(row[1], {row[1]: 0.0})[row[0]] = value
    return table


def _vectors(rows: Sequence[Sequence[str]], path: Path, problems: Problems) -> Apart:
    """Distances between vectors; a feature that is empty, or no number as `--` in URIEL, is not known."""
    vectors: dict[str, list[float | None]] = {}
    for line, row in enumerate(rows[1:], 2):
        if len(row) != len(rows[0]):
            problems.append(Problem(str(path), line, "", f"has {len(row)} columns, and the header {len(rows[0])}"))
        vectors[row[0]] = [_number(text) for text in row[1:]]
    return {one: {other: cosine_distance(vectors[one], vectors[other]) for other in vectors} for one in vectors}


def cosine_distance(one: Sequence[float | None], other: Sequence[float | None]) -> float:
    """One minus the cosine, over what both know; 1 if that is nothing.

    >>> round(cosine_distance([1.0, 0.0, None], [1.0, 1.0, 1.0]), 3)
    0.293
    """
    both = [(a, b) for a, b in zip(one, other, strict=False) if a is not None and b is not None]
    norms = math.hypot(*(a for a, _ in both)) * math.hypot(*(b for _, b in both))
    return min(1.0, max(0.0, 1 - sum(a * b for a, b in both) / norms)) if norms else 1.0


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
