"""Phases of training: whether they are lawful, and what people call a part of a task's data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xeval.contracts import Task
from xeval.errors import BadPlugin
from xeval.values import Phase


def part_of(task: Task, shares: Mapping[str, float]) -> str:
    """Which part of a task's data is meant, for a label; nothing, for all of it in its source language."""
    total = sum(shares.values())
    amount = f" {total:.0%}" if total < 0.9999 else ""
    if not amount and list(shares) == [task.source_language]:
        return ""
    return f"[{'+'.join(shares) if len(shares) < 4 else f'{len(shares)} languages'}{amount}]"


def check_phases(order: str, phases: Iterable[Phase], languages: Iterable[str]) -> None:
    """Raise BadPlugin if an order's phases are not what they promise: known languages, shares that add up to 1."""
    phases, known = tuple(phases), set(languages)
    if stranger := next((phase for phase in phases if not isinstance(phase, Phase)), None):
        raise BadPlugin(
            f"The language order {order!r} gives {type(stranger).__name__} instead of a Phase.",
            hint="Return phases of xeval.api: Phase(languages, share).",
        )
    strangers = [code for phase in phases for code in phase.languages if code not in known]
    total = sum(phase.share for phase in phases)
    empty = any(not phase.languages or phase.share <= 0 for phase in phases)
    if strangers or empty or abs(total - 1.0) > 1e-6:
        raise BadPlugin(
            f"The language order {order!r} gives phases that are not lawful: "
            + (f"{strangers[0]!r} was not among the languages" if strangers else f"shares add up to {total:g}, not 1"),
            hint="Every phase has languages and a share above 0; the shares of all add up to 1.",
        )
