"""The parts of a recipe: a task and how it is trained on, tasks trained on together, text beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, get_args

from xeval.errors import BadValue
from xeval.perturbation import PerturbationRef

SamplingKind = Literal["proportional", "uniform", "temperature", "capped"]
SAMPLINGS: tuple[SamplingKind, ...] = get_args(SamplingKind)
NEEDS_VALUE = ("temperature", "capped")
DEFAULT_CORPUS = "mlm"  # stands for the text that the model at hand was made for
CORPUS_SHARE = 0.1  # of the inputs of a training with masked LM beside it
NOISY_SHARE = 0.5  # of the examples of an augmented task


def number(value: float) -> str:
    """A number as short as can be, and no shorter: read again it is the same."""
    short = f"{value:g}"
    return short if float(short) == value else repr(value)


def checked_share(value: float, of: str, hint: str, *, whole: bool = True) -> float:
    """A share, rounded to what a key keeps. Raises BadValue unless it lies above 0 and up to (or below) 1."""
    value = round(float(value), 9)
    if not 0.0 < value <= 1.0 or (value == 1.0 and not whole):
        word = of.split()[-1]
        raise BadValue(f"{of} {value:g}; a {word} is a share above 0, {'up to' if whole else 'below'} 1.", hint=hint)
    return value


def checked_passes(value: float, task: str) -> float:
    """How many times as many passes, rounded to what a key keeps. Raises BadValue unless it is a number above 0."""
    value = round(float(value), 6)
    if not 0.0 < value < float("inf"):
        hint = f"Write {task}*0.1^10 for a tenth of the data, ten times as often."
        raise BadValue(f"Recipe step {task!r} got {value:g} times as many passes; it is a number above 0.", hint=hint)
    return value


@dataclass(frozen=True)
class Augment:
    """Noise on a share of the training examples of a task; the others stay clean, and there are as many as without."""

    noise: PerturbationRef
    share: float = NOISY_SHARE

    def __post_init__(self) -> None:
        hint = f"Write ~{self.noise}:0.5 to damage half of the examples."
        object.__setattr__(self, "share", checked_share(self.share, f"~{self.noise} got the share", hint))
        if self.noise.level == 0:
            raise BadValue(f"~{self.noise} changes nothing.", hint=f"Write ~{self.noise.name}@0.1.")

    def __str__(self) -> str:
        return f"~{self.noise}" + (f":{number(self.share)}" if self.share != NOISY_SHARE else "")


@dataclass(frozen=True)
class RecipePart:
    """One intermediate task: in which languages (none: its source language), in which order, on what share of its data.

    Several languages without an order are mixed. With `keep_head`, its head goes on to the next training that has the
    same format and labels. `passes` is how many times as often as the task says its data are gone through: a tenth of
    them ten times as often takes as many steps as all. `task` may be the name of a set of tasks, which then all have
    what is said of it.
    """

    task: str
    languages: tuple[str, ...] = ()
    order: str = ""
    scale: float = 1.0
    keep_head: bool = False
    augment: Augment | None = None
    passes: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "passes", checked_passes(self.passes, self.task))
        hint = f"Write {self.task}*0.1 for a tenth of the data."
        object.__setattr__(self, "scale", checked_share(self.scale, f"Recipe step {self.task!r} got scale", hint))
        if self.order and len(self.languages) < 2:
            raise BadValue(
                f"Recipe step {self.task!r} has the order {self.order!r} but fewer than two languages to order.",
                hint=f"Write {self.task}[en,de,sw]@{self.order}.",
            )
        if len(set(self.languages)) < len(self.languages):
            raise BadValue(
                f"Recipe step {self.task!r} names a language twice: {', '.join(self.languages)}.",
                hint="Leave one of them out.",
            )

    def __str__(self) -> str:
        languages = f"[{','.join(self.languages)}]" if self.languages else ""
        order = f"@{self.order}" if self.order else ""
        scale = f"*{number(self.scale)}" if self.scale != 1.0 else ""
        passes = f"^{number(self.passes)}" if self.passes != 1.0 else ""
        return f"{self.task}{'!' if self.keep_head else ''}{languages}{order}{scale}{passes}{self.augment or ''}"


@dataclass(frozen=True)
class Sampling:
    """How often each of several tasks has its turn: in proportion to n, to min(n, cap), to n^(1/T), or equally often.

    `value` is the cap, in examples, or the temperature T.
    """

    kind: SamplingKind = "proportional"
    value: float = 0.0

    def __post_init__(self) -> None:
        if (self.kind in NEEDS_VALUE) != (self.value > 0):
            raise BadValue(
                f"The sampling {self.kind!r} {'needs a number above 0' if self.kind in NEEDS_VALUE else 'has none'}.",
                hint="Write %temperature:2 or %capped:10000, or %uniform without a number.",
            )

    def __str__(self) -> str:
        return f"%{self.kind}" + (f":{number(self.value)}" if self.value else "")


@dataclass(frozen=True)
class CoTraining:
    """Masked LM beside the tasks: of which corpus, in which languages (none: all at hand), in which share of inputs."""

    corpus: str = DEFAULT_CORPUS
    languages: tuple[str, ...] = ()
    share: float = CORPUS_SHARE

    def __post_init__(self) -> None:
        hint = f"Write &{self.corpus}:0.1 for one input in ten; for text alone, write >{self.corpus} as a step."
        share = checked_share(self.share, f"&{self.corpus} got the share", hint, whole=False)
        object.__setattr__(self, "share", share)

    def __str__(self) -> str:
        languages = f"[{','.join(self.languages)}]" if self.languages else ""
        return f"&{self.corpus}{languages}" + (f":{number(self.share)}" if self.share != CORPUS_SHARE else "")


@dataclass(frozen=True)
class RecipeStep:
    """Tasks trained on together, each with a head of its own, and text beside them if there is any.

    Together means in no order: the parts stand in the order of their names, so that a+b and b+a are one recipe.
    """

    parts: tuple[RecipePart, ...]
    sampling: Sampling = field(default_factory=Sampling)
    beside: CoTraining | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", tuple(sorted(self.parts, key=lambda part: part.task)))
        check_together(self.parts)

    def __str__(self) -> str:
        sampling = str(self.sampling) if self.sampling != Sampling() else ""
        return f"{'+'.join(map(str, self.parts))}{sampling}{self.beside or ''}"


def check_together(parts: Iterable[RecipePart]) -> None:
    """Raise BadValue for parts that cannot be trained on together."""
    parts = tuple(parts)
    for one, other in pairwise(parts):
        if one.task == other.task:
            raise BadValue(f"The recipe mixes {one.task!r} with itself.", hint=f"Write {one.task}>{one.task}.")
    ordered = next((part for part in parts if part.order), None)
    if ordered and len(parts) > 1:
        raise BadValue(
            f"{str(ordered)!r} has an order of languages, and is mixed with other tasks: they would have no order.",
            hint="Leave the order out (its languages are then mixed too), or part the tasks by >.",
        )
    kept = [part.task for part in parts if part.keep_head]
    if len(kept) > 1:
        raise BadValue(
            f"Only one head can go on, and two are kept: {kept[0]}! and {kept[1]}!.", hint="Leave one ! out."
        )
