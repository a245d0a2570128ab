"""What a plugin must be: the six kinds, as Protocols."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import Protocol, runtime_checkable

from xeval.data import Data
from xeval.notices import Notice
from xeval.studies.design import Design, Selection
from xeval.studies.findings import Findings, Planned
from xeval.studies.results import Results
from xeval.tuning import Training
from xeval.values import Example, FormatName, Language, Passage, Phase, Piece, Row, Split


@runtime_checkable
class Perturbation(Protocol):
    """Damage to a text, at a level that means the same in every script."""

    name: str
    version: str  # raise it when the same seed would give another text: stored scores are then made again

    def covers(self, language: Language) -> bool:
        """Whether this damage means anything in the language; if not, its cells are shown as holes, not as clean."""
        ...

    def perturb(self, text: str, language: Language, level: float, rng: Random) -> Sequence[Piece]:
        """The pieces of the new text, in its order.

        All chance comes from `rng`, which is the same for every level of one text: what level 0.1 changes, level
        0.2 must change too. `xeval.api.change_words` and `change_characters` see to that.
        """
        ...


@runtime_checkable
class ManyPerturbation(Perturbation, Protocol):
    """A perturbation that changes many texts at once, which is faster; what it makes of one depends on no other."""

    def perturb_many(
        self, texts: Sequence[str], language: Language, level: float, seeds: Sequence[int]
    ) -> Sequence[Sequence[Piece]]:
        """The pieces of each new text; all chance of a text comes from its seed (0 to 2**63), whatever the level."""
        ...


@runtime_checkable
class LearningPerturbation(Perturbation, Protocol):
    """A perturbation that can learn what to put in from a task's examples and their translations."""

    learns: bool  # whether it must, before it covers a language; `into` may name the language that it learns from

    def learned(self, pairs: Sequence[tuple[str, str]], language: Language, other: Language) -> Perturbation:
        """The same, after it has seen texts in a language, each with what it is in the source language or in `into`."""
        ...


@runtime_checkable
class SearchingPerturbation(Perturbation, Protocol):
    """A perturbation of which several tries are predicted, and for each example the worst for the model is scored."""

    def tries(self, language: Language) -> Sequence[tuple[Perturbation, int]]:
        """What is tried on every example, each perturbation with the number of its luck; never none."""
        ...


@runtime_checkable
class LanguageOrder(Protocol):
    """From a set of languages to the phases in which a model is trained on them."""

    name: str
    version: str

    def phases(self, languages: Sequence[Language], source: Language) -> Sequence[Phase]:
        """Phases whose shares add up to 1, so that every order costs the same; `source` is the source language."""
        ...


@runtime_checkable
class OrderFamily(Protocol):
    """A language order whose name goes on with what it needs to know, after a hyphen: `random-1`."""

    def with_parameter(self, value: str) -> LanguageOrder:
        """The order that `value` makes of it; raises BadValue for one that means nothing."""
        ...


@runtime_checkable
class Task(Protocol):
    """A data set in a format."""

    name: str
    version: str  # raise it when the same rows would give other examples
    format: FormatName
    labels: tuple[str, ...]  # classification: labels; tagging: tags; otherwise empty
    languages: tuple[str, ...]  # those it has, the source language among them
    source_language: str
    training: Training

    def data(self, split: Split, language: str) -> Data:
        """Where the rows of a split in a language are."""
        ...

    def examples(self, rows: Iterable[Row], language: str) -> Iterator[Example]:
        """Rows to examples, one for one row unless the task says otherwise; who opened them is not its business."""
        ...


@runtime_checkable
class IntermediateTask(Task, Protocol):
    """A task that is only trained on, before the target task."""


@runtime_checkable
class TargetTask(Task, Protocol):
    """A task that is fine-tuned on in its source language and evaluated in each of its languages."""

    metric: str  # its headline metric, by name: see xeval.metrics
    trains_on: tuple[str, ...]  # tasks fine-tuned on in turn, by name; its own for its own training split; or none
    evaluates_on: Split  # the split that is scored


@runtime_checkable
class RankingTask(TargetTask, Protocol):
    """A target task of the format ranking: its queries search one pool, whatever language they are in."""

    pool_languages: tuple[str, ...]  # whose passages are searched together; "mul" for one pool that holds them all

    def pool_data(self, split: Split, language: str) -> Data:
        """Where the rows of a part of the pool are."""
        ...

    def passages(self, rows: Iterable[Row], language: str) -> Iterator[Passage]:
        """Rows to passages."""
        ...


@runtime_checkable
class Study(Protocol):
    """A research question: what is to be run to answer it, and how the answer is read from the results."""

    name: str
    version: str  # raise it when the same results would give other findings
    question: str
    contrasts: tuple[Planned, ...]  # what is compared, written down before it is run; all else is explored

    def design(self, selection: Selection) -> Design:
        """What to run, of what the user selected. Pure; raises BadValue for a selection that cannot answer."""
        ...

    def analyse(self, results: Results) -> Findings:
        """The findings. Pure: the same results, the same findings."""
        ...


class Tracking(Protocol):
    """An observer at work on one run; it is called in a process of its own, one call after the other."""

    def note(self, notice: Notice) -> None:
        """Take note of what happened; what it raises is counted, and told once."""
        ...

    def close(self) -> None:
        """The run is over."""
        ...


@runtime_checkable
class Observer(Protocol):
    """Something that follows runs: an experiment tracker. It can neither change, slow down nor stop them."""

    name: str
    version: str

    def check(self, to: str) -> None:
        """Raise BadValue, before anything is run, if it cannot write to where the user says."""
        ...

    def open(self, to: str) -> Tracking:
        """Begin to follow a run."""
        ...
