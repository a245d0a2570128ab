"""The training loop: from a model state and examples to the next model state, the same bytes for the same arguments."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from xeval.errors import BadValue
from xeval.formats.features import Pooling
from xeval.formats.guessing import guessing_loss
from xeval.formats.lengths import in_words, measure, measured
from xeval.formats.subwords import Subwords
from xeval.formats.table import format_of
from xeval.hashing import seed_of
from xeval.learning.adapters import adapt, merge
from xeval.learning.batching import training_batches
from xeval.learning.checkpoints import Keeper
from xeval.learning.gradients import within_memory
from xeval.learning.group import ALONE, Group, pool_record
from xeval.learning.heads import fresh_head, stored_head
from xeval.learning.inputs import fitted
from xeval.learning.ledger import Ledger, Losses, losses_of, reported
from xeval.learning.looping import Course, Lesson, followed, keeper_of
from xeval.learning.models import (
    Head,
    open_model,
    read_head,
    read_language_model_head,
    save_language_model_head,
    save_state,
)
from xeval.learning.optimising import chance_of, precise
from xeval.learning.telemetry import BOTH_WAYS, settle
from xeval.learning.tokenised import encoded
from xeval.learning.trimming import trimmed
from xeval.phases import phase
from xeval.tuning import Compute, Report, Training, Watch
from xeval.values import Example, FormatName

LEARNED = 0.98  # of the loss of guessing; a training that ends above it learned next to nothing


@dataclass(frozen=True)
class TrainingSet:
    """Examples of one format to train on, with the labels that its head learns.

    `settings` are its own, for what is not the optimiser's, where several sets differ. Its head `goes_on` from the
    state, if it is of the same format and labels there.
    """

    format: FormatName
    labels: tuple[str, ...]
    examples: Sequence[Example]
    settings: Training | None = None
    goes_on: bool = False


def train(
    state: Path,
    sets: Sequence[TrainingSet],
    settings: Training,
    seed: int,
    compute: Compute,
    out: Path,
    watch: Watch,
    unfinished: Path | None = None,
    group: Group = ALONE,
) -> Report:
    """Train the encoder in `state` on all sets at once, each with a head of its own, and write the next state to `out`.

    Every step takes examples of one set; sets take turns in proportion to their steps. Heads are drawn anew; only a
    masked-LM head, and that of a set that says so, goes on from the one in `state`. The next state keeps the head of
    the first set, and a masked-LM head beside it. A training that was killed goes on from its checkpoint in
    `unfinished`. Of a group, each process calls this, and the first one writes. Raises BadValue if there is nothing to
    train on or the loss is lost.
    """
    with measured() as lengths:
        lesson, tokenizer = lesson_on(state, sets, settings, (seed, compute, group))
    keeper = keeper_of(lesson, unfinished)
    keeper.remarks += in_words(lengths)
    ledger = computed(lesson, watch, keeper)
    losses = losses_of(ledger)
    if not group.leads:
        return reported(ledger, losses, (), keeper.remarks)
    write_state(lesson, tokenizer, out)
    return reported(ledger, losses, unlearned(lesson.courses, ledger.turns, losses), keeper.remarks)


def lesson_on(
    state: Path, sets: Sequence[TrainingSet], settings: Training, how: tuple[int, Compute, Group]
) -> tuple[Lesson, Any]:
    """What is trained and on what, with the tokenizer of the state. Raises BadValue if there is nothing to train on."""
    seed, compute, group = how
    encoder, tokenizer, subwords = open_model(state)
    stored = [head for head in (read_head(state), read_language_model_head(state)) if head]
    settings = fitted(settings, encoder)
    courses = [
        course(one, encoder, subwords, stored, (settings, seed_of(seed, "set", number)))
        for number, one in enumerate(sets)
        if one.examples
    ]
    courses = [one for one in courses if one.batches]
    if not courses:
        raise BadValue("There is nothing to train on: the training set is empty.", hint="Raise --limit or --scale.")
    if settings.adapter:
        adapt(encoder, settings, seed)
    return Lesson(encoder, subwords, courses, settings, seed, compute, group), tokenizer


def computed(lesson: Lesson, watch: Watch, keeper: Keeper) -> Ledger:
    """Follow a lesson to its end, with dropout, precision and embeddings as it asks for; and say what it took."""
    compute, group = lesson.compute, lesson.group
    chance = chance_of(lesson.seed, compute.device, group.rank)
    with chance, precise(compute, lesson.encoder), phase("compute"), without_unused(lesson):
        ledger = within_memory(lambda: followed(lesson, watch, keeper))
    pool_record(group)
    settle(lesson.encoder, BOTH_WAYS)
    return ledger


def write_state(lesson: Lesson, tokenizer: Any, out: Path) -> None:
    """Write what was trained: the encoder, its adapter merged into it, the first head, and one of masked LM beside."""
    if lesson.settings.adapter:
        merge(lesson.encoder)
    first, *others = lesson.courses
    head = Head(first.format.name, first.labels, first.pooling, first.head.state_dict())
    with phase("write"):
        save_state(out, lesson.encoder.cpu(), tokenizer, head)
    save_language_model_head(out, next((one.head.state_dict() for one in others if is_text(one)), None))


def course(
    one: TrainingSet, encoder: Any, subwords: Subwords, stored: Sequence[Head], how: tuple[Training, int]
) -> Course:
    """Encode a training set, draw its head, and decide its batches."""
    settings, seed = fitted(one.settings, encoder) if one.settings else how[0], how[1]
    of = format_of(one.format)
    with phase("tokenise"):
        features = encoded(of, one.examples, subwords, settings, one.labels)
        measure(one.examples, features, subwords, settings)
    paired = any(start for feature in features for start in feature.second)
    pooling: Pooling = "mean" if settings.pooling == "match" and not paired else settings.pooling
    before = head_before(one, pooling, stored)
    if before:
        head = stored_head(of.head, encoder, before)
    else:
        head = fresh_head(of.head, encoder, len(one.labels), pooling, seed)
    lengths = [feature.length for feature in features]
    batches = training_batches(lengths, settings.batch_size, settings.epochs, seed)
    return Course(of, one.labels, pooling, one.examples, features, head, batches, settings)


def head_before(one: TrainingSet, pooling: Pooling, stored: Sequence[Head]) -> Head | None:
    """The head in a state that a set goes on with: of its format and labels, and reading states as it does."""
    if not one.goes_on and one.format != "masked_lm":
        return None
    alike = (head for head in stored if (head.format, head.labels) == (one.format, one.labels))
    return next((head for head in alike if one.format == "masked_lm" or head.pooling == pooling), None)


def is_text(one: Course) -> bool:
    """Whether a course is of masked LM."""
    return one.format.head == "language_model"


def without_unused(lesson: Lesson) -> contextlib.AbstractContextManager[None]:
    """A training without the embeddings that it never sees; one that corrupts its inputs may see any."""
    if any(one.format.corrupt for one in lesson.courses):
        return contextlib.nullcontext()
    seen = [ids for one in lesson.courses for feature in one.features for ids in feature.sequences]
    padding, steps = np.array([lesson.subwords.padding]), sum(len(one.batches) for one in lesson.courses)
    return trimmed(lesson.encoder, [padding, *seen], lesson.settings, steps)


def unlearned(courses: Sequence[Course], turns: Sequence[int], losses: Losses) -> list[str]:
    """A note for each course that learned next to nothing; `turns` says which one each step was of."""
    mine = [losses[np.array(turns) == turn] for turn in range(len(courses))]
    return [said for one, its in zip(courses, mine, strict=True) if (said := degenerate(one, its))]


def degenerate(one: Course, losses: Losses) -> str:
    """A note if a training ended no better than guessing; the empty text if it did not, or nobody can say."""
    guess = guessing_loss(one.features, one.format.head)
    last = float(losses[-math.ceil(len(losses) / 10) :].mean())
    if guess is None or last < LEARNED * guess:
        return ""
    return f"{one.format.name}: nothing learned: the loss ended at {last:.3f}, and one constant answer has {guess:.3f}"
