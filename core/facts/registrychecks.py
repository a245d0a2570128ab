"""What must hold of the entries of a registry, beyond their types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xeval.errors import nearest
from xeval.facts.yamlfile import Node, Problems, complain


def check_numbers(node: Node | None, bounds: Mapping[str, tuple[float, float]], problems: Problems) -> None:
    """Numbers under a node lie within their bounds, 0 and 1 unless said otherwise."""
    entries = node.value if node and isinstance(node.value, dict) else {}  # another shape is complained of elsewhere
    for name, child in entries.items():
        low, high = bounds.get(name, (0, 1))
        if isinstance(child.value, int | float) and (name in bounds or not bounds) and not low <= child.value <= high:
            complain(problems, child, f"is {child.value:g}, outside {low:g} to {high:g}")


def check_suite(node: Node, models: Sequence[str], languages: Sequence[str], problems: Problems) -> None:
    """The models, controls and languages of a suite are known, and its levels are shares."""
    known = {"models": models, "controls": models, "languages": languages, "intermediate_languages": languages}
    for key, names in known.items():
        for child in _items(node.get(key)):
            if isinstance(child.value, str) and child.value not in names:
                close = nearest(child.value, names)
                hint = f"; did you mean {close!r}?" if close else ""
                complain(problems, child, f"no {key.split('_')[-1].rstrip('s')} is called {child.value!r}{hint}")
    for child in _items(node.get("levels")):
        if isinstance(child.value, int | float) and not 0 <= child.value <= 1:
            complain(problems, child, f"is {child.value:g}; a level is a share between 0 and 1")


def _items(node: Node | None) -> Sequence[Node]:
    return node.value if node and isinstance(node.value, list) else ()
