"""Attention over rows, however they are laid out."""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from xeval.learning.dropping import scale, thinned
from xeval.learning.layout import Block, Layout


def attended(attention: Any, states: Tensor, layout: Layout) -> Tensor:
    """Scaled dot-product attention of every row: (N, H)."""
    three = (attention.query, attention.key, attention.value)
    weight, bias = torch.cat([part.weight for part in three]), torch.cat([part.bias for part in three])
    parts = F.linear(states, weight, bias).view(len(states), 3, attention.num_attention_heads, -1)
    if layout.bounds is not None:
        return by_rows(parts, layout).flatten(1)
    found = [of_block(parts[b.first : b.stop].unbind(1), b, attention) for b in layout.blocks]
    return found[0] if len(found) == 1 else torch.cat(found)


def attended_from_first(attention: Any, states: Tensor, layout: Layout) -> Tensor:
    """The same of the first row of each sequence alone, in the order of the batch: (B, H)."""
    two = (attention.key, attention.value)
    weight, bias = torch.cat([part.weight for part in two]), torch.cat([part.bias for part in two])
    heads = attention.num_attention_heads
    queries = F.linear(states[layout.starts], attention.query.weight, attention.query.bias).view(
        -1, heads, states.shape[1] // heads
    )
    parts = F.linear(states, weight, bias).view(len(states), 2, heads, -1)
    found = [
        of_block((queries[mine], *parts[b.first : b.stop].unbind(1)), b, attention)
        for b, mine in zip(layout.blocks, members(layout), strict=True)
    ]
    order = torch.cat(members(layout))
    return torch.cat(found)[order.argsort()]


def members(layout: Layout) -> list[Tensor]:
    """Which sequences of the batch each block holds, in its order."""
    order, found, first = layout.starts.argsort(), [], 0
    for block in layout.blocks:
        found.append(order[first : first + block.count])
        first += block.count
    return found


def of_block(three: tuple[Tensor, ...], block: Block, attention: Any) -> Tensor:
    """Attention within each sequence of a block: queries, keys and values (rows, heads, D) to (rows of queries, H)."""
    query, key, value = (part.view(block.count, -1, *part.shape[1:]).transpose(1, 2) for part in three)
    chance = attention.dropout.p if attention.training else 0.0
    if chance and query.device.type == "cpu":
        found = thinly(query, key, value, block.seen, chance)
    else:
        found = F.scaled_dot_product_attention(query, key, value, attn_mask=block.seen, dropout_p=chance)
    return found.transpose(1, 2).flatten(2).flatten(0, 1)


def thinly(query: Tensor, key: Tensor, value: Tensor, seen: Tensor | None, chance: float) -> Tensor:
    """Scaled dot-product attention with dropout; the library's own on processors draws it dearly."""
    scores = (query / math.sqrt(query.shape[-1])) @ key.transpose(-2, -1)
    if seen is not None:
        scores = scores.masked_fill(~seen, -torch.inf)
    return thinned(scores.softmax(dim=-1), chance, scaled=False) @ (value * scale(chance))  # fewer than the scores


def by_rows(parts: Tensor, layout: Layout) -> Tensor:
    """Attention over rows without padding, (N, 3, heads, D): a kernel that there is on GPUs alone."""
    from torch.nn.attention.varlen import varlen_attn

    queries, keys, values = parts.unbind(1)
    bounds, longest = layout.bounds, layout.width
    assert bounds is not None
    found = varlen_attn(queries, keys, values, bounds, bounds, longest, longest)
    assert isinstance(found, Tensor)
    return found
