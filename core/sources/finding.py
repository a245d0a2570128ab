"""Where the files of a data set are: in a folder laid out like the hub, in the cache, or on the hub."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from xeval.data import Data, FileData, HubData, JoinedData, MadeData
from xeval.errors import MissingData
from xeval.facts.registry import SourceEntry
from xeval.sources.converted import converted
from xeval.sources.hubfolder import DEFAULT, Layout, layout, repository_folder
from xeval.sources.rowfiles import spoken_files
from xeval.sources.snapshots import network_forbidden, snapshots

SHOWN = 6  # names in a message, those most like the one that is not there


@dataclass(frozen=True)
class Place:
    """Where data are looked for: first in the folder `hub`, then in the cache and on the network unless `offline`."""

    hub: Path | None = None
    offline: bool = False
    sources: Mapping[str, SourceEntry] = field(default_factory=dict, hash=False)


def spoken(data: Data) -> str:
    """The data by name, for messages.

    >>> spoken(HubData("facebook/xnli", "test", "de"))
    'facebook/xnli, config de, split test'
    """
    if isinstance(data, MadeData):
        return data.name
    if isinstance(data, FileData):
        return spoken_files(data)
    if isinstance(data, HubData):
        config = f", config {data.config}" if data.config else ""
        return f"{data.repository}{config}, split {data.split}"
    return " and ".join(map(spoken, data.parts))


def find_files(data: HubData, place: Place) -> tuple[Path, ...]:
    """The Parquet files of a split. Raises MissingData with what was tried, and what is there instead."""
    tried: list[str] = []
    found = local_files(data, place, tried) or _remote_files(data, place, tried)
    if not found:
        raise missing(data, place, tried)
    return found


def missing(data: HubData, place: Place, tried: Sequence[str]) -> MissingData:
    """The error that says where the data were looked for."""
    reasons = "; ".join(reason.rstrip(".") for reason in tried)
    return MissingData(f"There is no {spoken(data)}: {reasons}.", hint=_how(place))


def local_files(data: HubData, place: Place, tried: list[str]) -> tuple[Path, ...]:
    """The files of a split in the folder `hub`, if there is one and it has them; why not is added to `tried`."""
    if place.hub is None:
        return ()
    for repository in _repositories(data, place):
        folder = repository_folder(place.hub, repository)
        if not folder.is_dir():
            tried.append(f"no folder {folder}")
        elif files := _files_in(folder, data, tried) or _made_parquet(folder, data, tried):
            return files
    return ()


def _made_parquet(folder: Path, data: HubData, tried: list[str]) -> tuple[Path, ...]:
    """A split of a folder that holds no Parquet at all: CSV, JSON lines and what else the library reads."""
    if any(folder.rglob("*.parquet")):
        return ()
    try:
        return converted(folder, data)
    except MissingData as error:
        tried.append(error.message)
        return ()


def _remote_files(data: HubData, place: Place, tried: list[str]) -> tuple[Path, ...]:
    for repository in _repositories(data, place):
        revision = pinned(data, place) if repository == data.repository else ""
        try:
            for folder in snapshots(repository, revision, data.config, place.offline):
                if files := _files_in(folder, data, tried):
                    return files
        except MissingData as error:
            tried.append("not in the local cache" if network_forbidden(place.offline) else error.message)
    return ()


def _files_in(folder: Path, data: HubData, tried: list[str]) -> tuple[Path, ...]:
    found = layout(folder) if folder.is_dir() else {}  # a snapshot without files for the config is no folder at all
    config = data.config or (next(iter(found)) if len(found) == 1 else DEFAULT)
    files = tuple(path for path in found.get(config, {}).get(data.split, ()) if path.suffix == ".parquet")
    if not files:
        tried.append(_lacking(data.split, config, found, folder))
    return files


def _lacking(split: str, config: str, found: Layout, folder: Path) -> str:
    """What a folder has instead of the split that it lacks."""
    kind, name, known = ("split", split, list(found[config])) if config in found else ("config", config, list(found))
    closest = get_close_matches(name, known, n=SHOWN, cutoff=0.0)
    shown = ", ".join(closest) + (", …" if len(known) > SHOWN else "")
    return f"{folder} has no {kind} {name!r}; it has {shown or 'no Parquet files'}"


def _repositories(data: HubData, place: Place) -> tuple[str, ...]:
    source = place.sources.get(data.repository)
    return (data.repository, *(source.mirrors if source else ()))


def pinned(data: HubData, place: Place) -> str:
    """The revision that the registry gives for the data set; empty if none."""
    source = place.sources.get(data.repository)
    return source.revision if source else ""


def _how(place: Place) -> str:
    put = "Name a folder that holds it, laid out like the hub, with --hub DIR"
    where = f"Put it under {place.hub}" if place.hub else put
    return f"{where}, or allow the network." if network_forbidden(place.offline) else f"{where}."


def parts_at_hand(data: HubData | JoinedData, place: Place) -> dict[int, HubData]:
    """The parts that are there, by number; all of them must be, or at least one if they are optional."""
    if isinstance(data, HubData):
        find_files(data, place)
        return {0: data}
    absent: dict[int, MissingData] = {}
    for number, part in enumerate((*data.parts, *data.beside)):
        try:
            find_files(part, place)
        except MissingData as error:
            absent[number] = error
    lacking = [number for number in absent if number < len(data.parts)]
    if lacking and not (data.optional and len(lacking) < len(data.parts)):
        raise absent[lacking[0]]
    return {number: part for number, part in enumerate((*data.parts, *data.beside)) if number not in absent}
