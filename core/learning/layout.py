"""How the sequences of a batch lie in memory: blocks of like length, or one after another without any padding.

An encoder multiplies rows, one for each sub-word, and only attention has to know which rows belong together. Sequences
sorted by length and cut into a few blocks, each padded to its own longest, need no padding worth speaking of, and a
block is a plain view of the rows. Attention over rows without padding needs kernels that there are on GPUs alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

IntArray = npt.NDArray[np.int64]
Way = Literal["blocks", "padded", "rows"]
WASTE = 48  # rows of padding in a block at most


@dataclass(frozen=True, eq=False)
class Block:
    """`count` sequences padded to `width`, in the rows from `first` on."""

    first: int
    count: int
    width: int
    seen: Tensor | None  # (count, 1, 1, width), True for sub-words; None where nothing is padded
    shortest: int  # sub-words that every sequence has at least

    @property
    def stop(self) -> int:
        """One past its last row."""
        return self.first + self.count * self.width


@dataclass(frozen=True, eq=False)
class Layout:
    """N rows of B sequences. Rows of padding hold numbers that mean nothing."""

    take: IntArray  # (N,), the place of each row in the padded batch, counted through (B, T)
    starts: Tensor  # (B,), the row of the first sub-word of each sequence, in the order of the batch
    blocks: tuple[Block, ...]
    width: int  # of the padded batch: T
    lengths: IntArray  # (B,)
    bounds: Tensor | None = None  # (B + 1,), the first row of each sequence, where nothing is padded: attention by rows

    @property
    def is_padded_batch(self) -> bool:
        """Whether the rows are those of the padded batch, in its order."""
        return len(self.take) == len(self.starts) * self.width and len(self.blocks) == 1


def layout_of(lengths: IntArray, width: int, way: Way, device: str, waste: int = WASTE) -> Layout:
    """Lay out sequences of these lengths, padded to `width` in their batch; blocks with so much padding at most."""
    if way == "rows":
        return unpadded(lengths, width, device)
    order = np.argsort(lengths, kind="stable") if way == "blocks" else np.arange(len(lengths))
    cuts = blocks_of(lengths[order], waste) if way == "blocks" else [(0, len(lengths))]
    blocks, takes, starts, first = [], [], np.empty(len(lengths), dtype=np.int64), 0
    for start, stop in cuts:
        inside, count = order[start:stop], stop - start
        wide = int(lengths[inside[-1]]) if way == "blocks" else width
        takes.append((inside[:, None] * width + np.arange(wide)).ravel())
        starts[inside] = first + wide * np.arange(count)
        blocks.append(Block(first, count, wide, seen(lengths[inside], wide, device), int(lengths[inside].min())))
        first += count * wide
    return Layout(np.concatenate(takes), onto(torch.from_numpy(starts), device), tuple(blocks), width, lengths)


def blocks_of(lengths: Sequence[int] | IntArray, most: int) -> list[tuple[int, int]]:
    """Cut ascending lengths into blocks, none with more than `most` rows of padding."""
    cuts: list[tuple[int, int]] = []
    stop, waste = len(lengths), 0
    for place in range(len(lengths) - 1, -1, -1):
        waste += int(lengths[stop - 1] - lengths[place])
        if waste > most:
            cuts.append((place + 1, stop))
            stop, waste = place + 1, 0
    return [(0, stop), *reversed(cuts)]


def seen(lengths: IntArray, width: int, device: str) -> Tensor | None:
    """Which keys of a block are sub-words; None where all are."""
    if (lengths == width).all():
        return None
    return onto(torch.from_numpy((np.arange(width) < lengths[:, None])[:, None, None, :]), device)


def unpadded(lengths: IntArray, width: int, device: str) -> Layout:
    """One sequence after another, without any padding."""
    bounds = np.concatenate([[0], np.cumsum(lengths)])
    inside = np.arange(bounds[-1]) - np.repeat(bounds[:-1], lengths)
    take = np.repeat(np.arange(len(lengths)) * width, lengths) + inside
    places = onto(torch.from_numpy(bounds), device)
    return Layout(take, places[:-1], (), width, lengths, bounds=places.to(torch.int32))


def rows_at(layout: Layout, chosen: npt.NDArray[np.bool_]) -> Tensor:
    """The rows of what is chosen in the padded batch (B, T), in its order."""
    sequences, places = np.nonzero(chosen)
    device = str(layout.starts.device)
    return layout.starts[onto(torch.from_numpy(sequences), device)] + onto(torch.from_numpy(places), device)


def onto(tensor: Tensor, device: str) -> Tensor:
    """A tensor on a device. To a GPU it goes from pinned memory: a copy from elsewhere waits for all that is queued."""
    return tensor.pin_memory().to(device, non_blocking=True) if device.startswith("cuda") else tensor.to(device)


def folded(states: Tensor, layout: Layout) -> Tensor:
    """Rows (N, H) as a padded batch again (B, T, H); what stands for padding means nothing."""
    if layout.is_padded_batch and bool((layout.take == np.arange(len(layout.take))).all()):
        return states.view(len(layout.starts), layout.width, -1)
    places = layout.starts[:, None] + torch.arange(layout.width, device=states.device)
    return states[places.clamp_(max=len(states) - 1)]
