"""BERT and its kin computed from the library's weights without its layers: the same states in less time.

Rows stand for sub-words, without padding worth speaking of; queries, keys and values are one product; the last layer is
computed only where something reads it; dropout is drawn cheaply. How rows lie for attention is in layout.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from xeval.learning.attention import attended, attended_from_first
from xeval.learning.dropping import dropped, dropped_onto
from xeval.learning.layout import Layout
from xeval.learning.products import activated, linear

FAMILIES = ("bert", "roberta", "xlm-roberta")


@dataclass(frozen=True, eq=False)
class Rows:
    """N sub-words, as they are laid out, and which of their states are wanted."""

    ids: Tensor  # (N,)
    places: Tensor  # (N,), where each stands in its sequence, from 0
    types: Tensor | None  # (N,)
    layout: Layout
    wanted: Tensor | None = None  # (R,), numbers of rows; None for all
    firsts: bool = False  # whether these are the first rows of all sequences, in the order of the batch


def is_bertlike(encoder: Any) -> bool:
    """Whether an encoder is one that this module computes."""
    config = encoder.config
    plain = config.hidden_act == "gelu" and not config.is_decoder if config.model_type in FAMILIES else False
    return bool(plain) and not hasattr(encoder, "peft_config")  # adapters are in layers that would be passed by here


def states_of(encoder: Any, rows: Rows, depth: int) -> Tensor:
    """The states after `depth` layers, 0 is the embeddings: (R, H) of the rows that are wanted, (N, H) if all are.

    In the last of these layers, what comes after attention is computed for the wanted rows alone; where they are the
    first ones of their sequences, attention is too.
    """
    states = embedded(encoder.embeddings, rows)
    for layer in islice(encoder.encoder.layer, max(0, depth - 1)):
        states = step_of(layer)(states, rows, every=True)
    if not depth:
        return states if rows.wanted is None else states[rows.wanted]
    return step_of(encoder.encoder.layer[depth - 1])(states, rows, every=rows.wanted is None)


def step_of(layer: Any) -> Callable[..., Tensor]:
    """How a layer is gone through: as a module where its weights must be gathered before (see parting).

    What the library's layers do when they are called, computing anew on the way back, is done by `through`.
    """
    return partial(nn.Module.__call__, layer) if getattr(layer, "gathers", False) else partial(through, layer)


def through(layer: Any, states: Tensor, rows: Rows, every: bool) -> Tensor:
    """A layer, of all rows or of the wanted ones; computed again on the way back where memory is to be saved."""
    way = whole if every else last
    if getattr(layer, "gradient_checkpointing", False) and torch.is_grad_enabled():
        found: Tensor = checkpoint(way, layer, states, rows, use_reentrant=False)
        return found
    return way(layer, states, rows)


def embedded(embeddings: Any, rows: Rows) -> Tensor:
    """Words, places and types, added and normed: (N, H). RoBERTa's kin number places from one past the padding."""
    places, kinds = embeddings.position_embeddings, embeddings.token_type_embeddings
    first = 0 if places.padding_idx is None else places.padding_idx + 1
    around = F.embedding(rows.places + first, places.weight)
    around = around + (kinds.weight[0] if rows.types is None else kinds(rows.types))
    return dropped(normed(embeddings.word_embeddings(rows.ids) + around, embeddings.LayerNorm), embeddings.dropout)


def whole(layer: Any, states: Tensor, rows: Rows) -> Tensor:
    """A layer of all rows."""
    return worked(layer, attended(layer.attention.self, states, rows.layout), states)


def last(layer: Any, states: Tensor, rows: Rows) -> Tensor:
    """A layer of the wanted rows."""
    attention, wanted = layer.attention.self, rows.wanted
    if rows.firsts and rows.layout.bounds is None:
        return worked(layer, attended_from_first(attention, states, rows.layout), states[wanted])
    return worked(layer, attended(attention, states, rows.layout)[wanted], states[wanted])


def worked(layer: Any, looked: Tensor, states: Tensor) -> Tensor:
    """What comes after attention: its output and the feed-forward part, each added to what went in, then normed."""
    joint, output = layer.attention.output, layer.output
    looked = linear(looked, joint.dense.weight, joint.dense.bias)
    states = normed(dropped_onto(states, looked, joint.dropout), joint.LayerNorm)
    inner = activated(states, layer.intermediate.dense)
    added = linear(inner, output.dense.weight, output.dense.bias)
    return normed(dropped_onto(states, added, output.dropout), output.LayerNorm)


def normed(states: Tensor, norm: nn.LayerNorm) -> Tensor:
    """A layer norm."""
    return F.layer_norm(states, norm.normalized_shape, norm.weight, norm.bias, norm.eps)
