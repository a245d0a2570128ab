"""The stages of one step of a recipe: its phases, the lots of each, the head that goes on; and few-shot training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from xeval.contracts import TargetTask, Task
from xeval.errors import MissingData
from xeval.facts.registry import ModelEntry
from xeval.guests import asked
from xeval.plans.phasing import check_phases
from xeval.plans.recipe import Recipe
from xeval.plans.recipegrid import expanded
from xeval.plans.recipeparts import DEFAULT_CORPUS, RecipePart, RecipeStep
from xeval.plans.stage import Stage
from xeval.plans.trainings import Beside, Ground, Lot, Manner, named_language, train_stage, training_of
from xeval.plans.translations import translations
from xeval.values import FormatName, Phase, Split

USUAL_CORPUS = "xtreme-text"  # for masked LM beside tasks, of a model that was made elsewhere
FEW_EPOCHS = 20.0  # over the few examples of a language: in one epoch, ten of them would be a step or two


@dataclass(frozen=True)
class Kept:
    """A head that is handed on, and what a task must have for it to fit."""

    format: FormatName
    labels: tuple[str, ...]
    pooling: str

    def goes_to(self, lots: Sequence[Lot]) -> str:
        """The first task that it fits; the empty text if there is none."""
        return next((lot.task.name for lot in lots if self == kept_of(lot)), "")


def kept_of(lot: Lot) -> Kept:
    """The head that a training on a lot leaves."""
    return Kept(lot.task.format, lot.task.labels, lot.training.pooling)


@dataclass(frozen=True)
class Asked:
    """One step of a recipe, with a seed."""

    recipe: Recipe
    step: RecipeStep
    seed: int


def step_stages(
    ground: Ground, start: tuple[Stage, Kept | None], entry: ModelEntry, asked: Asked
) -> tuple[Stage, Kept | None]:
    """The phases of a step, each a stage that begins where the last one ended: the last of them, and the head kept."""
    state, kept = start
    step = expanded(asked.step, ground.registry.sets)
    leader = next((part.task for part in step.parts if part.keep_head), "")
    beside = beside_of(ground, entry, asked.recipe, step)
    for lots in phased(ground, entry, asked.recipe, step):
        goes_on, leads = kept.goes_to(lots) if kept else "", leader if len(lots) > 1 else ""
        state = train_stage(ground, state, lots, Manner(asked.seed, step.sampling, beside, goes_on, leads))
        kept = next((kept_of(lot) for lot in lots if lot.task.name == leader), None)
    return state, kept


def phased(ground: Ground, entry: ModelEntry, recipe: Recipe, step: RecipeStep) -> Iterator[list[Lot]]:
    """What each phase of a step takes of each of its tasks: several tasks together have one phase."""
    if len(step.parts) > 1:
        yield [next(lots_of(ground, entry, recipe, part)) for part in step.parts]
    else:
        yield from ([lot] for lot in lots_of(ground, entry, recipe, step.parts[0]))


def lots_of(ground: Ground, entry: ModelEntry, recipe: Recipe, part: RecipePart) -> Iterator[Lot]:
    """What each phase takes of one task."""
    task = ground.catalogue.intermediates[part.task]
    languages = part.languages or (task.source_language,)
    training = training_of(entry, task, recipe.adapter)
    training = replace(training, epochs=training.epochs * part.passes)
    made = translations(ground, task, languages, recipe.translator)
    for phase in phases(ground, part, languages, task):
        each = part.scale * phase.share / len(phase.languages)
        yield Lot(task, training, dict.fromkeys(phase.languages, each), languages, part.augment, translated=made)


def phases(ground: Ground, part: RecipePart, languages: tuple[str, ...], task: Task) -> tuple[Phase, ...]:
    """What the part's order makes of its languages; without an order, one phase of all."""
    if not part.order:
        return (Phase(languages, 1.0),)
    order = ground.catalogue.order(part.order)
    source = named_language(ground.registry, task.source_language)
    spoken = [named_language(ground.registry, code) for code in languages]
    found = tuple(asked(order, "phases", spoken, source))
    check_phases(part.order, found, languages)
    return found


def beside_of(ground: Ground, entry: ModelEntry, recipe: Recipe, step: RecipeStep) -> Beside | None:
    """The text beside the tasks of a step; by default of the corpus that the model was made of."""
    if step.beside is None:
        return None
    own = entry.pretraining.corpus if entry.pretraining else USUAL_CORPUS
    corpus = ground.catalogue.intermediates[own if step.beside.corpus == DEFAULT_CORPUS else step.beside.corpus]
    return Beside(corpus, training_of(entry, corpus, recipe.adapter), step.beside.languages, step.beside.share)


# ----------------------------------------------------------------------------------------------------------- few-shot


def few_shot(ground: Ground, state: Stage, lot: Lot, seed: int) -> Stage:
    """The fine-tuned state trained on a few examples of one language, with the head that it has."""
    return train_stage(ground, state, [lot], Manner(seed, goes_on=lot.task.name))


def few_shot_lot(ground: Ground, entry: ModelEntry, recipe: Recipe, target: TargetTask, code: str) -> Lot:
    """The first `recipe.fewshot` of a target's examples in a language, in an order that the seed decides.

    They are of its training split there; where it has none, of its validation split, unless that is what is scored.
    Raises MissingData if there is neither.
    """
    training = training_of(entry, target, recipe.adapter)
    count = recipe.fewshot
    few = replace(training, epochs=FEW_EPOCHS, batch_size=min(training.batch_size, count), max_examples=None)
    return Lot(target, few, {code: 1.0}, (code,), count=count, split=few_from(ground, target, code))


def few_from(ground: Ground, target: TargetTask, code: str) -> Split:
    """The split that a few examples are taken from; raises MissingData."""
    try:
        ground.data.of(target, "train", code)
    except MissingData:
        if target.evaluates_on == "validation":
            raise
        ground.data.of(target, "validation", code)
        return "validation"
    return "train"
