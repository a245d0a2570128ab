"""What a study is given to analyse: scores in every resample, measurements, and predictions if it wants them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xeval.cell import Cell
from xeval.studies.design import Design, Probe, Selection
from xeval.values import Language

if TYPE_CHECKING:
    from xeval.studies.panel import Panel  # numpy, and listing plugins must not wait for it

Answers = Callable[[Cell], Mapping[str, str]]  # predictions of a cell by uid, as JSON texts
Measured = Mapping[str, Any]


@dataclass(frozen=True)
class PublishedScore:
    """A score found in print: a share, the mean over a benchmark's languages."""

    system: str
    task: str
    metric: str
    score: float
    source: str


@dataclass(frozen=True, eq=False)
class Results:
    """The results of a design. `probes` has a document for each probe and seed."""

    selection: Selection
    design: Design
    panels: tuple[Panel, ...]
    cells: tuple[Cell, ...]
    languages: Mapping[str, Language]  # all that are known, by code
    probes: Mapping[tuple[Probe, int], Measured] = field(default_factory=dict)
    answers: Answers = lambda cell: {}
    published: tuple[PublishedScore, ...] = ()

    def resource(self, code: str) -> int | None:
        """The resource class of a language, if it is known."""
        return self.languages[code].resource if code in self.languages else None
