"""One registry file over another: entries are added, and replaced only by those that say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from xeval.errors import nearest
from xeval.facts.yamlfile import Node, Problems, complain

SECTIONS = ("languages", "models", "sources", "suites", "tasks", "files", "sets", "distances", "translators")
LISTS = ("scores", "allowed")

Entries = dict[str, dict[str, Node]]  # section -> name -> entry, without its `override`


def merged(old: Mapping[str, Mapping[str, Node]], tree: Node, problems: Problems) -> Entries:
    """The entries there were, and those of a file; what may not be replaced is kept and complained of."""
    if not isinstance(tree.value, dict):
        complain(problems, tree, f"is not a mapping with keys such as {', '.join(SECTIONS[:6])}")
        return {section: dict(entries) for section, entries in old.items()}
    for name, node in tree.value.items():
        if name not in (*SECTIONS, *LISTS):
            close = nearest(name, [*SECTIONS, *LISTS])
            hint = f"Did you mean {close!r}?" if close else f"Known: {', '.join((*SECTIONS, *LISTS))}."
            complain(problems, node, f"is not a known key. {hint}")
    return {section: {**old[section], **_added(section, old[section], tree, problems)} for section in SECTIONS}


def _added(section: str, old: Mapping[str, Node], tree: Node, problems: Problems) -> dict[str, Node]:
    """The entries of one section of a file that may go in."""
    node = tree.get(section)
    if node is None or node.value is None:
        return {}
    if not isinstance(node.value, dict):
        complain(problems, node, "is not a mapping from names to entries")
        return {}
    entries = {name: _entry(child, problems) for name, child in node.value.items()}
    return {name: entry for name, (entry, over) in entries.items() if _may(name, entry, over, old, problems)}


def _entry(node: Node, problems: Problems) -> tuple[Node, bool]:
    """An entry, and whether it says that it replaces another."""
    said = node.get("override")
    if said is None:
        return node, False
    if not isinstance(said.value, bool):
        complain(problems, said, f"is {said.value!r}, not true or false")
    rest = {name: child for name, child in node.value.items() if name != "override"}
    return replace(node, value=rest), said.value is True


def _may(name: str, entry: Node, over: bool, old: Mapping[str, Node], problems: Problems) -> bool:
    if name in old and not over:
        there = old[name].where
        complain(problems, entry, f"{name!r} is there already, from {there}; to replace it, add override: true")
    if name not in old and over:
        close = nearest(name, list(old))
        hint = f"did you mean {close!r}?" if close else "drop override: true"
        complain(problems, entry, f"there is no {name!r} to replace; {hint}")
    return (name in old) == over
