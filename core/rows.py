"""Rows of data sets: from a local folder in the hub's layout, from the cache, or from the hub."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path

from xeval.errors import BadData, MissingData, nearest
from xeval.finding import Place, find_files, local_files, missing, parts_at_hand, pinned, spoken
from xeval.hashing import digest, file_digest
from xeval.parquet import columns_of, read_rows
from xeval.snapshots import network_forbidden, newest
from xeval.values import PART, Data, HubData, JoinedData, Json, MadeData, Row

__all__ = ["Place", "Rows", "check_columns", "fingerprint", "open_rows", "spoken"]


@dataclass
class Rows:
    """Rows one by one; `at` says where the last one was, for messages. Rows count from 0, as on the hub's pages."""

    of: Iterable[tuple[str, Row]]
    at: str

    def __iter__(self) -> Iterator[Row]:
        for at, row in self.of:
            self.at = at
            yield row


def fingerprint(data: Data, place: Place) -> Json:
    """What the rows are known by: a digest of their files, a revision, what they are made from. Raises MissingData."""
    if isinstance(data, MadeData):
        return {"made": data.name, "version": data.version, "params": dict(data.params)}
    if isinstance(data, HubData):
        return _fingerprint(data, place)
    return [_fingerprint(part, place) for part in parts_at_hand(data, place).values()]


def open_rows(data: Data, place: Place, limit: int | None = None) -> Rows:
    """The rows, at most `limit` of them, each with at least the columns that the task reads.

    Columns of numbered labels hold names where the files know them. Raises MissingData, and BadData for absent columns.
    """
    if isinstance(data, MadeData):
        return Rows(islice(_numbered(data.name, data.make()), limit), data.name)
    parts = [(n, part, find_files(part, place)) for n, part in parts_at_hand(data, place).items()]
    for _, part, paths in parts:
        check_columns(part, paths)
    joined = isinstance(data, JoinedData)
    rows = (_numbered(spoken(part), _read(part, paths, {PART: n} if joined else {})) for n, part, paths in parts)
    return Rows(islice(chain.from_iterable(rows), limit), spoken(data))


def _numbered(name: str, rows: Iterable[Row]) -> Iterator[tuple[str, Row]]:
    return ((f"{name}, row {number}", row) for number, row in enumerate(rows))


def _read(data: HubData, paths: Sequence[Path], mark: Row) -> Iterator[Row]:
    try:
        for row in read_rows(paths, data.columns):
            yield {**row, **mark} if mark else row
    except (OSError, ValueError) as error:  # a file that is cut off, or is no Parquet
        raise BadData(spoken(data), f"cannot be read from {paths[0].parent}: {error}") from None


def check_columns(data: HubData, paths: Sequence[Path]) -> None:
    """Raise BadData if the files lack columns that the task reads."""
    try:
        found = columns_of(paths[0])
    except (OSError, ValueError) as error:
        raise BadData(spoken(data), f"cannot be read: {error}") from None
    lacking = [name for name in data.columns if name not in found]
    if lacking:
        close = nearest(lacking[0], found)
        hint = f"Did you mean {close!r}?" if close else ""
        raise BadData(spoken(data), f"has no column {lacking[0]!r}; it has {', '.join(found)}", hint=hint)


def _fingerprint(data: HubData, place: Place) -> Json:
    name = {"repository": data.repository, "config": data.config, "split": data.split}
    tried: list[str] = []
    if files := local_files(data, place, tried):
        check_columns(data, files)
        return {**name, "content": digest([_content(path, *_stamp(path)) for path in files])}
    if network_forbidden(place.offline):
        find_files(data, place)
    return {**name, "revision": pinned(data, place) or _newest(data, place, tried)}


def _newest(data: HubData, place: Place, tried: Sequence[str]) -> str:
    try:
        return newest(data.repository, data.config, place.offline)
    except MissingData as error:
        raise missing(data, place, [*tried, error.message]) from None


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


@lru_cache(maxsize=4096)
def _content(path: Path, size: int, changed: int) -> str:
    return file_digest(path)
