"""Recipes as mappings in a settings file: the same as lines, said in more words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from xeval.errors import BadValue
from xeval.facts.schema import read_record
from xeval.facts.yamlfile import Node, Problems, complain
from xeval.perturbation import PerturbationRef
from xeval.plans.recipe import Recipe
from xeval.plans.recipeparts import (
    CORPUS_SHARE,
    DEFAULT_CORPUS,
    NOISY_SHARE,
    SAMPLINGS,
    Augment,
    CoTraining,
    RecipePart,
    RecipeStep,
    Sampling,
)


@dataclass(frozen=True)
class TaskRecord:
    """One task of a step."""

    task: str
    languages: tuple[str, ...] = ()
    order: str = ""
    scale: float = 1.0
    keep_head: bool = False
    noise: str = ""  # NAME@LEVEL
    noisy_share: float = NOISY_SHARE
    passes: float = 1.0

    def part(self) -> RecipePart:
        """As a part of a recipe."""
        augment = Augment(PerturbationRef.parse(self.noise), self.noisy_share) if self.noise else None
        return RecipePart(self.task, self.languages, self.order, self.scale, self.keep_head, augment, self.passes)


@dataclass(frozen=True)
class BesideRecord:
    """Text for masked LM beside the tasks."""

    corpus: str = DEFAULT_CORPUS
    languages: tuple[str, ...] = ()
    share: float = CORPUS_SHARE


@dataclass(frozen=True)
class StepRecord:
    """Tasks that are trained on together."""

    tasks: tuple[TaskRecord, ...]
    sampling: str = "proportional"
    beside: BesideRecord | None = None

    def step(self) -> RecipeStep:
        """As a step of a recipe."""
        kind, _, value = self.sampling.partition(":")
        known = next((one for one in SAMPLINGS if one == kind), None)
        if known is None or not self.tasks:
            raise BadValue(f"sampling is none of {', '.join(SAMPLINGS)}" if self.tasks else "a step needs a task")
        beside = CoTraining(self.beside.corpus, self.beside.languages, self.beside.share) if self.beside else None
        return RecipeStep(tuple(task.part() for task in self.tasks), Sampling(known, float(value or 0)), beside)


@dataclass(frozen=True)
class RecipeRecord:
    """A whole recipe."""

    steps: tuple[StepRecord, ...] = ()
    fewshot: int = 0
    adapter: str = ""
    translator: str = ""
    line: str = field(init=False, default="")

    def __post_init__(self) -> None:
        made = Recipe(tuple(one.step() for one in self.steps), self.fewshot, self.adapter, self.translator)
        object.__setattr__(self, "line", str(made))


def with_lines(tree: Node, problems: Problems) -> Node:
    """The settings with every recipe that is a mapping written as a line; what is wrong with one is complained of."""
    node = tree.get("recipes")
    if node is None or not isinstance(node.value, list):
        return tree
    lines = [one if not isinstance(one.value, dict) else _line(one, problems) for one in node.value]
    return replace(tree, value={**tree.value, "recipes": replace(node, value=lines)})


def _line(node: Node, problems: Problems) -> Node:
    before = len(problems)
    record = read_record(RecipeRecord, node, problems)
    if record is None and len(problems) == before:
        complain(problems, node, "is no recipe")
    return replace(node, value=record.line if record else "none")
