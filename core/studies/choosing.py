"""How good a choice is that goes by a predictor: which intermediate task would it have taken?"""

from __future__ import annotations

import math

import numpy as np

from xeval.studies.panel import FloatArray


def ndcg(predicted: FloatArray, gains: FloatArray) -> float:
    """Normalised discounted cumulative gain (Jarvelin and Kekalainen 2002) of ranking by `predicted`, 0 to 1.

    Relevance is the gain above the least, discounted by log2(rank + 1); ties in `predicted` share their ranks' mean
    discount. 1 if all gains are the same.
    """
    relevance = gains - gains.min()
    discount = 1 / np.log2(np.arange(2, len(gains) + 2))
    best = float(np.sort(relevance)[::-1] @ discount)
    if best <= 0:
        return 1.0
    order = np.argsort(-predicted, kind="stable")
    _, kind, count = np.unique(-predicted[order], return_inverse=True, return_counts=True)
    shared = np.bincount(kind, weights=discount) / count
    return float(relevance[order] @ shared[kind]) / best


def regret(predicted: FloatArray, gains: FloatArray, k: int = 1) -> float:
    """What is lost by trying only the k tasks predicted best (Renggli et al. 2022), as a difference of scores.

    The best of all gains minus the best among the k; ties in `predicted` are broken for the worse. 0 is
    a perfect choice.
    """
    order = np.lexsort((gains, -predicted))
    return float(gains.max() - gains[order[:k]].max())


def regret_of_chance(gains: FloatArray, k: int = 1) -> float:
    """What a random choice of k loses on average: the expected best of k of n, drawn without replacement."""
    ordered = np.sort(gains)
    n = len(ordered)
    chances = [math.comb(place, k - 1) / math.comb(n, k) for place in range(n)]
    return float(ordered[-1] - ordered @ np.array(chances))


def rank_of_best(predicted: FloatArray, gains: FloatArray) -> float:
    """The mean rank, from 1, that the prediction gives to the task that is truly best (Vu et al. 2020)."""
    best = int(np.argmax(gains))
    above = int(np.sum(predicted > predicted[best]))
    return 1 + above + (int(np.sum(predicted == predicted[best])) - 1) / 2
