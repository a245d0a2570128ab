"""Parts of a batch that are computed one after another where the whole does not fit. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from xeval.formats.features import IGNORED, Batch
from xeval.learning.batching import IntArray


def split(batch: Batch, tokens: int | None) -> list[Batch]:
    """Neighbouring features of a batch in parts of at most `tokens` sub-words, padding included; None is one part.

    A feature is never cut, so one that is larger makes a part alone; nor is a batch that is `whole`.
    """
    if tokens is None or batch.whole or places(batch) <= tokens:
        return [batch]
    return [picked(batch, part) for part in parts_of(batch, tokens)]


def parts_of(batch: Batch, tokens: int) -> list[list[int]]:
    """The numbers of the features in each part: as many as fit, padded to the longest of them."""
    firsts = np.cumsum([0, *batch.sizes[:-1]])
    widths = np.maximum.reduceat(batch.lengths, firsts)
    parts: list[list[int]] = []
    rows = width = 0
    for number, (count, own) in enumerate(zip(batch.sizes, map(int, widths), strict=True)):
        if parts and (rows + count) * max(width, own) <= tokens:
            parts[-1].append(number)
            rows, width = rows + count, max(width, own)
        else:
            parts.append([number])
            rows, width = count, own
    return parts


def picked(batch: Batch, features: Sequence[int]) -> Batch:
    """Some features of a batch, padded to the longest of them."""
    firsts = np.cumsum([0, *batch.sizes])
    rows: IntArray = np.concatenate([np.arange(firsts[f], firsts[f + 1]) for f in features])
    lengths = batch.lengths[rows]
    width = int(lengths.max())
    return replace(
        batch,
        ids=batch.ids[rows, :width],
        lengths=lengths,
        types=None if batch.types is None else batch.types[rows, :width],
        pools=None if batch.pools is None else batch.pools[rows, :, :width],
        allowed=None if batch.allowed is None else batch.allowed[rows, :width],
        sizes=tuple(batch.sizes[f] for f in features),
        targets=batch.targets[rows, :width] if batch.by_subword else batch.targets[list(features)],
        read=None if batch.read is None else batch.read[rows, :width],
    )


def places(batch: Batch) -> int:
    """Sub-words of a batch, padding included."""
    return batch.ids.size


def counted(batch: Batch) -> int:
    """How many terms the mean loss of a batch is a mean of: features, ends of answers, or sub-words with a target."""
    return int(np.count_nonzero(batch.targets != IGNORED))
