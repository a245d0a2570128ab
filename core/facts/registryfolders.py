"""Folders that a registry names: from where its file is, and not from where the command is typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from xeval.facts.schema import read_as
from xeval.facts.yamlfile import Node, Problems, complain


def folder_of(node: Node, problems: Problems) -> Path | None:
    """The folder that a node names; complains if it is not there."""
    named = read_as(str, node, problems)
    if not isinstance(named, str):
        return None
    folder = Path(node.file).parent / Path(named).expanduser()
    if not folder.is_dir():
        complain(problems, node, f"there is no folder {folder}")
    return folder


def placed(entries: Mapping[str, Any], nodes: Mapping[str, Node]) -> dict[str, Any]:
    """Entries whose `repository` may be a folder: `./FOLDER` and `../FOLDER` are seen from the file that says so."""
    return {name: _placed(entry, Path(nodes[name].file).parent) for name, entry in entries.items()}


def _placed(entry: Any, beside: Path) -> Any:
    if entry is None or not entry.repository.startswith("."):
        return entry
    folder = str(beside / entry.repository)
    return replace(entry, repository=folder if folder.startswith(("/", ".")) else f"./{folder}")
