"""What the studies that ship share in reading results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xeval.analysis import Panel
from xeval.api import Results


def arms_of(results: Results, role: str) -> list[str]:
    """The recipes that play a role in the design, and have scores."""
    there = {recipe for panel in results.panels for recipe in panel.recipes}
    return [recipe for recipe, its in results.design.roles.items() if its == role and recipe in there]


def units_in(panels: Sequence[Panel]) -> int:
    """The fewest test items, or groups of items, that a target has."""
    return min((panel.units for panel in panels), default=0)


def note_of_languages(panels: Sequence[Panel], results: Results) -> Iterator[str]:
    """Which languages a mean is over, and which are left out since a score is missing."""
    for panel in panels:
        there = panel.zero_shot()
        lost = [code for code in panel.languages if code not in panel.complete() and code != panel.source]
        without = f"; not in {', '.join(lost)}, where scores are missing" if lost else ""
        yield f"{panel.target}: mean over {', '.join(there)}{without}."
