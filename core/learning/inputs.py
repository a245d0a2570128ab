"""Batches on the device that computes, and an encoder's states for them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from xeval.formats.features import Batch
from xeval.learning.bertlike import Rows, is_bertlike, states_of
from xeval.learning.layout import WASTE, IntArray, Layout, Way, layout_of, onto, rows_at
from xeval.phases import computed
from xeval.tuning import Compute, Training

WIDTHS = 3072  # numbers, on a processor; measured: 24 to 48 rows of 64, 24 of 128, 6 to 12 of 256, 0 to 2 of 768
GPU_WASTE = 384  # rows, on a GPU, computed: some 40 microseconds of calls a layer, 0.1 for a row of 768 on an H200


@dataclass(frozen=True, eq=False)
class Inputs:
    """A batch on the device that computes. B sequences of T sub-words in N rows, F features, R rows that are read."""

    rows: Rows
    pools: Tensor | None  # (B, P, T)
    allowed: Tensor | None  # (B, T)
    sizes: tuple[int, ...]  # (F,)
    targets: Tensor  # (F,), (F, 2), or (R,) for sub-words


def inputs_of(batch: Batch, device: str, way: Way = "blocks", waste: int = WASTE) -> Inputs:
    """Lay a batch out in rows on a device."""
    layout, read = layout_of(batch.lengths, batch.ids.shape[1], way, device, waste), batch.read
    computed(int(batch.lengths.sum()), len(layout.take), int((batch.lengths**2).sum()))
    return Inputs(
        rows=Rows(
            ids=taken(batch.ids, layout, device),
            places=onto(torch.from_numpy(layout.take % layout.width), device),
            types=None if batch.types is None else taken(batch.types, layout, device),
            layout=layout,
            wanted=None if read is None else rows_at(layout, read),
            firsts=read is not None and bool(read[:, 0].all()) and int(read.sum()) == len(read),
        ),
        pools=moved(batch.pools, device),
        allowed=moved(batch.allowed, device),
        sizes=batch.sizes,
        targets=onto(torch.from_numpy(batch.targets[read] if batch.by_subword else batch.targets), device),
    )


def taken(table: IntArray, layout: Layout, device: str) -> Tensor:
    """The rows of a padded table (B, T): (N,)."""
    return onto(torch.from_numpy(table.ravel()[layout.take]), device)


def way_of(encoder: Any, compute: Compute) -> Way:
    """How inputs are laid out for an encoder.

    The library's own layers read padded batches. Rows without padding need a GPU, half precision, and no dropout in
    attention: the kernel has none.
    """
    if not is_bertlike(encoder):
        return "padded"
    chance = float(encoder.config.attention_probs_dropout_prob) if encoder.training else 0.0
    return "rows" if compute.device.startswith("cuda") and compute.precision == "bf16" and not chance else "blocks"


def waste_of(encoder: Any, device: str) -> int:
    """Rows of padding in a block at most: about what the calls for one block more cost; a wide row costs more."""
    return WIDTHS // int(encoder.config.hidden_size) if device == "cpu" else GPU_WASTE


def moved(array: Any, device: str) -> Tensor | None:
    """An array as a tensor on a device. It is copied: NumPy's memory is aligned by chance, and so would sums be."""
    return None if array is None else onto(torch.asarray(array, copy=True), device)


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
    """The states after a layer of the rows that are read, (R, H); of all, (N, H), where no rows are named.

    Layer 0 is the embeddings, -1 the last.
    """
    if is_bertlike(encoder):
        return states_of(encoder, inputs.rows, layer % (encoder.config.num_hidden_layers + 1))
    states, wanted = library_states(encoder, inputs.rows, layer).flatten(0, 1), inputs.rows.wanted
    return states if wanted is None else states[wanted]


def library_states(encoder: Any, rows: Rows, layer: int) -> Tensor:
    """The states (B, T, H) that the library's own layers compute from a padded batch."""
    (block,) = rows.layout.blocks
    shape = (block.count, block.width)
    given = {
        "input_ids": rows.ids.view(shape),
        "attention_mask": None if block.seen is None else block.seen.view(shape),
    }
    given |= {} if rows.types is None else {"token_type_ids": rows.types.view(shape)}
    if layer == -1:
        last: Tensor = encoder(**given).last_hidden_state
        return last
    states: Tensor = encoder(**given, output_hidden_states=True).hidden_states[layer]
    return states
