"""Where the rows of a task are: on the hub, in files, or made on the spot."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from xeval.values import Json


@dataclass(frozen=True)
class HubData:
    """Rows of one split of a data set on the hub, or in a local folder in the hub's layout.

    `columns` are those that the task reads; a data set without them is refused before anything is run. Of a split that
    holds many languages, `only` says which rows are meant: a column, and what stands in it, alone or before a hyphen.
    """

    repository: str
    split: str
    config: str = ""
    columns: tuple[str, ...] = ()
    only: tuple[str, str] | None = None


@dataclass(frozen=True)
class FileData:
    """Rows of files of the user's own.

    `name` is the data set's, for messages and terms. `patterns` are tried in turn: each is a path in which * and **
    stand for anything, or several joined by ` + ` that are read side by side. `reader` is how: see xeval.rowfiles.
    """

    name: str
    split: str
    language: str
    patterns: tuple[str, ...]
    reader: str
    columns: tuple[str, ...] = ()
    only: tuple[str, str] | None = None


@dataclass(frozen=True)
class MadeData:
    """Examples that a task makes itself, from nothing but `params`; raise `version` when their meaning changes."""

    name: str
    version: str
    params: tuple[tuple[str, Json], ...]
    make: Callable[[], Iterable[Any]] = field(compare=False, repr=False)


@dataclass(frozen=True)
class JoinedData:
    """Rows of several splits, one after the other; a row's number of its part is under `PART`.

    Of `optional` parts, those that are not at hand are left out, as long as one is there. Those `beside` come after
    them, are numbered on, and are left out too if not at hand; they alone are not enough.
    """

    parts: tuple[HubData, ...]
    optional: bool = False
    beside: tuple[HubData, ...] = ()


PART = "@part"
Data = HubData | FileData | MadeData | JoinedData
