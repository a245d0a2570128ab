"""What happens to a model before its target task, in one line: `mnli[en,de,sw]@english-first*0.1>squad+qqp&mlm`.

recipe   = ("none" | step {">" step}) {option}
step     = part {"+" part} ["%" sampling] ["&" corpus]
part     = TASK {"!" | "[" LANGUAGE {"," LANGUAGE} "]" | "@" ORDER | "*" SCALE | "^" PASSES | noise}
noise    = "~" NOISE "@" LEVEL [":" SHARE]
sampling = "proportional" | "uniform" | "temperature" ":" T | "capped" ":" EXAMPLES
corpus   = ("mlm" | TASK) ["[" LANGUAGE {"," LANGUAGE} "]"] [":" SHARE]
option   = "fewshot=" EXAMPLES | "adapter=lora" [":" RANK] | "translator=" NAME
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from xeval.errors import BadValue
from xeval.perturbation import PerturbationRef
from xeval.plans.recipeparts import (
    CORPUS_SHARE,
    NOISY_SHARE,
    SAMPLINGS,
    Augment,
    CoTraining,
    RecipePart,
    RecipeStep,
    Sampling,
)
from xeval.plans.scanner import Scanner

EMPTY = "none"
OPTION = re.compile(r"\w+(?==)")
VALUE = re.compile(r"[^\s=]+")
ADAPTER = re.compile(r"lora(?::[1-9]\d*)?")


@dataclass(frozen=True)
class Recipe:
    """Steps in sequence, none of which is the baseline; and what holds of the whole pipeline.

    `fewshot` examples of each evaluated language are trained on last of all; every training is of an `adapter` where
    one is named; a `translator` makes the training data that a task lacks in a language.
    """

    steps: tuple[RecipeStep, ...] = ()
    fewshot: int = 0
    adapter: str = ""
    translator: str = ""

    def __post_init__(self) -> None:
        if self.adapter and not ADAPTER.fullmatch(self.adapter):
            raise BadValue(f"No adapter is called {self.adapter!r}.", hint="Write adapter=lora, or adapter=lora:16.")
        if self.fewshot < 0:
            raise BadValue(f"fewshot is {self.fewshot}; it is a number of examples, 0 or more.")

    def __str__(self) -> str:
        options = [f"{name}={value}" for name in OPTIONS if (value := getattr(self, name))]
        return " ".join([">".join(map(str, self.steps)) or EMPTY, *options])

    @classmethod
    def parse(cls, text: str) -> Recipe:
        """Read a recipe. Raises BadValue with the line, and a caret where it cannot be read.

        >>> str(Recipe.parse("squad*0.10 + mnli[en, de] & mlm:0.1 > qqp"))
        'mnli[en,de]+squad*0.1&mlm>qqp'
        """
        line = Scanner(text.strip())
        if re.match(rf"{EMPTY}(?![\w.-])", line.line):
            line.at = len(EMPTY)
            return cls((), **read_options(line))
        steps = [read_step(line)]
        while line.takes(">"):
            steps.append(read_step(line))
        return cls(tuple(steps), **read_options(line))


OPTIONS = tuple(one.name for one in fields(Recipe) if one.name != "steps")


def read_step(line: Scanner) -> RecipeStep:
    """Tasks that are trained on together, how they take turns, and the text beside them."""
    parts = [read_part(line)]
    while line.takes("+"):
        parts.append(read_part(line))
    sampling = read_sampling(line) if line.takes("%") else Sampling()
    return RecipeStep(tuple(parts), sampling, read_beside(line) if line.takes("&") else None)


def read_part(line: Scanner) -> RecipePart:
    """A task and what is said of it, in any order, each once."""
    line.skip()
    start, task = line.at, line.name("the name of an intermediate task")
    if task == EMPTY:
        line.at = start
        line.fail(f"a task: {EMPTY} stands for no step at all")
    found: dict[str, Any] = {}
    while sign := next((sign for sign in SUFFIXES if line.takes(sign)), ""):
        name, read = SUFFIXES[sign]
        if name in found:
            line.at -= len(sign)
            line.fail(f"no second {sign!r} here")
        found[name] = read(line)
    return RecipePart(task, **found)


def read_languages(line: Scanner) -> tuple[str, ...]:
    """Codes up to the closing bracket."""
    codes = [line.name("the code of a language")]
    while line.takes(","):
        codes.append(line.name("the code of a language"))
    if not line.takes("]"):
        line.fail("',' or ']'")
    return tuple(codes)


def read_augment(line: Scanner) -> Augment:
    """A perturbation, its level, and the share of examples that it damages."""
    name = line.name("the name of a perturbation")
    if not line.takes("@"):
        line.fail("'@' and the level of the perturbation")
    level = line.number("a level from 0 to 1")
    return Augment(PerturbationRef(name, level), line.number("a share") if line.takes(":") else NOISY_SHARE)


SUFFIXES: Mapping[str, tuple[str, Callable[[Scanner], Any]]] = {
    "!": ("keep_head", lambda line: True),
    "[": ("languages", read_languages),
    "@": ("order", lambda line: line.name("the name of a language order")),
    "*": ("scale", lambda line: line.number("a scale such as 0.1")),
    "^": ("passes", lambda line: line.number("how many times as many passes, such as 10")),
    "~": ("augment", read_augment),
}


def read_sampling(line: Scanner) -> Sampling:
    """How several tasks take turns."""
    kind = line.choice("a sampling", SAMPLINGS)
    value = line.number("a number: the temperature, or the cap") if line.takes(":") else 0.0
    return Sampling(next(one for one in SAMPLINGS if one == kind), value)


def read_beside(line: Scanner) -> CoTraining:
    """A corpus, its languages, and the share of inputs that are of it."""
    corpus = line.name("mlm, or the name of a masked_lm task")
    languages = read_languages(line) if line.takes("[") else ()
    return CoTraining(corpus, languages, line.number("a share below 1") if line.takes(":") else CORPUS_SHARE)


def read_options(line: Scanner) -> dict[str, Any]:
    """What stands at the end of a recipe, each option once."""
    found: dict[str, Any] = {}
    while not line.ended():
        start = line.at
        if not line.matches(OPTION):
            line.fail(f"'>', '+', '%', '&', or an option such as {OPTIONS[0]}=10, or the end")
        line.at = start
        name = line.choice("an option", OPTIONS)
        line.at = start if name in found else line.at
        if name in found or not line.takes("="):
            line.fail(f"no second {name!r} here")
        found[name] = read_value(line, name)
    return found


def read_value(line: Scanner, name: str) -> Any:
    """The value of an option: a number for few-shot examples, a name otherwise."""
    start = line.at
    value = line.matches(VALUE) or line.fail(f"a value of {name}")
    if name != "fewshot":
        return value
    if not value.isdecimal():
        line.at = start
        line.fail("a number of examples")
    return int(value)
