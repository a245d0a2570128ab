"""Data that are not at hand, and what that leaves out: holes with their reason, and a remark for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from xeval.errors import MissingData

NO_RECIPE = "none"


@dataclass(frozen=True)
class Absence:
    """What could not be planned: a target after a recipe, in one language, or in all of them if it says none."""

    error: MissingData
    target: str
    recipe: str
    language: str = ""

    @property
    def reason(self) -> str:
        """Why, for a cell."""
        return f"Not at hand: {self.error}"


def remarks(absences: Iterable[Absence]) -> Iterator[str]:
    """A remark for each target whose languages are not all there, and one for each training that cannot be."""
    lacking: dict[str, dict[str, str]] = {}
    blocked: dict[str, list[Absence]] = {}
    for absence in absences:
        if absence.language:
            lacking.setdefault(absence.target, {}).setdefault(absence.language, absence.reason)
        else:
            blocked.setdefault(absence.reason, []).append(absence)
    for target, reasons in lacking.items():
        yield f"{target} is not scored in {', '.join(reasons)}. {next(iter(reasons.values()))}"
    for reason, cases in blocked.items():
        yield f"Not scored: {_spoken(cases)}. {reason}"


def _spoken(cases: Iterable[Absence]) -> str:
    """`xcopa`; `xquad after ccg`; `all after ccg`, if that is what several targets have in common."""
    targets, recipes = (
        list(dict.fromkeys(names)) for names in zip(*((c.target, c.recipe) for c in cases), strict=True)
    )
    if NO_RECIPE in recipes:
        return ", ".join(targets)
    return f"{'all' if len(targets) > 1 else targets[0]} after {', '.join(recipes)}"
