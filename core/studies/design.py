"""What a study is given to choose from, and what it asks to be run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from xeval.errors import BadValue
from xeval.perturbation import PerturbationRef
from xeval.values import FormatName, Language

ProbeKind = Literal["profile", "fisher", "alignment", "consistency"]


@dataclass(frozen=True)
class TaskFacts:
    """What a study may know of a task before anything is run."""

    name: str
    format: FormatName
    languages: tuple[str, ...]
    source: str
    labels: int = 0
    trained: bool = True  # whether it is fine-tuned on anything of its own


@dataclass(frozen=True)
class Selection:
    """What a study chooses from: what the user said, and where the user was silent, what the suite says.

    `intermediates` are those named or chosen by the suite; `offered` are all that come with the targets' own plugins.
    `said` holds the names of what the user decided: a study keeps to that.
    """

    suite: str
    model: str
    targets: tuple[TaskFacts, ...]
    intermediates: tuple[TaskFacts, ...]
    offered: tuple[TaskFacts, ...]
    languages: Mapping[str, Language]  # to be evaluated in, by code
    intermediate_languages: tuple[str, ...] = ()
    perturbations: tuple[PerturbationRef, ...] = ()
    noise: tuple[str, ...] = ()  # perturbations that are at hand
    orders: tuple[str, ...] = ()
    scales: tuple[float, ...] = ()
    seeds: tuple[int, ...] = ()
    limit: int | None = None
    said: frozenset[str] = frozenset()

    @property
    def source(self) -> str:
        """The language that the targets are fine-tuned in."""
        return self.targets[0].source

    def zero_shot(self) -> tuple[str, ...]:
        """The languages that transfer goes to."""
        sources = {task.source for task in self.targets}
        return tuple(code for code in self.languages if code not in sources)


@dataclass(frozen=True)
class Probe:
    """A measurement of a model state, kept like any stage.

    `profile`: of a task's training data in a language, as the state without any recipe reads it. `fisher`: of the state
    after `recipe`, which was trained on the task. `alignment`: of the state after `recipe`, on a task whose items are
    translations of each other. `consistency`: of the state after `recipe`, fine-tuned on a target that chooses among
    labels or choices; how alike it ranks them for an item in the language and in the source language.
    """

    kind: ProbeKind
    task: str
    language: str
    recipe: str = "none"
    shelf: Literal["intermediate", "target"] = "intermediate"  # one name may stand on both


@dataclass(frozen=True)
class Design:
    """What is to be run: recipes by target tasks, languages, noise and seeds, and probes besides, for every seed."""

    recipes: tuple[str, ...]
    targets: tuple[str, ...]
    languages: tuple[str, ...]
    seeds: tuple[int, ...]
    perturbations: tuple[PerturbationRef, ...] = ()
    probes: tuple[Probe, ...] = ()
    warnings: tuple[str, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)  # recipe -> what it stands for in the analysis

    def __post_init__(self) -> None:
        if len(self.recipes) < 2:
            raise BadValue(
                "A study compares two recipes or more, and only one is left.",
                hint="Name an intermediate task with --intermediate; see: xeval tasks list",
            )
