"""A data set's folder as the hub lays it out: which files hold which split of which config."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from xeval.errors import BadFile, BadValue
from xeval.facts.yamlfile import parse_yaml, plain

Layout = Mapping[str, Mapping[str, tuple[Path, ...]]]  # config -> split -> files

REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
SHARD = re.compile(r"(?P<split>.+?)(-\d{5}-of-\d{5})?\.parquet")
DEFAULT = "default"  # the hub's name for the config of a data set that has only one


def repository_folder(hub: Path, repository: str) -> Path:
    """The folder of ORG/NAME under `hub`; raises BadValue for a name that would lead elsewhere."""
    if not REPOSITORY.fullmatch(repository) or ".." in repository:
        raise BadValue(f"{repository!r} is not the name of a repository.", hint="A repository is called ORG/NAME.")
    return hub / repository


def layout(folder: Path) -> Layout:
    """The Parquet files of every config and split, as README.md declares them, or else by the names of the files."""
    readme = folder / "README.md"
    stamp = readme.stat().st_mtime_ns if readme.is_file() else 0
    return _layout(folder, stamp, folder.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _layout(folder: Path, readme: int, changed: int) -> Layout:
    declared = _declared(folder) if readme else {}
    found = declared or _by_name(folder)
    return {config: found[config] for config in sorted(found)}


def _declared(folder: Path) -> dict[str, dict[str, tuple[Path, ...]]]:
    """What the `configs` of README.md say; nothing if there are none."""
    head = _front_matter(folder / "README.md")
    configs = head.get("configs") if isinstance(head, dict) else None
    if not isinstance(configs, list):
        return {}
    return {
        str(config.get("config_name", DEFAULT)): {
            split: tuple(path for pattern in patterns for path in _matches(folder, pattern))
            for split, patterns in _splits(config.get("data_files"))
        }
        for config in configs
        if isinstance(config, dict)
    }


def _front_matter(readme: Path) -> Any:
    """The data between the two lines of dashes that begin a README; None if there is none that can be read."""
    _, dashes, rest = readme.read_text(encoding="utf-8", errors="replace").partition("---\n")
    text, end, _ = rest.partition("\n---")
    try:
        return plain(parse_yaml(text, str(readme))) if dashes and end else None
    except BadFile:
        return None


def _splits(data_files: Any) -> Iterator[tuple[str, list[str]]]:
    """The hub's ways to say which files a split has: one pattern, a list of {split, path}, or {split: path}."""
    if isinstance(data_files, str):
        yield "train", [data_files]
    elif isinstance(data_files, dict):
        yield from ((str(split), _listed(paths)) for split, paths in data_files.items())
    elif isinstance(data_files, list):
        for item in data_files:
            yield (str(item.get("split")), _listed(item.get("path"))) if isinstance(item, dict) else ("train", [item])


def _listed(paths: Any) -> list[str]:
    return [str(path) for path in paths] if isinstance(paths, list) else [str(paths)]


def _matches(folder: Path, pattern: str) -> Sequence[Path]:
    if pattern.startswith("/") or ".." in pattern:
        return ()  # a README may not point out of its folder
    return sorted(path for path in folder.glob(pattern) if path.suffix == ".parquet")


def _by_name(folder: Path) -> dict[str, dict[str, tuple[Path, ...]]]:
    """CONFIG/SPLIT-00000-of-00001.parquet, or CONFIG/SPLIT/0000.parquet as the hub's own conversions are laid out."""
    found: dict[str, dict[str, tuple[Path, ...]]] = {}
    for path in sorted(folder.rglob("*.parquet")):
        *above, name = path.relative_to(folder).parts
        shard = SHARD.fullmatch(name)
        split = above.pop() if len(above) >= 2 else shard["split"] if shard else name
        config = above[0] if above and above != ["data"] else DEFAULT
        splits = found.setdefault(config, {})
        splits[split] = (*splits.get(split, ()), path)
    return found
