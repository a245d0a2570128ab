"""Low-rank adapters: few weights are trained beside frozen ones, and added to them when the training is over."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from xeval.errors import BadValue
from xeval.hashing import seed_of
from xeval.tuning import Training


def adapt(encoder: Any, settings: Training, seed: int) -> None:
    """Freeze an encoder and put low-rank updates beside every linear layer of it (LoRA, Hu et al. 2022), in place.

    W becomes W + (alpha / rank) B A, with B zero at the start, so that nothing changes before a step is taken. Heads
    are trained whole. Raises BadValue if the library peft is not there.
    """
    try:
        from peft import LoraConfig, inject_adapter_in_model
    except ImportError:
        raise BadValue(
            "An adapter needs the library peft, which is not installed.", hint="pip install 'xeval-harness[adapters]'"
        ) from None
    encoder.requires_grad_(False)
    config = LoraConfig(
        r=settings.rank,
        lora_alpha=settings.adapter_alpha,
        lora_dropout=settings.adapter_dropout,
        target_modules=linear_layers(encoder),
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_of(seed, "adapter"))
        inject_adapter_in_model(config, encoder)


def linear_layers(encoder: nn.Module) -> list[str]:
    """The names of every linear layer of an encoder: those of attention and of feed-forward."""
    return sorted(name for name, module in encoder.named_modules() if isinstance(module, nn.Linear))


def merge(encoder: Any) -> None:
    """Add the updates to the weights and take the adapters away, in place: what is left is a plain encoder."""
    from peft.tuners.tuners_utils import BaseTunerLayer

    adapted = [(name, module) for name, module in encoder.named_modules() if isinstance(module, BaseTunerLayer)]
    for name, module in adapted:
        parent, _, last = name.rpartition(".")
        module.merge(safe_merge=True)
        setattr(encoder.get_submodule(parent), last, module.get_base_layer())
    del encoder.peft_config
    encoder.requires_grad_(True)
