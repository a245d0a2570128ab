"""Steps of a training: parameters, schedule, precision, and chance that nobody else can touch."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import nn

from xeval.errors import BadValue
from xeval.hashing import seed_of
from xeval.tuning import Compute, Training

SMALL = 5_000_000  # parameters outside the embeddings; XLM-R base has 85 million


def optimizer_of(models: Sequence[nn.Module], settings: Training) -> torch.optim.AdamW:
    """AdamW over all parameters that are trained; weight decay leaves biases and layer norms (vectors) alone."""
    trained = [parameter for model in models for parameter in model.parameters() if parameter.requires_grad]
    groups = [
        {"params": [p for p in trained if p.ndim > 1], "weight_decay": settings.weight_decay},
        {"params": [p for p in trained if p.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=settings.learning_rate, fused=True)


def warmed(step: int, total: int, warmup: float) -> float:
    """The share of the learning rate at a step: up in a line over the first `warmup` of all, then down to 0."""
    rising = round(total * warmup)
    return (step + 1) / rising if step < rising else (total - step) / (total - rising)


def freeze(module: nn.Module) -> None:
    """Compute no gradient for the weights of a module; its dropout stays."""
    module.requires_grad_(False)


def recompute_activations(encoder: Any) -> None:
    """Keep only the states between layers, and compute a layer once more on the way back: same bits, less memory.

    Raises BadValue if the library cannot do that with this encoder.
    """
    try:
        enable = getattr(encoder, "activation_checkpointing_enable", None) or encoder.gradient_checkpointing_enable
        enable({"use_reentrant": False})
    except ValueError as error:
        raise BadValue(f"--gradient-checkpointing is not possible here: {error}", hint="Leave it out.") from None


def embedding_layer(encoder: Any) -> nn.Module:
    """The whole embedding layer of an encoder: words, places, types and their norm."""
    layer: nn.Module = getattr(encoder, "embeddings", None) or encoder.get_input_embeddings()
    return layer


@contextlib.contextmanager
def threads(count: int) -> Iterator[None]:
    """Compute with so many threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def inner_size(encoder: nn.Module) -> int:
    """Parameters outside the embeddings: what every sub-word is multiplied with."""
    inside = {id(parameter) for parameter in embedding_layer(encoder).parameters()}
    return sum(parameter.numel() for parameter in encoder.parameters() if id(parameter) not in inside)


@contextlib.contextmanager
def chance_of(seed: int, device: str, rank: int = 0) -> Iterator[None]:
    """Draw dropout from a seed, of its own for each process of a group; the global generators stay as they were."""
    devices = [torch.device(device)] if device.startswith("cuda") else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(seed_of(seed, "dropout", rank) if rank else seed_of(seed, "dropout"))
        yield


@contextlib.contextmanager
def precise(compute: Compute, encoder: nn.Module | None = None) -> Iterator[None]:
    """Compute as `compute.precision` says: in fp32 whole, in bf16 with what autocast leaves of fp32 in TF32.

    Autocast keeps no copies of weights: it would keep them for as long as it is on, and a training that it is on for
    would go forward with the weights that it began with.

    On a CPU a small encoder is computed by one thread: two only wait for each other, and another number of them adds
    up in another order, so that the last bits would depend on the machine.
    """
    check_bf16(compute)
    mixed = compute.precision == "bf16"
    if not compute.device.startswith("cuda"):
        few = encoder is not None and inner_size(encoder) < SMALL
        with threads(1 if few else torch.get_num_threads()), autocast("cpu", mixed):
            yield
        return
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("high" if mixed else "highest")
    try:
        with autocast("cuda", mixed):
            yield
    finally:
        torch.set_float32_matmul_precision(before)


def check_bf16(compute: Compute) -> None:
    """Raise BadValue for a GPU that only imitates bf16: planning cannot always tell."""
    on_gpu = compute.device.startswith("cuda")
    if on_gpu and compute.precision == "bf16" and not torch.cuda.is_bf16_supported(including_emulation=False):
        name = torch.cuda.get_device_name(compute.device)
        raise BadValue(f"--precision bf16 is not possible here: {name} does not compute in it.", hint="Write fp32.")


def autocast(device: str, mixed: bool) -> torch.autocast:
    """Products in bf16, if `mixed`; weights are cast anew each time, since a training changes them."""
    return torch.autocast(device, dtype=torch.bfloat16, enabled=mixed, cache_enabled=False)
