"""Inputs made once of a list of examples: kept in memory, and long lists in the store, mapped by all workers.

A file is named by what decides it and by its own digest: it is whole, or it is not used. It may go at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import fields
from functools import cache
from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

import xeval.formats
from xeval.files import remove, scratch_name
from xeval.formats.features import Feature, Format
from xeval.formats.subwords import Subwords
from xeval.hashing import digest, file_digest
from xeval.running.machine import installed_version
from xeval.tuning import Training

FOLDER: ContextVar[Path | None] = ContextVar("tokenised", default=None)
SETTINGS = ("max_length", "stride", "max_query")  # all that making inputs reads; another test holds this
LEAST = 20_000  # sub-words of a list from which on it is written: a shorter one is made as fast as it is opened
LONGEST = np.iinfo(np.int32).max  # numbers in a column of a file
MOST = 20_000_000  # sub-words that are kept in memory: 80 MB
KEPT: dict[str, tuple[list[Feature], int]] = {}  # with their sub-words


@contextlib.contextmanager
def kept_in(folder: Path) -> Iterator[None]:
    """Keep long lists of inputs in a folder, and take them from there, within the block."""
    token = FOLDER.set(folder)
    try:
        yield
    finally:
        FOLDER.reset(token)


def encoded(
    of: Format, examples: Sequence[Any], subwords: Subwords, settings: Training, labels: Sequence[str]
) -> list[Feature]:
    """What `of.encode` gives, made once. Features are shared between callers: do not write to their arrays."""
    return once(of.encode, examples, subwords, settings, labels)


def once(
    encode: Callable[[Sequence[Any], Subwords, Training, Sequence[str]], list[Feature]],
    examples: Sequence[Any],
    subwords: Subwords,
    settings: Training,
    labels: Sequence[str] = (),
) -> list[Feature]:
    """What an encoder of examples gives, made once for each content of examples, tokenizer and settings."""
    if not subwords.name or not examples:
        return encode(examples, subwords, settings, labels)
    about = [f"{encode.__module__}.{encode.__name__}", subwords.name, list(labels), code(), content_of(examples)]
    key = digest([*about, {name: getattr(settings, name) for name in SETTINGS}])
    if key not in KEPT:
        found = stored(key)
        if found is None:
            found = encode(examples, subwords, settings, labels)
            store(key, found)
        remember(key, found)
    return KEPT[key][0]


def remember(key: str, features: list[Feature]) -> None:
    """Keep a list in memory; the oldest go when there are more than fit."""
    KEPT[key] = features, sum(feature.tokens for feature in features)
    while len(KEPT) > 1 and sum(tokens for _, tokens in KEPT.values()) > MOST:
        del KEPT[next(iter(KEPT))]


def content_of(examples: Sequence[Any]) -> str:
    """A digest of examples: their classes, and every field of each, in their order."""
    values = {kind: attrgetter(*(field.name for field in fields(kind))) for kind in set(map(type, examples))}
    found = hashlib.sha256()
    for first in range(0, len(examples), 1000):  # not all at once: their texts would be in memory twice
        part = examples[first : first + 1000]
        found.update(repr([(type(example).__name__, values[type(example)](example)) for example in part]).encode())
    return found.hexdigest()


@cache
def code() -> str:
    """A digest of the code that makes inputs: after any change of it, they are made anew."""
    folder = Path(xeval.formats.__file__).parent
    files = {path.name: file_digest(path) for path in sorted(folder.glob("*.py"))}
    return digest([files, installed_version("tokenizers")])


# ----------------------------------------------------------------------------------------------------------- in files


def stored(key: str) -> list[Feature] | None:
    """A list of inputs from the folder; None if it is not there. One that is damaged is taken away."""
    folder = FOLDER.get()
    for path in (folder / key[:2]).glob(f"{key}-*.arrow") if folder else ():
        try:
            if file_digest(path)[:24] == path.stem.partition("-")[2]:
                with contextlib.suppress(OSError):
                    os.utime(path)  # it is of use: what is not, is pruned
                return features_in(pa.ipc.open_file(pa.memory_map(str(path))).read_all())
        except FileNotFoundError:
            continue  # another process took it away
        remove(path)
    return None


def store(key: str, features: list[Feature]) -> None:
    """Write a long list of inputs into the folder, whole or not at all; a disk that is full stops nothing.

    Nor does a list that is longer than a table of it can be.
    """
    folder = FOLDER.get()
    if folder is None or sum(feature.tokens for feature in features) < LEAST:
        return
    scratch = folder / key[:2] / scratch_name()
    try:
        scratch.parent.mkdir(parents=True, exist_ok=True)
        table = table_of(features)
        with pa.OSFile(str(scratch), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)
        scratch.replace(scratch.with_name(f"{key}-{file_digest(scratch)[:24]}.arrow"))
    except (OSError, OverflowError):
        with contextlib.suppress(OSError):
            remove(scratch)


def table_of(features: Sequence[Feature]) -> pa.Table:
    """Inputs as a table of one chunk: of each the flat numbers, and how many of them belong to whom."""
    rows = [row for feature in features for row in feature.sequences]
    ids = lists(rows, np.int32)
    width = max((feature.trace.shape[1] for feature in features if feature.trace.ndim == 2), default=0)
    columns = {
        "example": pa.array(np.array([feature.example for feature in features], dtype=np.int32)),
        "sequences": pa.ListArray.from_arrays(bounds([len(feature.sequences) for feature in features]), ids),
        "second": lists([np.array(feature.second) for feature in features], np.int32),
        "target": lists([feature.target for feature in features], np.int64),
        "trace": lists([feature.trace.ravel() for feature in features], np.int32),
    }
    return pa.table(columns).replace_schema_metadata({"trace": str(width)})


def lists(rows: Sequence[Any], kind: Any) -> pa.ListArray:
    """Rows of numbers."""
    flat = np.concatenate([np.zeros(0, dtype=kind), *(np.asarray(row, dtype=kind) for row in rows)])
    return pa.ListArray.from_arrays(bounds([len(row) for row in rows]), pa.array(flat))


def bounds(counts: Sequence[int]) -> pa.Array:
    """Where each of some rows begins, and the last one ends. Raises OverflowError for more than a table counts."""
    ends = np.concatenate([[0], np.cumsum(counts)])
    if ends[-1] > LONGEST:
        raise OverflowError(f"{ends[-1]:.0f} numbers in one column")
    return pa.array(ends.astype(np.int32))


def features_in(table: pa.Table) -> list[Feature]:
    """The inputs of a table. Their numbers stay where they are mapped."""
    width = int(table.schema.metadata[b"trace"])
    example, sequences, second, target, trace = (column.combine_chunks() for column in table.columns)
    ids, owners = parts(sequences.values), sequences.offsets.to_numpy()
    traces = parts(trace)
    rest = zip(example.to_pylist(), parts(second), parts(target), traces, strict=True)
    return [
        Feature(
            number,
            tuple(ids[owners[n] : owners[n + 1]]),
            tuple(starts.tolist()),
            goal,
            walk.reshape(-1, width) if width else walk,
        )
        for n, (number, starts, goal, walk) in enumerate(rest)
    ]


def parts(column: pa.ListArray) -> list[Any]:
    """The rows of numbers of a column, each a view of all of them."""
    flat, ends = column.values.to_numpy(), column.offsets.to_numpy().tolist()
    return [flat[first:last] for first, last in pairwise(ends)]
