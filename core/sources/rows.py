"""Rows of data sets: from a local folder in the hub's layout, from the cache, or from the hub."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path

from xeval.data import PART, Data, FileData, HubData, JoinedData, MadeData
from xeval.errors import BadData, MissingData, nearest
from xeval.hashing import digest, file_digest
from xeval.sources.finding import Place, find_files, local_files, missing, parts_at_hand, pinned, spoken
from xeval.sources.parquet import columns_of, read_rows
from xeval.sources.rowfiles import find_paths, read_files
from xeval.sources.snapshots import network_forbidden, newest
from xeval.values import Json, Row

__all__ = ["Place", "Rows", "check_columns", "fingerprint", "open_rows", "require", "spoken"]


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
    if isinstance(data, FileData):
        return _files_fingerprint(data, place)
    return [_fingerprint(part, place) for part in parts_at_hand(data, place).values()]


def require(data: Data, place: Place) -> None:
    """Raise MissingData if the rows are not there; where the network is allowed, hub data are fetched for it."""
    if isinstance(data, FileData):
        _files_fingerprint(data, place)
    elif not isinstance(data, MadeData):
        for part in parts_at_hand(data, place).values():
            _check_language(part, find_files(part, place))


def open_rows(data: Data, place: Place, limit: int | None = None) -> Rows:
    """The rows, at most `limit` of them, each with at least the columns that the task reads.

    Columns of numbered labels hold names where the files know them. Raises MissingData, and BadData for absent columns.
    """
    if isinstance(data, MadeData):
        return Rows(islice(_numbered(data.name, data.make()), limit), data.name)
    if isinstance(data, FileData):
        return Rows(islice(_rows_of_files(data, place), limit), spoken(data))
    parts = [(n, part, find_files(part, place)) for n, part in parts_at_hand(data, place).items()]
    for _, part, paths in parts:
        check_columns(part, paths)
    joined = isinstance(data, JoinedData)
    rows = (
        _chosen(_numbered(spoken(part), _read(part, paths, {PART: n} if joined else {})), part.only)
        for n, part, paths in parts
    )
    return Rows(islice(chain.from_iterable(rows), limit), spoken(data))


def _numbered(name: str, rows: Iterable[Row]) -> Iterator[tuple[str, Row]]:
    return ((f"{name}, row {number}", row) for number, row in enumerate(rows))


def _chosen(rows: Iterable[tuple[str, Row]], only: tuple[str, str] | None) -> Iterator[tuple[str, Row]]:
    """The rows that are meant, of a split that holds many languages."""
    return (pair for pair in rows if only is None or _is_of(pair[1].get(only[0]), only[1]))


def _is_of(value: object, language: str) -> bool:
    return str(value).partition("-")[0] == language or str(value) == language


def _read(data: HubData, paths: Sequence[Path], mark: Row) -> Iterator[Row]:
    try:
        for row in read_rows(paths, _wanted(data)):
            yield {**row, **mark} if mark else row
    except (OSError, ValueError) as error:  # a file that is cut off, or is no Parquet
        raise BadData(spoken(data), f"cannot be read from {paths[0].parent}: {error}") from None


def check_columns(data: HubData, paths: Sequence[Path]) -> None:
    """Raise BadData if the files lack columns that the task reads."""
    try:
        found = columns_of(paths[0])
    except (OSError, ValueError) as error:
        raise BadData(spoken(data), f"cannot be read: {error}") from None
    lacking = [name for name in _wanted(data) if name not in found]
    if lacking:
        close = nearest(lacking[0], found)
        hint = f"Did you mean {close!r}?" if close else ""
        raise BadData(spoken(data), f"has no column {lacking[0]!r}; it has {', '.join(found)}", hint=hint)


def _wanted(data: HubData) -> tuple[str, ...]:
    """The columns to read; none is all of them."""
    by = (data.only[0],) if data.only and data.columns else ()
    return tuple(dict.fromkeys((*data.columns, *by)))


def _fingerprint(data: HubData, place: Place) -> Json:
    name: dict[str, Json] = {"repository": data.repository, "config": data.config, "split": data.split}
    if data.only:
        name["only"] = list(data.only)
    tried: list[str] = []
    if files := local_files(data, place, tried):
        check_columns(data, files)
        _check_language(data, files)
        return {**name, "content": digest([_content(path, *_stamp(path)) for path in files])}
    if network_forbidden(place.offline):
        find_files(data, place)
    return {**name, "revision": pinned(data, place) or _newest(data, place, tried)}


def _rows_of_files(data: FileData, place: Place) -> Iterator[tuple[str, Row]]:
    paths = _paths(data, place)
    named = f"{spoken(data)} ({paths[0]}{' and so on' if len(paths) > 1 else ''})"
    return _chosen(_numbered(named, read_files(data, paths)), data.only)


def _paths(data: FileData, place: Place) -> tuple[Path, ...]:
    """The files; if they are not there, MissingData says how to get them."""
    try:
        return find_paths(data)
    except MissingData as error:
        note = place.sources[data.name].note if data.name in place.sources else ""
        raise MissingData(error.message, hint=f"{note} {error.hint}".strip()) from None


def _files_fingerprint(data: FileData, place: Place) -> Json:
    content = digest([_content(path, *_stamp(path)) for path in _paths(data, place)])
    if data.only and next(_rows_of_files(data, place), None) is None:
        raise MissingData(f"{spoken(data)} has no rows of {data.only[1]!r} in the column {data.only[0]!r}.")
    return {"files": data.name, "reader": data.reader, "only": list(data.only or ()), "content": content}


def _check_language(data: HubData, files: Sequence[Path]) -> None:
    """Raise MissingData if the split holds no row of the language that is meant."""
    if data.only is None:
        return
    column, language = data.only
    there = sorted({name for path in files for name in _languages(path, column, *_stamp(path))})
    if not any(_is_of(name, language) for name in there):
        known = ", ".join(there[:12])
        raise MissingData(f"{spoken(data)} has no rows of {language!r}; it has {known}.")


@lru_cache(maxsize=4096)
def _languages(path: Path, column: str, size: int, changed: int) -> frozenset[str]:
    """What stands in a column, before the first hyphen."""
    return frozenset(str(row[column]).partition("-")[0] for row in read_rows([path], (column,)))


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
