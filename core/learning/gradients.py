"""The gradient of a step: of the whole batch at once, or summed over parts of it where memory is short."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor

from xeval.errors import BadValue
from xeval.formats.features import Batch
from xeval.learning.microbatches import counted, places, split

ADVICE = "Give --gradient-checkpointing, lower training.max_length, or take a smaller model."
T = TypeVar("T")
LossOf = Callable[[Batch], Tensor]  # the mean loss of a batch


@dataclass
class Room:
    """How many sub-words, padding included, are computed at once; None is no bound. It shrinks when memory runs out."""

    tokens: int | None = None
    has_shrunk: bool = False


def gradients(loss_of: LossOf, forget: Callable[[], None], batch: Batch, room: Room) -> Tensor:
    """Add the gradients of the mean loss of a batch to those of the weights, and return that loss.

    Where memory runs out, `forget` takes away what has been added, and the batch is computed anew in smaller parts;
    later ones are too. Raises BadValue where a part of one example does not fit.
    """
    while True:
        parts, losses = split(batch, room.tokens), list[Tensor]()
        if add(loss_of, parts, counted(batch), losses):
            return losses[0] if len(losses) == 1 else torch.stack(losses).sum()
        forget()
        shrink(room, parts[len(losses)])


def add(loss_of: LossOf, parts: Sequence[Batch], whole: int, losses: list[Tensor]) -> bool:
    """Go forward and backward through each part; false if memory runs out, with the `losses` until then.

    A part's loss is a mean of its own terms, so it weighs as many of the `whole` batch's as it has.
    """
    try:
        for part in parts:
            loss = loss_of(part) if len(parts) == 1 else weighed(loss_of, part, whole)
            torch.autograd.backward(loss)
            losses.append(loss.detach())
    except torch.OutOfMemoryError:
        return False
    return True


def weighed(loss_of: LossOf, part: Batch, whole: int) -> Tensor:
    """A part's share of the mean loss; one without any term, whose mean would be no number, has none."""
    share = counted(part) / whole
    return loss_of(part) * share if share else torch.zeros((), requires_grad=True)


def shrink(room: Room, failed: Batch) -> None:
    """Halve what is computed at once, and give back what the device still holds. Raises BadValue for one example."""
    if len(failed.sizes) == 1:
        width, rows = int(failed.lengths.max()), len(failed.lengths)
        inputs = (
            f"one input of {width} sub-words" if rows == 1 else f"one example of {rows} inputs of {width} sub-words"
        )
        raise BadValue(f"Out of memory: {inputs} does not fit beside the model and its optimizer.", hint=ADVICE)
    room.tokens, room.has_shrunk = places(failed) // 2, True
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def within_memory(work: Callable[[], T]) -> T:
    """Do some work; where memory runs out for what cannot be halved, raise BadValue."""
    try:
        return work()
    except torch.OutOfMemoryError as error:
        raise BadValue(
            f"Out of memory: the model, its gradients and its optimizer do not fit. {first_line(error)}", hint=ADVICE
        ) from error


def first_line(error: Exception) -> str:
    """What the library says, without its own advice."""
    return str(error).partition("\n")[0][:200]
