"""Which inputs are computed together: batches of like length, decided before anything is computed. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from xeval.hashing import seed_of

IntArray = npt.NDArray[np.int64]
WINDOW = 16  # batches sorted by length together: wide enough to save padding, narrow enough to stay a shuffle
UNEVEN = 1.25  # longest to shortest input of an evaluation batch that is full enough
ENOUGH = 2048  # sub-words from which on an evaluation batch keeps a processor busy


def training_batches(lengths: Sequence[int], batch_size: int, epochs: float, seed: int) -> list[IntArray]:
    """The numbers of the inputs in each optimiser step: every input once per epoch, the last epoch cut to its share.

    A batch has at most `batch_size` inputs, of like length. Batches of an epoch differ by at most one in size, so
    that no step follows the gradient of a runt.
    """
    rng = np.random.default_rng(seed_of(seed, "batches"))
    by_number = np.asarray(lengths, dtype=np.int64)
    left = max(1, round(epochs * len(by_number))) if len(by_number) else 0
    batches: list[IntArray] = []
    while left > 0:
        order = rng.permutation(len(by_number))[:left]
        batches += epoch_batches(order, by_number, batch_size, rng)
        left -= len(order)
    return batches


def epoch_batches(order: IntArray, lengths: IntArray, batch_size: int, rng: np.random.Generator) -> list[IntArray]:
    """Cut shuffled inputs into windows, sort each window by length, cut it into batches, and shuffle those."""
    parts = np.array_split(order, math.ceil(len(order) / batch_size))
    batches: list[IntArray] = []
    for first in range(0, len(parts), WINDOW):
        group = parts[first : first + WINDOW]
        window = np.concatenate(group)
        window = window[np.argsort(lengths[window], kind="stable")]
        cut = np.split(window, np.cumsum([len(part) for part in group])[:-1])
        batches += [cut[i] for i in rng.permutation(len(cut))]
    return batches


def interleaved(counts: Sequence[int], seed: int) -> list[int]:
    """Which of several sets each step belongs to: every set as often as it has batches, in an order drawn by seed."""
    turns = np.repeat(np.arange(len(counts)), counts)
    return [int(turn) for turn in np.random.default_rng(seed_of(seed, "turns")).permutation(turns)]


def evaluation_batches(lengths: Sequence[int], budget: int) -> list[IntArray]:
    """The numbers of the inputs in each batch, sorted by length; padding included, a batch keeps to the budget.

    One input may exceed the budget alone. A batch that already keeps the processor busy ends where the next input
    is much longer than its shortest.
    """
    order = np.argsort(np.asarray(lengths, dtype=np.int64), kind="stable")
    batches: list[list[int]] = []
    for number in map(int, order):
        if batches and fits(lengths[batches[-1][0]], lengths[number], len(batches[-1]), budget):
            batches[-1].append(number)
        else:
            batches.append([number])
    return [np.array(batch, dtype=np.int64) for batch in batches]


def even_batches(lengths: Sequence[int], budget: int) -> list[IntArray]:
    """The same without padding: sorted by length, each batch with about as many sub-words as the others."""
    by_number = np.asarray(lengths, dtype=np.int64)
    order = np.argsort(by_number, kind="stable")
    ends = np.cumsum(by_number[order])
    parts = math.ceil(ends[-1] / budget) if len(ends) else 0
    cuts = np.searchsorted(ends, ends[-1] * np.arange(1, parts) / parts, side="right") if parts else []
    return [batch for batch in np.split(order, cuts) if len(batch)]


def fits(shortest: int, length: int, count: int, budget: int) -> bool:
    """Whether an input of `length` may join `count` inputs, of which the shortest is given."""
    busy = count * shortest >= min(ENOUGH, budget)
    return (count + 1) * length <= budget and not (busy and length > UNEVEN * shortest)
