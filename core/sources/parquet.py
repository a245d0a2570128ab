"""Rows of Parquet files, with names for numbered labels where the file knows them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet

from xeval.values import Row

CHUNK = 1024  # rows converted at a time

_Naming = Callable[[Any], Any]


def columns_of(path: Path) -> list[str]:
    """The names of a file's columns."""
    return list(pyarrow.parquet.read_schema(path).names)


def count_rows(paths: Sequence[Path]) -> int:
    """How many rows files hold, from their metadata."""
    return sum(int(pyarrow.parquet.read_metadata(path).num_rows) for path in paths)


def read_rows(paths: Sequence[Path], columns: Sequence[str]) -> Iterator[Row]:
    """The rows of files, one after the other; with no columns named, all of them. Raises OSError or ValueError."""
    for path in paths:
        with pyarrow.parquet.ParquetFile(path) as file:
            namings = _namings(file.schema_arrow.metadata or {})
            for batch in file.iter_batches(batch_size=CHUNK, columns=list(columns) or None):
                yield from (_named(row, namings) for row in batch.to_pylist())


def _named(row: dict[str, Any], namings: Mapping[str, _Naming]) -> Row:
    return {name: namings[name](value) if name in namings else value for name, value in row.items()}


# --------------------------------------------------------------------------------------------------- numbered labels
# The library `datasets` writes {"info": {"features": ...}} into a file's metadata: a ClassLabel has its names there.


def _namings(metadata: Mapping[bytes, bytes]) -> dict[str, _Naming]:
    """How to read the columns that hold numbers of labels, or lists of them."""
    try:
        features = json.loads(metadata[b"huggingface"])["info"]["features"]
        namings = {name: _naming(feature) for name, feature in features.items()}
    except (KeyError, TypeError, ValueError, AttributeError):
        return {}
    return {name: naming for name, naming in namings.items() if naming}


def _naming(feature: Any) -> _Naming | None:
    if isinstance(feature, list):  # how lists were written before datasets 4
        return _each(_naming(feature[0]))
    kind = feature.get("_type") if isinstance(feature, dict) else None
    if kind in ("Sequence", "List", "LargeList"):
        return _each(_naming(feature["feature"]))
    return _by_number(feature["names"]) if kind == "ClassLabel" else None


def _by_number(names: Sequence[str]) -> _Naming:
    # -1 is the hub's mark for "no label"; it stays a number, for the task to leave out
    return lambda value: names[value] if isinstance(value, int) and 0 <= value < len(names) else value


def _each(naming: _Naming | None) -> _Naming | None:
    return naming and (lambda values: [naming(value) for value in values or ()])
