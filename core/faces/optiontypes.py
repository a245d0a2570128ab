"""What the values of options may be: names and numbers, parted by commas, within what makes sense."""

from __future__ import annotations

import math
import re
from typing import Any

import click

MOST = 10**12  # rows, steps, processes: more is a slip of the hand
OUTSIDE_BRACKETS = re.compile(r",(?![^\[]*\])")  # the commas that do not part the languages of a recipe


class CommaSeparated(click.ParamType[Any]):
    """Names in one argument, parted by commas."""

    name = "names"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Split at commas; what is split already stays."""
        if isinstance(value, tuple):
            return value
        parts = tuple(part.strip() for part in OUTSIDE_BRACKETS.split(str(value)) if part.strip())
        if not parts:
            self.fail("it is empty; leave the option out to mean the default", param, ctx)
        return parts


class Numbers(click.ParamType[Any]):
    """Numbers in one argument, parted by commas; each must be what the type of one allows."""

    name = "numbers"

    def __init__(self, one: click.ParamType[Any]) -> None:
        self.one = one

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[Any, ...]:
        """Split at commas; what is split already stays."""
        if isinstance(value, tuple):
            return value
        return tuple(self.one.convert(part.strip(), param, ctx) for part in str(value).split(","))


class FiniteRange(click.FloatRange):
    """A float of a range that is a number: `nan` is in every range, and `inf` in those without an end."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number; fails for one that is none."""
        found = super().convert(value, param, ctx)
        if not math.isfinite(found):
            self.fail(f"{value} is no finite number", param, ctx)
        return found


class Count(click.IntRange):
    """A number of things, within what any machine could hold; help shows the least alone."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number; fails for one that is out of range."""
        found = super().convert(value, param, ctx)
        if found > MOST:
            self.fail(f"{value} is not in the range {self.min}<=x<={MOST:,}", param, ctx)
        return found


def count(least: int = 1) -> Count:
    """A number of things, at least so many."""
    return Count(least)
