"""Which systems can be told apart: paired differences, p-values adjusted for their number, ranks with ties."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xeval.boards.statistics import Estimate, FloatArray, estimates

ALPHA = 0.05


@dataclass(frozen=True)
class Difference(Estimate):
    """A difference of two scores with its interval and the chance of one as large if there were none."""

    p: float


def difference(left: FloatArray, right: FloatArray) -> Difference:
    """Left minus right, both (1 + samples,) from the same resamples, with a two-sided p (smoothed by one).

    The paired bootstrap of Koehn (2004).
    """
    apart = left - right
    found = estimates(apart[:, None])[0]
    below, above = np.count_nonzero(apart[1:] <= 0), np.count_nonzero(apart[1:] >= 0)
    p = min(1.0, 2 * (1 + min(below, above)) / len(apart))
    return Difference(found.value, found.low, found.high, p)


def adjusted(differences: FloatArray) -> FloatArray:
    """p of each column of differences (1 + samples, m), adjusted so that any false claim among all m is rare.

    Step-down maxT (Romano and Wolf 2005): Holm's scheme with the resamples' own dependence in place of the worst
    case, and no need of a p below what 1,000 resamples can tell.
    """
    observed, noise = np.abs(differences[0]), np.abs(differences[1:] - differences[0])
    error = differences[1:].std(axis=0)
    sure = np.where(observed > 0, np.inf, 0.0)  # a difference that no resample changes
    strength = np.divide(observed, error, out=sure, where=error > 0)
    scatter = np.divide(noise, error, out=np.zeros_like(noise), where=error > 0)
    order = np.argsort(-strength, kind="stable")
    # For the strongest the maximum is over all columns, for the next over all but the strongest, and so on.
    largest = np.maximum.accumulate(scatter[:, order[::-1]], axis=1)[:, ::-1]
    p = (1 + np.count_nonzero(largest >= strength[order], axis=0)) / len(differences)
    found = np.empty(len(order))
    found[order] = np.maximum.accumulate(p)
    return found


def ranks(scores: FloatArray, alpha: float = ALPHA) -> list[tuple[int, int]]:
    """The best and the worst rank that each column of (1 + samples, systems) may have.

    A system's best rank is one more than the systems that are separably better; its worst leaves below it only those
    separably worse. Systems that are not separable overlap.
    """
    count = scores.shape[1]
    first, second = np.triu_indices(count, 1)
    apart = scores[:, first] - scores[:, second]
    separable = adjusted(apart) < alpha
    better = np.zeros((count, count), dtype=bool)
    better[first, second] = separable & (apart[0] > 0)
    better[second, first] = separable & (apart[0] < 0)
    beaten_by, beats = better.sum(axis=0), better.sum(axis=1)
    return [(1 + int(up), count - int(down)) for up, down in zip(beaten_by, beats, strict=True)]
