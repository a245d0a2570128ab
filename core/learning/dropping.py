"""Dropout, cheap where a processor draws it."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

LUCK = 1 << 16  # values that the luck of an element can have: shares are exact to 1/65,536


class Dropped(torch.autograd.Function):
    """Some states, added to others after elements of them are set to 0 by 16 random bits each and the rest scaled up.

    The library draws a whole number of its generator for each element, which takes five times as long. The bits come
    from the same generator, so whoever keeps its state keeps the luck of what follows.
    """

    @staticmethod
    def forward(ctx: Any, states: Tensor, others: Tensor | None, chance: float) -> Tensor:
        """Drop elements with a chance."""
        drawn = luck(states)
        ctx.save_for_backward(drawn)
        ctx.chance = chance
        if others is None:
            return kept(drawn, states, chance).mul_(states).mul_(scale(chance))
        return torch.addcmul(others, states, kept(drawn, states, chance), value=scale(chance))

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor | None, None]:
        """Pass the gradients of what was kept."""
        (drawn,), (gradient,) = ctx.saved_tensors, gradients
        found = kept(drawn, gradient, ctx.chance).mul_(gradient).mul_(scale(ctx.chance))
        return found, gradient if ctx.needs_input_grad[1] else None, None


def scale(chance: float) -> float:
    """What elements that are kept are multiplied with, so that their mean stays."""
    return LUCK / (LUCK - round(chance * LUCK))


def luck(states: Tensor) -> Tensor:
    """Uniform numbers from -32,768 to 32,767 in the shape of some states."""
    drawn = torch.empty((states.numel() + 3) // 4, dtype=torch.int64).random_(-(2**63), None)
    return drawn.view(torch.int16)[: states.numel()].view(states.shape)


def kept(drawn: Tensor, like: Tensor, chance: float) -> Tensor:
    """1 for each element that its luck keeps, else 0: as numbers, which are multiplied faster than truth values."""
    return torch.ge(drawn, round(chance * LUCK) - LUCK // 2, out=torch.empty_like(drawn, dtype=like.dtype))


def dropped(states: Tensor, dropout: nn.Dropout) -> Tensor:
    """Dropout as a module says, left out where it does nothing."""
    if not (dropout.training and dropout.p):
        return states
    return thinned(states, dropout.p)


def thinned(states: Tensor, chance: float) -> Tensor:
    """Drop elements with a chance, and scale the others up."""
    if states.device.type != "cpu" or chance >= 1:
        return F.dropout(states, chance)
    thin: Tensor = Dropped.apply(states, None, chance)  # type: ignore[no-untyped-call]
    return thin


def dropped_onto(others: Tensor, states: Tensor, dropout: nn.Dropout) -> Tensor:
    """States after dropout, added to others."""
    if states.device.type != "cpu" or not (dropout.training and 0 < dropout.p < 1) or states.dtype != others.dtype:
        return dropped(states, dropout) + others
    added: Tensor = Dropped.apply(states, others, dropout.p)  # type: ignore[no-untyped-call]
    return added
