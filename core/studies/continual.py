"""What is learned, kept and lost in a sequence of languages. All functions take the matrix of scores R.

R[..., i, j] is the score in language j after hop i, T hops by J languages; hop i trains on language `trained[i]`.
Leading axes (draws of items, seeds, orders) are kept.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xeval.studies.panel import FloatArray


def final_average(scores: FloatArray) -> FloatArray:
    """Mean over languages after the last hop (Lopez-Paz and Ranzato 2017, ACC)."""
    found: FloatArray = scores[..., -1, :].mean(axis=-1)
    return found


def backward_transfer(scores: FloatArray, trained: Sequence[int]) -> FloatArray:
    """Last score minus the score just after training, over all but the last hop's language (Lopez-Paz and Ranzato).

    Negative is forgetting.
    """
    changes = [scores[..., -1, j] - scores[..., i, j] for i, j in enumerate(trained[:-1])]
    return _mean(changes, scores)


def backward_transfer_by_hop(scores: FloatArray, trained: Sequence[int]) -> FloatArray:
    """The same after every hop: over hops i >= 1 of the mean over earlier languages (M'hamdi et al. 2022)."""
    hops = [
        _mean([scores[..., i, j] - scores[..., h, j] for h, j in enumerate(trained[:i])], scores)
        for i in range(1, len(trained))
    ]
    return _mean(hops, scores)


def forgetting(scores: FloatArray, trained: Sequence[int]) -> FloatArray:
    """Best earlier score minus the last one, over all but the last hop's language (Chaudhry et al. 2018)."""
    drops = [scores[..., :-1, j].max(axis=-1) - scores[..., -1, j] for j in trained[:-1]]
    return _mean(drops, scores)


def forward_transfer(scores: FloatArray, trained: Sequence[int], before: FloatArray) -> FloatArray:
    """What earlier hops give a language before its own hop: the mean of R[i - 1, j] - before[j].

    Lopez-Paz and Ranzato (2017). `before` (..., J) holds the scores without any hop.
    """
    gains = [scores[..., i - 1, j] - before[..., j] for i, j in enumerate(trained) if i]
    return _mean(gains, scores)


def zero_shot(scores: FloatArray, trained: Sequence[int]) -> FloatArray:
    """Mean after the last hop over languages that no hop trained on; NaN if there is none."""
    never = [j for j in range(scores.shape[-1]) if j not in trained]
    return _mean([scores[..., -1, j] for j in never], scores)


def order_sensitivity(finals: FloatArray) -> FloatArray:
    """The standard deviation of final scores (..., orders) between orders."""
    found: FloatArray = finals.std(axis=-1, ddof=1)
    return found


def order_variance(values: FloatArray) -> tuple[float, float]:
    """The variance between orders beyond what seeds explain, and p that there is none, from (seeds, orders).

    Two-way analysis of variance without replication (Fisher 1925): seeds are blocks, since an order shares its
    pretraining, and its test items, with the others of its seed. The variance may come out below 0; it is cut there.
    """
    from scipy import special

    seeds, orders = values.shape
    rows, columns = values.mean(axis=1, keepdims=True), values.mean(axis=0, keepdims=True)
    free = (seeds - 1) * (orders - 1)
    rest = float(((values - rows - columns + values.mean()) ** 2).sum()) / max(1, free)
    between = seeds * float(((columns - values.mean()) ** 2).sum()) / max(1, orders - 1)
    if not free or rest == 0:
        return max(0.0, (between - rest) / seeds), float("nan")
    return max(0.0, (between - rest) / seeds), float(special.fdtrc(orders - 1, free, between / rest))


def _mean(parts: Sequence[FloatArray], like: FloatArray) -> FloatArray:
    if not parts:
        return np.full(like.shape[:-2], np.nan)
    found: FloatArray = np.mean(np.stack(parts), axis=0)
    return found
