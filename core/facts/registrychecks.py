"""What must hold of the entries of a registry, beyond their types."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from xeval.errors import nearest
from xeval.facts.yamlfile import Node, Problems, complain

BENCHMARKS = ("xtreme", "xtreme-r", "xcopa")  # that boards put published scores beside
SCRIPT = re.compile(r"[A-Z][a-z]{3}")


def check_numbers(node: Node | None, bounds: Mapping[str, tuple[float, float]], problems: Problems) -> None:
    """Numbers under a node lie within their bounds, 0 and 1 unless said otherwise."""
    entries = node.value if node and isinstance(node.value, dict) else {}  # another shape is complained of elsewhere
    for name, child in entries.items():
        low, high = bounds.get(name, (0, 1))
        if isinstance(child.value, int | float) and (name in bounds or not bounds) and not low <= child.value <= high:
            complain(problems, child, f"is {child.value:g}, outside {low:g} to {high:g}")


def check_script(node: Node | None, problems: Problems) -> None:
    """The script of a language is a code: what covers a script goes by it."""
    if node and isinstance(node.value, str) and not SCRIPT.fullmatch(node.value):
        complain(problems, node, f"is {node.value!r}, and no code of ISO 15924 such as Latn, Cyrl, Arab")


def check_scores(node: Node | None, problems: Problems) -> None:
    """Published scores are of a known benchmark, and percents."""
    for row in _items(node):
        named = row.get("benchmark")
        if named and isinstance(named.value, str) and named.value not in BENCHMARKS:
            close = nearest(named.value, BENCHMARKS)
            hint = f"did you mean {close!r}?" if close else f"known: {', '.join(BENCHMARKS)}"
            complain(problems, named, f"no benchmark is called {named.value!r}; {hint}")
        tasks = row.get("scores")
        for metrics in tasks.value.values() if tasks and isinstance(tasks.value, dict) else ():
            check_numbers(
                metrics, dict.fromkeys(metrics.value if isinstance(metrics.value, dict) else (), (0, 100)), problems
            )


def check_suite(node: Node, models: Sequence[str], languages: Sequence[str], problems: Problems) -> None:
    """The models, controls and languages of a suite are known, and its levels are shares."""
    known = {"models": models, "controls": models, "languages": languages, "intermediate_languages": languages}
    for key, names in known.items():
        for child in _items(node.get(key)):
            if isinstance(child.value, str) and child.value not in names:
                close = nearest(child.value, names)
                hint = f"; did you mean {close!r}?" if close else ""
                if "/" in child.value:
                    hint = f"; name the folder: models: {{our-name: {{repository: {child.value}, family: ours}}}}"
                complain(problems, child, f"no {key.split('_')[-1].rstrip('s')} is called {child.value!r}{hint}")
    for child in _items(node.get("levels")):
        if isinstance(child.value, int | float) and not 0 <= child.value <= 1:
            complain(problems, child, f"is {child.value:g}; a level is a share between 0 and 1")


def _items(node: Node | None) -> Sequence[Node]:
    return node.value if node and isinstance(node.value, list) else ()
