"""Whether a model says the same in two languages."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence


def agreement(first: Mapping[str, str], second: Mapping[str, str]) -> float:
    """The share of items in both whose predictions are the same; NaN without any."""
    both = first.keys() & second.keys()
    return sum(first[uid] == second[uid] for uid in both) / len(both) if both else math.nan


def kappa(first: Mapping[str, str], second: Mapping[str, str]) -> float:
    """Agreement beyond what the two distributions of predictions give by chance (Cohen 1960)."""
    both = sorted(first.keys() & second.keys())
    if not both:
        return math.nan
    one, other = Counter(first[uid] for uid in both), Counter(second[uid] for uid in both)
    expected = sum(one[said] * other[said] for said in one) / len(both) ** 2
    return (agreement(first, second) - expected) / (1 - expected) if expected < 1 else math.nan


def rank_consistency(first: Sequence[Sequence[str]], second: Sequence[Sequence[str]]) -> float:
    """RankC: how alike two languages rank the same candidates, question by question (Qi et al. 2023).

    The mean over questions of sum_j w_j P@j, with P@j the share of the first j candidates that both have among their
    first j, and w_j proportional to e^(n - j): what is ranked first counts most.
    """
    found = []
    for one, other in zip(first, second, strict=True):
        n = len(one)
        weights = [math.exp(-j) for j in range(1, n + 1)]
        shared = [len(set(one[:j]) & set(other[:j])) / j for j in range(1, n + 1)]
        found.append(sum(w * s for w, s in zip(weights, shared, strict=True)) / sum(weights))
    return sum(found) / len(found) if found else math.nan
