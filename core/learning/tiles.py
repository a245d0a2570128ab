"""Attention for training on processors: tile by tile, so that its scores never leave the cache before they are used.

What autograd would keep of attention, and what it makes on the way, are tables of sequence by sequence, each larger
than a cache. Here a tile of them, of a few sequences or of some heads of one, goes all the way before the next one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from xeval.learning.dropping import kept, luck, scale
from xeval.learning.layout import Block

TILE = 1 << 17  # scores in a tile: half a MiB


@dataclass(frozen=True)
class Tile:
    """Some neighbouring sequences of a block, or some heads of one sequence."""

    queries: slice  # rows
    keys: slice  # rows
    heads: slice
    count: int
    sure: int  # so many keys are sub-words of every sequence, and need no mask
    seen: Tensor | None  # (count, 1, 1, T - sure), which of the others are sub-words; None where all are


class Tiled(torch.autograd.Function):
    """Softmax attention with dropout (Vaswani et al. 2017, 3.2.1; dropout on its weights as in BERT)."""

    @staticmethod
    def forward(ctx: Any, parts: Tensor, queries: Tensor | None, blocks: Sequence[Block], chance: float) -> Tensor:
        """Queries (Q, heads, D), keys and values (N, 2, heads, D), or all three (N, 3, heads, D), to (Q, H)."""
        asking, keys, values = split(parts, queries)
        found, saved = torch.empty(asking.shape, dtype=parts.dtype), list[Tensor]()
        ctx.tiles, ctx.chance = list(tiles_of(blocks, parts.shape[2], queries is not None)), chance
        for tile in ctx.tiles:
            query, key, value = three(asking, keys, values, tile)
            weights = weights_of(query, key, tile)
            drawn = luck(weights)
            thin = kept(drawn, weights, chance).mul_(weights)
            put(found, tile.queries, tile, torch.bmm(thin, value).mul_(scale(chance)))
            saved += [weights, drawn]
        ctx.save_for_backward(parts, queries, *saved)
        return found.flatten(1)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """Gradients of the parts, and of the queries where they come apart."""
        parts, queries, *saved = ctx.saved_tensors
        asking, keys, values = split(parts, queries)
        into, of_queries = torch.empty_like(parts), None if queries is None else torch.empty_like(queries)
        to_asking, to_keys, to_values = split(into, of_queries)
        given, factor = gradients[0].view(asking.shape), scale(ctx.chance)
        root = factor / math.sqrt(parts.shape[-1])
        for tile, weights, drawn in zip(ctx.tiles, saved[::2], saved[1::2], strict=True):
            query, key, value = three(asking, keys, values, tile)
            gradient, thin = picked(given, tile.queries, tile), kept(drawn, weights, ctx.chance)
            back = torch.bmm(gradient, value.transpose(1, 2)).mul_(thin)
            back = torch._softmax_backward_data(back, weights, -1, weights.dtype)
            put(to_asking, tile.queries, tile, torch.bmm(back, key).mul_(root))
            put(to_keys, tile.keys, tile, torch.bmm(back.transpose(1, 2), query).mul_(root))
            put(to_values, tile.keys, tile, torch.bmm(thin.mul_(weights).transpose(1, 2), gradient).mul_(factor))
        return into, of_queries, None, None


def attended_in_tiles(parts: Tensor, queries: Tensor | None, blocks: Sequence[Block], chance: float) -> Tensor:
    """Attention of all rows to those of their sequences, or of one query for each sequence, in the blocks' order."""
    found: Tensor = Tiled.apply(parts, queries, blocks, chance)  # type: ignore[no-untyped-call]
    return found


def split(parts: Tensor, queries: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
    """Views of queries, keys and values: (rows, heads, D) each."""
    if queries is None:
        return parts[:, 0], parts[:, 1], parts[:, 2]
    return queries, parts[:, 0], parts[:, 1]


def tiles_of(blocks: Sequence[Block], heads: int, one_query: bool) -> Iterator[Tile]:
    """Cut blocks into tiles."""
    sequence = 0
    for block in blocks:
        asking, scores = (1 if one_query else block.width), block.width * (1 if one_query else block.width)
        at_once = max(1, TILE // (scores * heads))
        few = max(1, TILE // scores) if at_once == 1 else heads
        for first in range(0, block.count, at_once):
            stop = min(block.count, first + at_once)
            base = sequence * asking if one_query else block.first
            queries = slice(base + first * asking, base + stop * asking)
            keys = slice(block.first + first * block.width, block.first + stop * block.width)
            seen = None if block.seen is None else block.seen[first:stop, ..., block.shortest :]
            for head in range(0, heads, few):
                yield Tile(queries, keys, slice(head, min(heads, head + few)), stop - first, block.shortest, seen)
        sequence += block.count


def three(asking: Tensor, keys: Tensor, values: Tensor, tile: Tile) -> tuple[Tensor, Tensor, Tensor]:
    """Queries, keys and values of a tile."""
    return picked(asking, tile.queries, tile), picked(keys, tile.keys, tile), picked(values, tile.keys, tile)


def weights_of(query: Tensor, key: Tensor, tile: Tile) -> Tensor:
    """How much each query looks at each key: (sequences x heads, T or 1, T)."""
    weights = torch.bmm(query / math.sqrt(query.shape[-1]), key.transpose(1, 2))
    if tile.seen is not None:
        weights.view(tile.count, -1, *weights.shape[1:])[..., tile.sure :].masked_fill_(~tile.seen, -torch.inf)
    return torch.softmax(weights, dim=-1, out=weights)


def picked(part: Tensor, rows: slice, tile: Tile) -> Tensor:
    """A tile of (rows, heads, D): (sequences x heads, T, D); a view where it is one sequence."""
    mine = part[rows, tile.heads]
    if tile.count == 1:
        return mine.transpose(0, 1)
    return mine.view(tile.count, -1, *mine.shape[1:]).transpose(1, 2).flatten(0, 1)


def put(part: Tensor, rows: slice, tile: Tile, found: Tensor) -> None:
    """Write a tile (sequences x heads, T, D) where it belongs in (rows, heads, D)."""
    mine = part[rows, tile.heads]
    if tile.count == 1:
        mine.copy_(found.transpose(0, 1))
    else:
        mine.view(tile.count, -1, *mine.shape[1:]).copy_(found.view(tile.count, -1, *found.shape[1:]).transpose(1, 2))
