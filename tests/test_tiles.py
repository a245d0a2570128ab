from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from xeval.learning import tiles
from xeval.learning.layout import Layout, layout_of
from xeval.learning.tiles import attended_in_tiles

LENGTHS = np.array([3, 9, 5, 8, 9])
HEADS, WIDE = 4, 6


def parts_of(layout: Layout, kinds: int) -> Tensor:
    drawn = torch.randn(len(layout.take), kinds, HEADS, WIDE, generator=torch.Generator().manual_seed(0))
    return drawn.requires_grad_()


def plainly(parts: Tensor, layout: Layout) -> Tensor:
    """Attention sequence by sequence, written down as its definition says: (N, H)."""
    found = torch.zeros(len(parts), HEADS * WIDE)
    for block in layout.blocks:
        for number in range(block.count):
            first = block.first + number * block.width
            length = int(block.width if block.seen is None else block.seen[number].sum())
            query, key, value = parts[first : first + length].unbind(1)
            scores = torch.einsum("qhd,khd->hqk", query, key) / math.sqrt(WIDE)
            found[first : first + length] = torch.einsum("hqk,khd->qhd", scores.softmax(-1), value).flatten(1)
    return found


def real_rows(layout: Layout) -> Tensor:
    """The rows that are no padding."""
    places = torch.from_numpy(layout.take)
    return places % layout.width < torch.from_numpy(LENGTHS)[places // layout.width]


@pytest.mark.parametrize("tile", [1, 150, 1 << 17])
def test_a_tile_of_any_size_gives_attention_and_its_gradients(tile: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiles, "TILE", tile)
    layout = layout_of(LENGTHS, 9, "blocks", "cpu")
    real, weights = real_rows(layout), torch.randn(len(layout.take), HEADS * WIDE)
    ours, theirs = parts_of(layout, 3), parts_of(layout, 3)

    found = attended_in_tiles(ours, None, layout.blocks, 1e-9)  # dropout that drops nothing
    wanted = plainly(theirs, layout)
    (found * weights)[real].sum().backward()
    (wanted * weights)[real].sum().backward()

    assert torch.allclose(found[real], wanted[real], atol=1e-6)
    assert ours.grad is not None
    assert theirs.grad is not None
    assert torch.allclose(ours.grad, theirs.grad, atol=1e-5)


@pytest.mark.parametrize("tile", [1, 20, 1 << 17])
def test_one_query_of_each_sequence_is_attended_like_its_row(tile: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiles, "TILE", tile)
    layout = layout_of(LENGTHS, 9, "blocks", "cpu")
    parts, firsts = parts_of(layout, 3), layout.starts.sort().values

    every = attended_in_tiles(parts, None, layout.blocks, 1e-9)[firsts]
    alone = attended_in_tiles(parts[:, 1:], parts[firsts, 0], layout.blocks, 1e-9)

    assert torch.allclose(every, alone, atol=1e-6)


def test_gradients_with_dropout_are_those_of_small_differences() -> None:
    layout = layout_of(np.array([3, 2]), 3, "blocks", "cpu")
    parts = torch.randn(len(layout.take), 3, 2, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)

    def attended(changed: Tensor) -> Tensor:
        torch.manual_seed(2)  # the same luck each time
        return attended_in_tiles(changed, None, layout.blocks, 0.4)

    assert torch.autograd.gradcheck(attended, (parts.requires_grad_(),))


def test_dropout_keeps_the_mean_of_attention() -> None:
    layout = layout_of(np.full(40, 12), 12, "blocks", "cpu")
    parts = parts_of(layout, 3).detach()
    parts[:, 2] = 1.0
    torch.manual_seed(0)
    found = attended_in_tiles(parts, None, layout.blocks, 0.3)

    assert float(found.mean()) == pytest.approx(1.0, abs=0.01)
    assert float(found.std()) > 0.05
