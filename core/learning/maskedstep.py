"""One step of masked-LM training: forward, backward, in parts where memory runs out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from xeval.errors import BadValue
from xeval.learning.bertlike import Rows, states_of
from xeval.learning.gradients import give_back
from xeval.learning.inputs import taken, waste_of
from xeval.learning.layout import layout_of, onto, rows_at
from xeval.learning.masking import Masked
from xeval.learning.vocabulary import PAD
from xeval.phases import computed

CLIP = 1.0
ADVICE = "Lower the model's pretraining.max_length, hidden or layers."


@dataclass(frozen=True, eq=False)
class Learner:
    """What is trained: the encoder, and a head that is thrown away afterwards."""

    encoder: Any
    head: nn.Module
    bias: nn.Parameter  # (V,)
    habits: Tensor  # (groups, V), not trained
    optimizer: torch.optim.Optimizer

    def parameters(self) -> list[Tensor]:
        """Everything that is trained."""
        return [parameter for group in self.optimizer.param_groups for parameter in group["params"]]

    def models(self) -> list[nn.Module]:
        """The same in modules."""
        return [self.encoder, self.head, nn.ParameterList([self.bias])]


@dataclass
class Room:
    """How many documents are computed at once; None is all of a batch. It shrinks when memory runs out."""

    documents: int | None = None


def learn(learner: Learner, masked: Masked, rate: float, room: Room) -> float:
    """One step of the optimizer; the loss before it. In parts where memory runs out, with their gradients added up."""
    while True:
        learner.optimizer.zero_grad(set_to_none=True)
        parts = parts_of(masked, room.documents)
        losses = added_up(learner, parts, len(masked.answers))
        if len(losses) == len(parts):
            break
        shrink(room, parts[len(losses)])  # the error, and what it held on to, is gone here
    nn.utils.clip_grad_norm_(learner.parameters(), CLIP)
    for group in learner.optimizer.param_groups:
        group["lr"] = rate
    learner.optimizer.step()
    return sum(losses)


def parts_of(masked: Masked, documents: int | None) -> list[Masked]:
    """Neighbouring documents of a batch, so many at a time; those of which nothing is predicted are left out."""
    if documents is None:
        return [masked]
    ends, found = np.cumsum([0, *masked.chosen.sum(axis=1)]), []
    for first in range(0, len(masked.inputs), documents):
        rows = slice(first, first + documents)
        said = slice(ends[first], ends[min(first + documents, len(masked.inputs))])
        found.append(Masked(masked.inputs[rows], masked.chosen[rows], masked.answers[said], masked.groups[said]))
    return [part for part in found if len(part.answers)]


def added_up(learner: Learner, parts: Sequence[Masked], total: int) -> list[float]:
    """Add the gradients of some parts to those of the weights; their shares of the loss, until memory runs out."""
    losses: list[float] = []
    try:
        for part in parts:
            losses.append(way_back(learner, part, total))
    except torch.OutOfMemoryError:
        pass
    return losses


def way_back(learner: Learner, masked: Masked, total: int) -> float:
    """Forward and backward through a part; its share of the mean over the `total` of what is predicted in a step."""
    device = learner.bias.device
    answers, groups = (torch.from_numpy(array).to(device) for array in (masked.answers, masked.groups))
    depth = learner.encoder.config.num_hidden_layers
    states = states_of(learner.encoder, rows_of(masked, learner.encoder, str(device)), depth)
    scores = (learner.head(states) @ learner.encoder.get_input_embeddings().weight.T + learner.bias).float()  # (N, V)
    loss, gradient = cross_entropy(scores.detach() + learner.habits[groups], answers, total)
    scores.backward(gradient)
    return loss


def rows_of(masked: Masked, encoder: Any, device: str) -> Rows:
    """A batch in rows; what is predicted is all that is read of it."""
    lengths, width = (masked.inputs != PAD).sum(axis=1), masked.inputs.shape[1]
    layout = layout_of(lengths, width, "blocks", device, waste_of(encoder, device))
    places = onto(torch.from_numpy(layout.take % width), device)
    computed(int(lengths.sum()), len(layout.take), int((lengths**2).sum()))
    return Rows(taken(masked.inputs, layout, device), places, None, layout, rows_at(layout, masked.chosen))


def shrink(room: Room, failed: Masked) -> None:
    """Compute half as many documents at once from here on. Raises BadValue where one alone does not fit."""
    if len(failed.inputs) == 1:
        width = failed.inputs.shape[1]
        raise BadValue(f"Out of memory: one document of {width} sub-words does not fit beside the model.", hint=ADVICE)
    room.documents = len(failed.inputs) // 2
    give_back()


def cross_entropy(scores: Tensor, answers: Tensor, total: int) -> tuple[float, Tensor]:
    """The share of these answers in a mean cross entropy over `total`, and its gradient, written over the scores.

    In a small encoder the scores of all sub-words are the largest thing there is, and making them anew twice, as
    autograd would, takes a third of a step.
    """
    rows = torch.arange(len(answers), device=answers.device)
    chances = torch.softmax(scores, dim=-1, out=scores)
    loss = -chances[rows, answers].log().mean().item() * (len(answers) / total)
    chances[rows, answers] -= 1
    return loss, chances.div_(total)
