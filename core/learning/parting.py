"""Weights, their gradients and the optimizer's averages parted among the processes of a group (FSDP).

A layer's weights are gathered when it computes, there and back, and its gradients are summed up where each part is
kept: ZeRO's third stage (Rajbhandari et al. 2020, 1910.02054), by torch's `fully_shard`. Accelerate starts the group.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from xeval.formats.features import Batch
from xeval.learning.bertlike import is_bertlike, through
from xeval.learning.group import Group, add_up, gathered, share_of
from xeval.learning.microbatches import counted, picked, split

ADVICE = "Give --gradient-checkpointing, a smaller --micro-tokens, or more --processes."
TurnLoss = Callable[[int, Batch], Tensor]  # the mean loss of a batch of a course, given its number


class Whole(nn.Module):
    """Encoder and heads as one module, whose forward pass is the loss of a batch: around it, weights are gathered."""

    def __init__(self, models: Iterable[nn.Module], loss_of: TurnLoss) -> None:
        super().__init__()
        self.models, self.loss_of = nn.ModuleList(models), loss_of

    def forward(self, turn: int, batch: Batch) -> Tensor:
        """The mean loss of a batch."""
        return self.loss_of(turn, batch)


def parted(encoder: Any, heads: Sequence[nn.Module], loss_of: TurnLoss, group: Group) -> Whole:
    """Part the weights of an encoder and its heads in place, layer by layer; what they compute stays the same.

    Gradients are sums over processes, not means: each part of a batch weighs what it has of it already.
    """
    from torch.distributed.device_mesh import init_device_mesh  # half a second that other trainings do without
    from torch.distributed.fsdp import FSDPModule, fully_shard

    mesh = init_device_mesh(group.device.partition(":")[0], (group.size,))
    for layer in layers_of(encoder):
        if is_bertlike(encoder):
            layer.forward = partial(through, layer)
            layer.gathers = True  # type: ignore[assignment]
        fully_shard(layer, mesh=mesh)
    whole = Whole([encoder, *heads], loss_of)
    fully_shard(whole, mesh=mesh, reshard_after_forward=False)
    for module in whole.modules():
        if isinstance(module, FSDPModule):
            module.set_gradient_divide_factor(1.0)
            module.set_force_sum_reduction_for_comms(True)  # gloo can do nothing else
    return whole


def layers_of(encoder: nn.Module) -> nn.ModuleList:
    """The layers of an encoder: its longest list of modules."""
    lists = [module for module in encoder.modules() if isinstance(module, nn.ModuleList)]
    return max(lists, key=len) if lists else nn.ModuleList()


def parted_gradients(loss_of: Callable[[Batch], Tensor], batch: Batch, group: Group, tokens: int | None) -> Tensor:
    """Add the gradients of the mean loss of a batch to the parts of the weights, and return that loss.

    Every process goes forward and backward as often as any: one that has nothing left to compute does so for an example
    that counts nothing. So memory that runs out cannot be met by halving: the others would wait for this process.
    """
    mine, total = share_of(group, batch), counted(batch)
    parts = [part for part in (split(mine, tokens) if mine else []) if counted(part)]
    count = int(torch.stack(gathered(group, torch.tensor([len(parts)]))).max())
    loss = torch.zeros((), device=group.device)
    for number in range(count):
        part = parts[number] if number < len(parts) else None
        share = loss_of(part) * (counted(part) / total) if part else loss_of(filler(batch)) * 0.0
        torch.autograd.backward(share)
        loss += share.detach()
    add_up(group, [loss])
    return loss


def filler(batch: Batch) -> Batch:
    """The first feature of a batch of which there is anything to learn."""
    ones = (picked(batch, [number]) for number in range(len(batch.sizes)))
    return next((one for one in ones if counted(one)), picked(batch, [0]))


def made_whole(models: Iterable[nn.Module]) -> None:
    """Give models their whole weights again, on the processor. All processes must call this; the training is over."""
    from torch.distributed.fsdp import FSDPModule

    for module in [module for model in models for module in model.modules()]:
        if isinstance(module, FSDPModule):
            module.__class__ = type(module).__mro__[2]  # what it was: before it stand its parted kind, and FSDPModule
        for name, weight in list(module.named_parameters(recurse=False)):
            if is_parted(weight):
                setattr(module, name, nn.Parameter(whole_of(weight), requires_grad=weight.requires_grad))


def is_parted(tensor: Tensor) -> bool:
    """Whether this process has but a part of a tensor."""
    return hasattr(tensor, "full_tensor")


def whole_of(tensor: Any) -> Tensor:
    """A tensor as a whole, on the processor; of one that is parted, all processes must ask."""
    whole: Tensor = tensor.detach().full_tensor() if is_parted(tensor) else tensor.detach()
    return whole.cpu().contiguous()


def own_part(tensor: Any) -> Tensor:
    """What this process has of a tensor."""
    part: Tensor = tensor.to_local() if is_parted(tensor) else tensor
    return part


def like(tensor: Tensor, weight: Any) -> Tensor:
    """A whole tensor, parted as a weight is, if that is parted; every process has the whole one, so nothing is sent."""
    if not is_parted(weight) or tensor.shape != weight.shape:
        return tensor
    from torch.distributed.tensor import distribute_tensor

    return distribute_tensor(tensor.to(weight.device), weight.device_mesh, weight.placements, src_data_rank=None)
