"""What happens to a model before its target task, in one line: `mnli[en,de,sw]@english-first*0.1>squad`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from xeval.errors import BadValue

EMPTY = "none"
STEP = re.compile(
    r"(?P<task>[\w.-]+)"
    r"(?:\[(?P<languages>[\w,\s-]+)\])?"
    r"(?:@(?P<order>[\w.-]+))?"
    r"(?:\*(?P<scale>[\d.eE+-]+))?"
)


@dataclass(frozen=True)
class RecipeStep:
    """One intermediate task: in which languages (none: its source language), in which order, on what share of its data.

    Several languages without an order are mixed.
    """

    task: str
    languages: tuple[str, ...] = ()
    order: str = ""
    scale: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "scale", round(float(self.scale), 9))
        if not 0.0 < self.scale <= 1.0:
            raise BadValue(
                f"Recipe step {self.task!r} got scale {self.scale:g}; a scale is a share above 0, up to 1.",
                hint=f"Write {self.task}*0.1 for a tenth of the data.",
            )
        if self.order and len(self.languages) < 2:
            raise BadValue(
                f"Recipe step {self.task!r} has the order {self.order!r} but fewer than two languages to order.",
                hint=f"Write {self.task}[en,de,sw]@{self.order}.",
            )
        if len(set(self.languages)) < len(self.languages):
            raise BadValue(f"Recipe step {self.task!r} names a language twice: {', '.join(self.languages)}.")

    def __str__(self) -> str:
        languages = f"[{','.join(self.languages)}]" if self.languages else ""
        order = f"@{self.order}" if self.order else ""
        scale = f"*{self.scale:g}" if self.scale != 1.0 else ""
        return f"{self.task}{languages}{order}{scale}"


@dataclass(frozen=True)
class Recipe:
    """Intermediate tasks in sequence; no step at all is the baseline."""

    steps: tuple[RecipeStep, ...] = ()

    def __str__(self) -> str:
        return ">".join(map(str, self.steps)) or EMPTY

    @classmethod
    def parse(cls, text: str) -> Recipe:
        """Read a recipe.

        >>> str(Recipe.parse("mnli[en, de]@english-first > squad*0.10"))
        'mnli[en,de]@english-first>squad*0.1'
        """
        if text.strip() == EMPTY:
            return cls()
        return cls(tuple(parse_step(part.strip(), text) for part in text.split(">")))


def parse_step(part: str, whole: str) -> RecipeStep:
    """Read one step of the recipe `whole`."""
    match = STEP.fullmatch(part)
    if match is None:
        raise BadValue(
            f"{part!r} in the recipe {whole!r} is not TASK[languages]@order*scale.",
            hint="Examples: none, mnli, mnli>squad, mnli[en,de,sw]@english-first, mnli*0.1.",
        )
    try:
        scale = float(match["scale"] or 1.0)
    except ValueError:
        raise BadValue(f"Scale {match['scale']!r} in the recipe {whole!r} is not a number.") from None
    languages = tuple(code.strip() for code in (match["languages"] or "").split(",") if code.strip())
    return RecipeStep(match["task"], languages, match["order"] or "", scale)


def recipes_of(
    intermediates: Iterable[str], scales: Iterable[float], orders: Iterable[str], languages: tuple[str, ...]
) -> list[Recipe]:
    """The grid of recipes: the baseline, then each intermediate task at each scale, alone and in each order."""
    grid = [Recipe()]
    scales, orders = list(scales) or [1.0], list(orders)
    for task in intermediates:
        for scale in scales:
            grid.append(Recipe((RecipeStep(task, scale=scale),)))
            grid.extend(Recipe((RecipeStep(task, languages, order, scale),)) for order in orders)
    return grid
