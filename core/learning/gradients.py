"""The gradient of a step: of the whole batch at once, or summed over parts of it, and over processes."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import torch
from torch import Tensor

from xeval.errors import BadValue
from xeval.formats.features import Batch
from xeval.learning.group import ALONE, Group, add_up, agreed, share_of
from xeval.learning.microbatches import counted, places, split
from xeval.learning.parting import ADVICE as PARTED_ADVICE
from xeval.learning.parting import parted_gradients

ADVICE = "Give --gradient-checkpointing, lower training.max_length, or take a smaller model."
T = TypeVar("T")
LossOf = Callable[[Batch], Tensor]  # the mean loss of a batch


@dataclass
class Room:
    """Where gradients are added up: the weights of an optimizer, computed by a group, so many sub-words at once.

    `tokens` has padding included, and None is no bound. It shrinks when memory runs out.
    """

    optimizer: torch.optim.Optimizer
    tokens: int | None = None
    group: Group = field(default=ALONE)
    is_parted: bool = False  # whether each process has but a part of the weights
    has_shrunk: bool = False

    def weights(self) -> list[Tensor]:
        """Everything that is trained."""
        return [weight for group in self.optimizer.param_groups for weight in group["params"]]


def gradients(loss_of: LossOf, batch: Batch, room: Room) -> Tensor:
    """Add the gradients of the mean loss of a batch to those of the weights, and return that loss.

    Where memory runs out, in any process, what has been added is taken away, and the batch is computed anew in smaller
    parts; later ones are too. Raises BadValue where a part of one example does not fit, or weights are parted.
    """
    if room.is_parted:
        return within_memory(lambda: parted_gradients(loss_of, batch, room.group, room.tokens), PARTED_ADVICE)
    mine, whole = share_of(room.group, batch), counted(batch)
    while True:
        parts, losses = split(mine, room.tokens) if mine else [], list[Tensor]()
        done = add(loss_of, parts, whole, losses)
        if not any(agreed(room.group, [not done])):
            return together(losses, room)
        room.optimizer.zero_grad(set_to_none=True)
        if not done:
            shrink(room, parts[len(losses)])


def add(loss_of: LossOf, parts: Sequence[Batch], whole: int, losses: list[Tensor]) -> bool:
    """Go forward and backward through each part; false if memory runs out, with the `losses` until then."""
    try:
        for part in parts:
            loss = weighed(loss_of, part, whole)
            if loss.requires_grad:
                torch.autograd.backward(loss)
            losses.append(loss.detach())
    except torch.OutOfMemoryError:
        return False
    return True


def weighed(loss_of: LossOf, part: Batch, whole: int) -> Tensor:
    """A part's share of the mean loss: it weighs the terms that it has of the `whole`; without any, it has no mean."""
    terms = counted(part)
    if terms == whole:
        return loss_of(part)
    return loss_of(part) * (terms / whole) if terms else torch.zeros(())


def together(losses: Sequence[Tensor], room: Room) -> Tensor:
    """The loss of a step, and in each weight its gradient, summed over all parts and all processes."""
    if room.group.size == 1 and len(losses) == 1:
        return losses[0]
    loss = torch.stack(list(losses)).sum() if losses else torch.zeros((), device=room.group.device)
    if room.group.size > 1:
        loss = loss.clone()
        weights = room.weights()
        has = agreed(room.group, [weight.grad is not None for weight in weights])
        for weight in (weight for weight, some in zip(weights, has, strict=True) if some and weight.grad is None):
            weight.grad = torch.zeros_like(weight)
        add_up(room.group, [loss, *(weight.grad for weight in weights if weight.grad is not None)])
    return loss


def shrink(room: Room, failed: Batch) -> None:
    """Halve what is computed at once, and give back what the device still holds.

    Raises BadValue for one example, and for a batch that is `whole`.
    """
    if failed.whole:
        raise BadValue(
            f"Out of memory: a batch of {len(failed.sizes)} queries with their passages does not fit, and each query "
            "is scored against all of them.",
            hint=f"Lower training.batch_size. {ADVICE}",
        )
    if len(failed.sizes) == 1:
        width, rows = int(failed.lengths.max()), len(failed.lengths)
        inputs = (
            f"one input of {width} sub-words" if rows == 1 else f"one example of {rows} inputs of {width} sub-words"
        )
        raise BadValue(f"Out of memory: {inputs} does not fit beside the model and its optimizer.", hint=ADVICE)
    room.tokens, room.has_shrunk = places(failed) // 2, True
    give_back()


def give_back() -> None:
    """Give back what a device still holds of a step that did not fit."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def within_memory(work: Callable[[], T], advice: str = ADVICE) -> T:
    """Do some work; where memory runs out for what cannot be halved, raise BadValue."""
    try:
        return work()
    except torch.OutOfMemoryError as error:
        raise BadValue(
            f"Out of memory: the model, its gradients and its optimizer do not fit. {first_line(error)}", hint=advice
        ) from error


def first_line(error: Exception) -> str:
    """What the library says, without its own advice."""
    return str(error).partition("\n")[0][:200]
