"""The loop of a training: every batch forward, backward, one step, from the beginning or from a checkpoint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from xeval.errors import BadValue
from xeval.formats.features import Batch, Feature, Format, Pooling, collated
from xeval.formats.subwords import Subwords
from xeval.hashing import seed_of
from xeval.learning.batching import IntArray, interleaved
from xeval.learning.checkpoints import Keeper, is_due, keep, last_good, made_with, resume
from xeval.learning.gradients import Room, gradients
from xeval.learning.group import ALONE, Group, agreed, gathered
from xeval.learning.heads import HeadModule
from xeval.learning.inputs import hidden_states, inputs_of, waste_of, way_of
from xeval.learning.layout import Way
from xeval.learning.ledger import Ledger, lost_step, note
from xeval.learning.optimising import embedding_layer, freeze, optimizer_of, recompute_activations, warmed
from xeval.learning.parting import TurnLoss, made_whole, parted
from xeval.learning.profiling import stepped
from xeval.learning.standing import Standing, are_numbers
from xeval.tuning import Compute, Training, Watch
from xeval.values import Example

SHRUNK = (
    "out of memory: each step was computed in parts of at most {:,} sub-words, with their gradients added up; "
    "the examples of a step stayed as they are"
)
NAMED_AT_MOST = 5  # examples of a batch whose loss was lost


@dataclass(frozen=True, eq=False)
class Course:
    """A training set made ready: its features, its head, and which features each of its steps takes."""

    format: Format
    labels: tuple[str, ...]
    pooling: Pooling
    examples: Sequence[Example]
    features: list[Feature]
    head: HeadModule
    batches: list[IntArray]
    settings: Training


@dataclass(frozen=True, eq=False)
class Lesson:
    """All that stays the same during a training."""

    encoder: Any
    subwords: Subwords
    courses: Sequence[Course]
    settings: Training
    seed: int
    compute: Compute
    group: Group = ALONE


def keeper_of(lesson: Lesson, folder: Path | None) -> Keeper:
    """What keeps a training in a folder while it is in work."""
    batches = [batch for one in lesson.courses for batch in one.batches]
    return Keeper(folder, 60 * lesson.compute.checkpoint_minutes, made_with(lesson.compute, batches))


def followed(lesson: Lesson, watch: Watch, keeper: Keeper) -> Ledger:
    """The loop itself. Raises BadValue if the loss is lost."""
    loss_of, standing = started(lesson, watch)
    resume(keeper, standing)
    ledger, optimizer, group = standing.ledger, standing.optimizer, lesson.group
    room = Room(optimizer, lesson.compute.micro_tokens, group, lesson.compute.shard)
    steps = stepped(batches_of(lesson, standing.rng, len(ledger.losses)))
    for step, (turn, batch) in enumerate(steps, len(ledger.losses)):
        loss = gradients(partial(loss_of, turn), batch, room)
        torch.nn.utils.clip_grad_norm_(room.weights(), lesson.settings.clip)
        for weights in optimizer.param_groups:
            weights["lr"] = lesson.settings.learning_rate * warmed(step, ledger.total, lesson.settings.warmup)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        looked, due = note(ledger, turn, loss, batch), agreed(group, [group.leads and is_due(keeper)])[0]
        if group.leads and (looked or due) and (lost := lost_step(ledger)) is not None:
            raise diverged(lesson, ledger, lost, keeper)
        if due and step + 1 < ledger.total:
            keep(keeper, standing)
    if not are_numbers(standing):
        raise diverged(lesson, ledger, ledger.total - 1, keeper)
    if lesson.compute.shard:
        made_whole(standing.models)
    if smallest := smallest_parts(room):
        keeper.remarks.append(SHRUNK.format(smallest))
    return ledger


def smallest_parts(room: Room) -> int:
    """The sub-words of a part in the process whose memory allowed the fewest; 0 if no memory ran out. All must ask."""
    mine = room.tokens or 0 if room.has_shrunk else 0
    return min(filter(None, map(int, gathered(room.group, torch.tensor([mine])))), default=0)


def started(lesson: Lesson, watch: Watch) -> tuple[TurnLoss, Standing]:
    """A training at its beginning, and what computes the loss of a batch in it."""
    device, rng = lesson.compute.device, np.random.default_rng(seed_of(lesson.seed, "corrupt"))
    models: list[nn.Module] = [lesson.encoder, *(one.head for one in lesson.courses)]
    for model in models:
        model.train() if lesson.compute.shard else model.to(device).train()
    if lesson.settings.freeze_embeddings:
        freeze(embedding_layer(lesson.encoder))
    if lesson.compute.gradient_checkpointing:
        recompute_activations(lesson.encoder)
    loss_of = losses_in(lesson)
    if lesson.compute.shard:
        loss_of = parted(lesson.encoder, models[1:], loss_of, lesson.group)
    ledger = Ledger(watch, sum(len(one.batches) for one in lesson.courses))
    return loss_of, Standing(models, optimizer_of(models, lesson.settings), rng, ledger, device, lesson.group)


def losses_in(lesson: Lesson) -> TurnLoss:
    """The mean loss of a batch of a course, given its number."""
    compiled = lesson.compute.compile
    states_in = torch.compile(hidden_states, dynamic=True) if compiled else hidden_states
    way: Way = "padded" if compiled else way_of(lesson.encoder, lesson.compute)  # one shape is compiled, not many
    waste = waste_of(lesson.encoder, lesson.compute.device)

    def loss_of(turn: int, batch: Batch) -> Tensor:
        inputs = inputs_of(batch, lesson.compute.device, way, waste)
        return lesson.courses[turn].head.loss(states_in(lesson.encoder, inputs), inputs)

    return loss_of


def batches_of(lesson: Lesson, rng: np.random.Generator, done: int = 0) -> Iterator[tuple[int, Batch]]:
    """The batches of all courses in turn, with the number of the course; the first `done` are left out."""
    for turn, batch in steps_of(lesson)[done:]:
        one = lesson.courses[turn]
        made = collated([one.features[i] for i in batch], lesson.subwords, one.format.head, one.pooling)
        yield turn, one.format.corrupt(made, lesson.subwords, one.settings, rng) if one.format.corrupt else made


def steps_of(lesson: Lesson) -> list[tuple[int, IntArray]]:
    """The course of each step, and the features that it takes."""
    waiting = [iter(one.batches) for one in lesson.courses]
    turns = interleaved([len(one.batches) for one in lesson.courses], lesson.seed)
    return [(turn, next(waiting[turn])) for turn in turns]


def diverged(lesson: Lesson, ledger: Ledger, step: int, keeper: Keeper) -> BadValue:
    """The error of a training whose loss is no number: where, on which examples, and what is left of it."""
    turn, batch = steps_of(lesson)[step]
    one = lesson.courses[turn]
    uids = list(Counter(one.examples[one.features[i].example].uid for i in batch))
    named = ", ".join(uids[:NAMED_AT_MOST]) + (f", … ({len(uids)} in all)" if len(uids) > NAMED_AT_MOST else "")
    return BadValue(
        f"The training diverged: its numbers overflowed at step {step + 1} of {ledger.total}, on the examples {named}. "
        f"{last_good(keeper)}",
        hint="Lower training.learning_rate, or look at these examples.",
    )
