"""The training loop: from a model state and examples to the next model state, the same bytes for the same arguments."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from xeval.batching import IntArray, interleaved, training_batches
from xeval.errors import BadValue
from xeval.formats.features import Batch, Feature, Format, Pooling, collated
from xeval.formats.guessing import guessing_loss
from xeval.formats.subwords import Subwords, subwords_of
from xeval.formats.table import format_of
from xeval.hashing import seed_of
from xeval.heads import fresh_head, hidden_states, inputs_of, stored_head
from xeval.models import Head, open_encoder, open_tokenizer, read_head, save_state
from xeval.optimising import chance_of, embedding_layer, freeze, optimizer_of, precise, warmed
from xeval.values import Compute, Example, FormatName, Progress, Report, Training, Watch

BETWEEN_LOOKS = 0.25  # seconds between two reports of progress
TWENTIETHS = 20
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
    head: Any
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


@dataclass
class Ledger:
    """What a training writes down as it goes."""

    watch: Watch
    started: float = field(default_factory=time.monotonic)
    looked: float = 0.0
    turns: list[int] = field(default_factory=list)  # which course each step was of
    losses: list[torch.Tensor] = field(default_factory=list)
    tokens: int = 0  # real sub-words
    places: int = 0  # padding included


def train(
    state: Path, sets: Sequence[TrainingSet], settings: Training, seed: int, compute: Compute, out: Path, watch: Watch
) -> Report:
    """Train the encoder in `state` on all sets at once, each with a head of its own, and write the next state to `out`.

    Every step takes examples of one set; sets take turns in proportion to their size. Heads are drawn anew; only a
    masked-LM head goes on from the one in `state`. The next state keeps the head of the first set. Raises BadValue if
    there is nothing to train on or the loss is lost.
    """
    tokenizer, encoder = open_tokenizer(state), open_encoder(state)
    subwords, stored = subwords_of(tokenizer), read_head(state)
    courses = [
        course(one, encoder, subwords, stored, (settings, seed_of(seed, "set", number)))
        for number, one in enumerate(sets)
        if one.examples
    ]
    if not any(one.batches for one in courses):
        raise BadValue("There is nothing to train on: the training set is empty.", hint="Raise --limit or --scale.")
    with chance_of(seed, compute.device), precise(compute):
        ledger = followed(Lesson(encoder, subwords, courses, settings, seed, compute), watch)
    first = courses[0]
    save_state(
        out, encoder.cpu(), tokenizer, Head(first.format.name, first.labels, first.pooling, first.head.state_dict())
    )
    return reported(ledger, courses)


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
    optimizer, ledger = optimizer_of(models, lesson.settings), Ledger(watch)
    trained = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    total = sum(len(one.batches) for one in lesson.courses)
    for step, (turn, batch) in enumerate(batches_of(lesson)):
        inputs = inputs_of(batch, lesson.compute.device)
        loss = lesson.courses[turn].head.loss(hidden_states(lesson.encoder, inputs), inputs)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, lesson.settings.clip)
        for group in optimizer.param_groups:
            group["lr"] = lesson.settings.learning_rate * warmed(step, total, lesson.settings.warmup)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        note(ledger, turn, loss.detach(), batch)
        look(ledger, total)
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


def note(ledger: Ledger, turn: int, loss: torch.Tensor, batch: Batch) -> None:
    """Write a step down; the loss stays on its device, so that nothing waits for it."""
    ledger.turns.append(turn)
    ledger.losses.append(loss)
    ledger.tokens += int(batch.lengths.sum())
    ledger.places += batch.ids.size


def look(ledger: Ledger, total: int) -> None:
    """Tell the watcher how far the training is, a few times per second."""
    now, done = time.monotonic(), len(ledger.losses)
    if done == total or now - ledger.looked >= BETWEEN_LOOKS:
        ledger.looked = now
        ledger.watch(Progress(done, total, ledger.tokens))


def reported(ledger: Ledger, courses: Sequence[Course]) -> Report:
    """The report of a training. Raises BadValue if its loss is no number."""
    losses = torch.stack(ledger.losses).double().cpu().numpy()
    if not np.isfinite(losses).all():
        first = int(np.argmin(np.isfinite(losses))) + 1
        raise BadValue(f"The loss was lost at step {first} of {len(losses)}.", hint="Lower training.learning_rate.")
    turns = np.array(ledger.turns)
    return Report(
        steps=len(losses),
        examples=sum(len(batch) for one in courses for batch in one.batches),
        tokens=ledger.tokens,
        padding=1 - ledger.tokens / ledger.places,
        seconds=time.monotonic() - ledger.started,
        losses=tuple(float(part.mean()) for part in np.array_split(losses, min(TWENTIETHS, len(losses)))),
        notes=tuple(said for i, one in enumerate(courses) if (said := degenerate(one, losses[turns == i]))),
    )


def degenerate(one: Course, losses: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> str:
    """A note if a training ended no better than guessing; the empty text if it did not, or nobody can say."""
    guess = guessing_loss(one.features, one.format.head)
    last = float(losses[-math.ceil(len(losses) / 10) :].mean())
    if guess is None or last < LEARNED * guess:
        return ""
    return f"{one.format.name}: learned nothing: the loss ended at {last:.3f}; always giving one answer has {guess:.3f}"
