"""Dropout, cheap where a processor draws it."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

LUCK = 1 << 16  # values that the luck of an element can have: shares are exact to 1/65,536


class Dropped(torch.autograd.Function):
    """Elements set to 0 by 16 random bits each, the others scaled up.

    The library draws a whole number of its generator for each element, which takes five times as long. The bits come
    from the same generator, so whoever keeps its state keeps the luck of what follows.
    """

    @staticmethod
    def forward(ctx: Any, states: Tensor, chance: float, scaled: bool) -> Tensor:
        """Drop elements with a chance."""
        kept = luck(states) >= round(chance * LUCK) - LUCK // 2
        ctx.save_for_backward(kept)
        ctx.scale = scale(chance) if scaled else 1.0
        return (states * kept).mul_(ctx.scale) if scaled else states * kept

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        """Pass the gradients of what was kept."""
        (kept,) = ctx.saved_tensors
        found = gradients[0] * kept
        return (found if ctx.scale == 1.0 else found.mul_(ctx.scale)), None, None


def scale(chance: float) -> float:
    """What elements that are kept are multiplied with, so that their mean stays."""
    return LUCK / (LUCK - round(chance * LUCK))


def luck(states: Tensor) -> Tensor:
    """Uniform numbers from -32,768 to 32,767 in the shape of some states."""
    drawn = torch.empty((states.numel() + 3) // 4, dtype=torch.int64).random_(-(2**63), None)
    return drawn.view(torch.int16)[: states.numel()].view(states.shape)


def dropped(states: Tensor, dropout: nn.Dropout) -> Tensor:
    """Dropout as a module says, left out where it does nothing."""
    if not (dropout.training and dropout.p):
        return states
    return thinned(states, dropout.p)


def thinned(states: Tensor, chance: float, scaled: bool = True) -> Tensor:
    """Drop elements with a chance, and scale the others up; on a processor, where `scaled` is false, leave them."""
    if states.device.type != "cpu" or chance >= 1:
        return F.dropout(states, chance)
    thin: Tensor = Dropped.apply(states, chance, scaled)  # type: ignore[no-untyped-call]
    return thin
