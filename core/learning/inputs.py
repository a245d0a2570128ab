"""Batches on the device that computes, and an encoder's states for them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from xeval.formats.features import Batch
from xeval.learning.bertlike import is_bertlike, states_of
from xeval.tuning import Training


@dataclass(frozen=True, eq=False)
class Inputs:
    """A batch on the device that computes. B sequences of T sub-words, F features."""

    ids: Tensor  # (B, T)
    mask: Tensor | None  # (B, T), True for sub-words; None where nothing is padded
    types: Tensor | None  # (B, T)
    pools: Tensor | None  # (B, P, T)
    allowed: Tensor | None  # (B, T)
    sizes: tuple[int, ...]  # (F,)
    targets: Tensor  # (F,), (F, 2) or (B, T)


def inputs_of(batch: Batch, device: str) -> Inputs:
    """Move a batch to a device; the mask is left out where nothing is padded, so that attention need not read it."""
    places = torch.arange(batch.ids.shape[1])
    stops = torch.from_numpy(batch.lengths)[:, None]
    return Inputs(
        ids=torch.from_numpy(batch.ids).to(device),
        mask=moved(None if (stops == len(places)).all() else places < stops, device),
        types=moved(batch.types, device),
        pools=moved(batch.pools, device),
        allowed=moved(batch.allowed, device),
        sizes=batch.sizes,
        targets=torch.from_numpy(batch.targets).to(device),
    )


def moved(array: Any, device: str) -> Tensor | None:
    """An array as a tensor on a device. It is copied: NumPy's memory is aligned by chance, and so would sums be."""
    return None if array is None else torch.asarray(array, copy=True).to(device)


def fitted(settings: Training, encoder: Any) -> Training:
    """The settings, with inputs no longer than the encoder has places for."""
    return dataclasses.replace(settings, max_length=min(settings.max_length, longest_input(encoder)))


def longest_input(encoder: Any) -> int:
    """How many sub-words an encoder can read at once. RoBERTa's kin number places from one past the padding."""
    for name, module in encoder.named_modules():
        if name.endswith("position_embeddings") and isinstance(module, nn.Embedding):
            return module.num_embeddings - (0 if module.padding_idx is None else module.padding_idx + 1)
    return int(getattr(encoder.config, "max_position_embeddings", None) or 10**9)


def hidden_states(encoder: Any, inputs: Inputs, layer: int = -1) -> Tensor:
    """The encoder's states (B, T, H) after a layer: 0 is the embeddings, -1 the last."""
    if is_bertlike(encoder):
        depth = layer % (encoder.config.num_hidden_layers + 1)
        return states_of(encoder, inputs.ids, inputs.mask, inputs.types, depth)
    given = {} if inputs.types is None else {"token_type_ids": inputs.types}
    if layer == -1:
        last: Tensor = encoder(input_ids=inputs.ids, attention_mask=inputs.mask, **given).last_hidden_state
        return last
    output = encoder(input_ids=inputs.ids, attention_mask=inputs.mask, output_hidden_states=True, **given)
    states: Tensor = output.hidden_states[layer]
    return states
