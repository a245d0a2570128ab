"""What a study found: an answer, claims with their uncertainty, tables, charts and warnings. Faces draw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["higher", "lower", "equivalent", "undecided"]
Unit = Literal["points", "correlation", "number"]  # points are hundredths of a score


@dataclass(frozen=True)
class Effect:
    """An estimate with its 95% interval.

    `error` is its standard error and `df` the degrees of freedom of its t; `p` is two-sided, against zero. `seeds` and
    `items` are what it rests on: trainings, and the test items that are drawn independently of each other.
    """

    value: float
    low: float
    high: float
    p: float
    error: float = float("nan")
    df: float = float("inf")
    seeds: int = 1
    items: int = 0


@dataclass(frozen=True)
class Planned:
    """A comparison that a study's file names before anything is run. `margin` is the least that would matter.

    `words` say what it means if the estimate is above 0, below 0, and no difference that matters: three beginnings of
    a sentence that the estimate ends.
    """

    name: str
    statement: str
    margin: float = 0.01
    words: tuple[str, str, str] = ("", "", "")


@dataclass(frozen=True)
class Claim:
    """One comparison and what became of it. `p` is adjusted, for the planned ones or for the grid it is part of.

    `detectable` is the difference that the design would have shown with a power of 80%; `said` is what the verdict
    means in words, where the study has them.
    """

    name: str
    statement: str
    effect: Effect
    p: float
    verdict: Verdict
    planned: bool
    unit: Unit = "points"
    adjustment: str = ""
    margin: float | None = None
    detectable: float | None = None
    said: str = ""


Entry = str | float | Effect | None


@dataclass(frozen=True)
class Table:
    """Rows under heads; `unit` says how numbers are shown, `heat` asks for colours by size."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Entry, ...], ...]
    unit: Unit = "points"
    captions: tuple[str, ...] = ()
    heat: bool = False
    signed: bool = False  # whether estimates are differences, shown with their signs


@dataclass(frozen=True)
class Point:
    """A point of a chart, with the ends of its interval if it has one."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None
    label: str = ""


@dataclass(frozen=True)
class Series:
    """Points that belong together; a `fit` is a line without points of its own."""

    name: str
    points: tuple[Point, ...]
    fit: bool = False


@dataclass(frozen=True)
class Chart:
    """Curves with bands, or a scatter; y in the unit of the scores unless `y_label` says otherwise."""

    title: str
    kind: Literal["curves", "scatter"]
    series: tuple[Series, ...]
    x_label: str
    y_label: str
    log_x: bool = False
    caption: str = ""


@dataclass(frozen=True)
class Findings:
    """Everything that a report shows. `answer` is one paragraph; `warnings` say what the design cannot tell."""

    answer: str
    claims: tuple[Claim, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    figures: Mapping[str, float] | None = None  # further numbers, for programs
