"""The training loop: from a model state and examples to the next model state, the same bytes for the same arguments."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from xeval.errors import BadValue
from xeval.formats.features import Batch, Feature, Format, Pooling, collated
from xeval.formats.guessing import guessing_loss
from xeval.formats.subwords import Subwords
from xeval.formats.table import format_of
from xeval.hashing import seed_of
from xeval.learning.batching import IntArray, interleaved, training_batches
from xeval.learning.heads import HeadModule, fresh_head, stored_head
from xeval.learning.inputs import fitted, hidden_states, inputs_of
from xeval.learning.ledger import Ledger, Losses, losses_of, note, reported
from xeval.learning.models import Head, open_model, read_head, read_language_model_head, save_state
from xeval.learning.optimising import chance_of, embedding_layer, freeze, optimizer_of, precise, warmed
from xeval.tuning import Compute, Report, Training, Watch
from xeval.values import Example, FormatName

LEARNED = 0.98  # of the loss of guessing; a training that ends above it learned next to nothing


@dataclass(frozen=True)
class TrainingSet:
    """Examples of one format to train on, with the labels that its head learns."""

    format: FormatName
    labels: tuple[str, ...]
    examples: Sequence[Example]


@dataclass(frozen=True, eq=False)
class Course:
    """A training set made ready: its features, its head, and which features each of its steps takes."""

    format: Format
    labels: tuple[str, ...]
    pooling: Pooling
    features: list[Feature]
    head: HeadModule
    batches: list[IntArray]


@dataclass(frozen=True, eq=False)
class Lesson:
    """All that stays the same during a training."""

    encoder: Any
    subwords: Subwords
    courses: Sequence[Course]
    settings: Training
    seed: int
    compute: Compute


def train(
    state: Path, sets: Sequence[TrainingSet], settings: Training, seed: int, compute: Compute, out: Path, watch: Watch
) -> Report:
    """Train the encoder in `state` on all sets at once, each with a head of its own, and write the next state to `out`.

    Every step takes examples of one set; sets take turns in proportion to their size. Heads are drawn anew; only a
    masked-LM head goes on from the one in `state`. The next state keeps the head of the first set. Raises BadValue if
    there is nothing to train on or the loss is lost.
    """
    encoder, tokenizer, subwords = open_model(state)
    stored, settings = read_head(state) or read_language_model_head(state), fitted(settings, encoder)
    courses = [
        course(one, encoder, subwords, stored, (settings, seed_of(seed, "set", number)))
        for number, one in enumerate(sets)
        if one.examples
    ]
    courses = [one for one in courses if one.batches]
    if not courses:
        raise BadValue("There is nothing to train on: the training set is empty.", hint="Raise --limit or --scale.")
    with chance_of(seed, compute.device), precise(compute, encoder):
        ledger = followed(Lesson(encoder, subwords, courses, settings, seed, compute), watch)
    losses, turns, first = losses_of(ledger), np.array(ledger.turns), courses[0]
    head = Head(first.format.name, first.labels, first.pooling, first.head.state_dict())
    save_state(out, encoder.cpu(), tokenizer, head)
    notes = [degenerate(one, losses[turns == turn]) for turn, one in enumerate(courses)]
    return reported(ledger, losses, [said for said in notes if said])


def course(
    one: TrainingSet, encoder: Any, subwords: Subwords, stored: Head | None, how: tuple[Training, int]
) -> Course:
    """Encode a training set, draw its head, and decide its batches."""
    settings, seed = how
    of = format_of(one.format)
    features = of.encode(one.examples, subwords, settings, one.labels)
    paired = any(start for feature in features for start in feature.second)
    pooling: Pooling = "mean" if settings.pooling == "match" and not paired else settings.pooling
    if of.head == "language_model" and stored is not None and stored.format == of.name:
        head = stored_head(of.head, encoder, stored)
    else:
        head = fresh_head(of.head, encoder, len(one.labels), pooling, seed)
    lengths = [feature.length for feature in features]
    batches = training_batches(lengths, settings.batch_size, settings.epochs, seed)
    return Course(of, one.labels, pooling, features, head, batches)


def followed(lesson: Lesson, watch: Watch) -> Ledger:
    """The loop itself: every batch forward, backward, one step."""
    models = [lesson.encoder, *(one.head for one in lesson.courses)]
    for model in models:
        model.to(lesson.compute.device).train()
    if lesson.settings.freeze_embeddings:
        freeze(embedding_layer(lesson.encoder))
    optimizer = optimizer_of(models, lesson.settings)
    trained = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    total = sum(len(one.batches) for one in lesson.courses)
    ledger = Ledger(watch, total)
    for step, (turn, batch) in enumerate(batches_of(lesson)):
        inputs = inputs_of(batch, lesson.compute.device)
        loss = lesson.courses[turn].head.loss(hidden_states(lesson.encoder, inputs), inputs)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(trained, lesson.settings.clip)
        for group in optimizer.param_groups:
            group["lr"] = lesson.settings.learning_rate * warmed(step, total, lesson.settings.warmup)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        note(ledger, turn, loss.detach(), batch)
    return ledger


def batches_of(lesson: Lesson) -> Iterator[tuple[int, Batch]]:
    """The batches of all courses in turn, with the number of the course."""
    rng = np.random.default_rng(seed_of(lesson.seed, "corrupt"))
    waiting = [iter(one.batches) for one in lesson.courses]
    for turn in interleaved([len(one.batches) for one in lesson.courses], lesson.seed):
        one = lesson.courses[turn]
        chosen = [one.features[i] for i in next(waiting[turn])]
        batch = collated(chosen, lesson.subwords, one.format.head, one.pooling)
        yield turn, one.format.corrupt(batch, lesson.subwords, lesson.settings, rng) if one.format.corrupt else batch


def degenerate(one: Course, losses: Losses) -> str:
    """A note if a training ended no better than guessing; the empty text if it did not, or nobody can say."""
    guess = guessing_loss(one.features, one.format.head)
    last = float(losses[-math.ceil(len(losses) / 10) :].mean())
    if guess is None or last < LEARNED * guess:
        return ""
    return f"{one.format.name}: nothing learned: the loss ended at {last:.3f}, and one constant answer has {guess:.3f}"
