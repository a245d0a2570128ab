"""Attention over rows, however they are laid out."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from xeval.learning.layout import Block, Layout
from xeval.learning.products import linear
from xeval.learning.tiles import attended_in_tiles


def attended(attention: Any, states: Tensor, layout: Layout) -> Tensor:
    """Scaled dot-product attention of every row: (N, H)."""
    three = (attention.query, attention.key, attention.value)
    weight, bias = torch.cat([part.weight for part in three]), torch.cat([part.bias for part in three])
    parts = linear(states, weight, bias).view(len(states), 3, attention.num_attention_heads, -1)
    if layout.bounds is not None:
        return by_rows(parts, layout).flatten(1)
    if in_tiles(parts, attention):
        return attended_in_tiles(parts, None, layout.blocks, chance_in(attention))
    found = [of_block(parts[b.first : b.stop].unbind(1), b, attention) for b in layout.blocks]
    return found[0] if len(found) == 1 else torch.cat(found)


def attended_from_first(attention: Any, states: Tensor, layout: Layout) -> Tensor:
    """The same of the first row of each sequence alone, in the order of the batch: (B, H)."""
    two = (attention.key, attention.value)
    weight, bias = torch.cat([part.weight for part in two]), torch.cat([part.bias for part in two])
    heads, order = attention.num_attention_heads, layout.starts.argsort()
    queries = linear(states[layout.starts[order]], attention.query.weight, attention.query.bias)
    queries = queries.view(len(order), heads, -1)
    parts = linear(states, weight, bias).view(len(states), 2, heads, -1)
    if in_tiles(parts, attention):
        return attended_in_tiles(parts, queries, layout.blocks, chance_in(attention))[order.argsort()]
    mine = torch.split(queries, [block.count for block in layout.blocks])
    found = [
        of_block((query, *parts[b.first : b.stop].unbind(1)), b, attention)
        for b, query in zip(layout.blocks, mine, strict=True)
    ]
    return torch.cat(found)[order.argsort()]


def chance_in(attention: Any) -> float:
    """The chance of dropout, now."""
    return float(attention.dropout.p) if attention.training else 0.0


def in_tiles(parts: Tensor, attention: Any) -> bool:
    """Whether attention is computed in tiles: with dropout on a processor, which the library's own draws dearly."""
    return parts.device.type == "cpu" and parts.dtype == torch.float32 and 0 < chance_in(attention) < 1


def of_block(three: tuple[Tensor, ...], block: Block, attention: Any) -> Tensor:
    """Attention within each sequence of a block: queries, keys and values (rows, heads, D) to (rows of queries, H)."""
    query, key, value = (part.view(block.count, -1, *part.shape[1:]).transpose(1, 2) for part in three)
    found = F.scaled_dot_product_attention(query, key, value, attn_mask=block.seen, dropout_p=chance_in(attention))
    return found.transpose(1, 2).flatten(2).flatten(0, 1)


def by_rows(parts: Tensor, layout: Layout) -> Tensor:
    """Attention over rows without padding, (N, 3, heads, D): a kernel that there is on GPUs alone."""
    from torch.nn.attention.varlen import varlen_attn

    queries, keys, values = parts.unbind(1)
    bounds, longest = layout.bounds, layout.width
    assert bounds is not None
    found = varlen_attn(queries, keys, values, bounds, bounds, longest, longest)
    assert isinstance(found, Tensor)
    return found
