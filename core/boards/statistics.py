"""Uncertainty: resamples of the evidence behind scores, and what they say of scores and of their differences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from xeval.hashing import seed_of

FloatArray = npt.NDArray[np.float64]
Score = Callable[[FloatArray], FloatArray]  # sums (..., k) to scores (...)

SAMPLES = 1000
CONFIDENCE = 0.95
MOST_UNITS = 1000  # more clusters are joined at random into so many: a deviation estimated from 1,000 is off by 2%
FEWEST_UNITS = 10  # a bootstrap of fewer is too narrow to tell two systems apart


@dataclass(frozen=True, eq=False)
class Evidence:
    """What a score is the score of: statistics (n, k), and for each of the n items its uid and its group.

    Items of one group are drawn together; an item without group ("") is drawn alone.
    """

    statistics: FloatArray
    uids: tuple[str, ...]
    groups: tuple[str, ...]

    @classmethod
    def of(cls, rows: Sequence[Sequence[float]], uids: Iterable[str], groups: Iterable[str]) -> Evidence:
        """Evidence from n rows of k numbers."""
        matrix = np.array(rows, dtype=np.float64).reshape(len(rows), len(rows[0]) if rows else 0)
        return cls(matrix, tuple(uids), tuple(groups))


@dataclass(frozen=True, eq=False)
class Frame:
    """What is drawn together, and how often it is drawn: `units` by uid, `weights` (1 + samples, units).

    Row 0 draws every unit once: the scores of row 0 are the observed ones.
    """

    units: Mapping[str, int]
    weights: FloatArray

    @property
    def is_thin(self) -> bool:
        """Whether there are too few units to call anything separable."""
        return len(set(self.units.values())) < FEWEST_UNITS


@dataclass(frozen=True)
class Estimate:
    """A score or a difference with its 95% interval."""

    value: float
    low: float
    high: float


# ------------------------------------------------------------------------------------------------------- resampling


def frame(evidences: Iterable[Evidence], samples: int = SAMPLES, seed: int = 0) -> Frame:
    """Resamples that serve all of `evidences` at once, so that what is paired stays paired.

    Items with the same uid (translations of each other, or one item under two systems) and items of one group are one
    unit. The order of evidences and of items changes nothing.
    """
    clusters = joined(dict.fromkeys((evidence.uids, evidence.groups) for evidence in evidences))
    rng = np.random.Generator(np.random.PCG64(seed))
    count = len(set(clusters.values()))
    size = min(count, MOST_UNITS)
    unit_of = rng.permutation(count) % max(1, size)
    draws = rng.integers(0, max(1, size), (samples, size)) + np.arange(samples)[:, None] * size
    drawn = np.bincount(draws.ravel(), minlength=samples * size).reshape(samples, size)
    weights = np.vstack([np.ones((1, size)), drawn]).astype(np.float64)
    return Frame({uid: int(unit_of[cluster]) for uid, cluster in clusters.items()}, weights)


def joined(items: Iterable[tuple[tuple[str, ...], tuple[str, ...]]]) -> dict[str, int]:
    """The cluster of each uid, numbered in the order of the uids; (uids, groups) come in any order."""
    items = list(items)
    if not any(map(any, (groups for _, groups in items))):  # a million items without groups need no search
        return {uid: number for number, uid in enumerate(sorted({uid for uids, _ in items for uid in uids}))}
    parent: dict[tuple[str, str], tuple[str, str]] = {}

    def root(node: tuple[str, str]) -> tuple[str, str]:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for uids, groups in items:
        for uid, group in zip(uids, groups, strict=True):
            parent[root(("uid", uid))] = root(("group", group) if group else ("uid", uid))
    roots = {uid: root((kind, uid)) for kind, uid in sorted(parent) if kind == "uid"}
    numbers = {found: number for number, found in enumerate(dict.fromkeys(roots.values()))}
    return {uid: numbers[found] for uid, found in roots.items()}


def resampled(by: Frame, evidences: Sequence[Evidence], score: Score) -> FloatArray:
    """Scores of every evidence in every resample: (1 + samples, evidences), the observed ones in row 0.

    Evidences on the same items cost one matrix product together.
    """
    found = np.empty((len(by.weights), len(evidences)))
    alike: dict[tuple[str, ...], list[int]] = {}
    for place, evidence in enumerate(evidences):
        alike.setdefault(evidence.uids, []).append(place)
    for uids, places in alike.items():
        units, sums = unit_sums([by.units[uid] for uid in uids], [evidences[p].statistics for p in places])
        weights = by.weights if len(units) == by.weights.shape[1] else by.weights[:, units]  # a copy costs
        totals = (weights @ sums.reshape(len(units), -1)).reshape(len(weights), len(places), -1)
        scores = score(totals)
        # A resample that drew none of these items (a small test set beside a large one) says nothing of them.
        scores[~weights.any(axis=1)] = scores[0]
        found[:, places] = scores
    return found


def unit_sums(units: Sequence[int], statistics: Sequence[FloatArray]) -> tuple[npt.NDArray[np.intp], FloatArray]:
    """The units there are, and their sums (units, m, k) of m arrays of statistics (n, k)."""
    stacked = np.stack(statistics, axis=1)
    order = np.argsort(units, kind="stable")
    present, starts = np.unique(np.asarray(units, dtype=np.intp)[order], return_index=True)
    if not len(present):
        return present, np.zeros((0, *stacked.shape[1:]))
    return present, np.add.reduceat(stacked[order], starts, axis=0)


def seed_shares(count: int, samples: int = SAMPLES, seed: int = 0) -> FloatArray:
    """How much each of `count` training seeds counts in every resample: (1 + samples, count), rows add up to 1.

    Drawing one fewer than there are keeps the variance of a mean unbiased however few they are (McCarthy and Snowden
    1985); as many as there are would show two thirds of it with three seeds, and half with two.
    """
    rng = np.random.Generator(np.random.PCG64(seed_of(seed, "seeds", count)))
    size = max(1, count - 1)
    drawn = rng.multinomial(size, np.full(count, 1 / count), samples) / size
    return np.vstack([np.full((1, count), 1 / count), drawn])


@lru_cache(maxsize=8)
def frame_of(uids: tuple[str, ...], groups: tuple[str, ...], samples: int, seed: int) -> Frame:
    """The resamples of some items alone; metrics, levels and languages of a task mostly have the same ones."""
    return frame([Evidence(np.empty((len(uids), 0)), uids, groups)], samples, seed)


# ------------------------------------------------------------------------------------------- what resamples tell


def estimates(scores: FloatArray) -> list[Estimate]:
    """The observed score of each column of (1 + samples, m) with its percentile interval; NaN stays NaN."""
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(scores[1:], [tail, 1 - tail], axis=0)
    return [Estimate(*map(float, row)) for row in zip(scores[0], low, high, strict=True)]


def interval(evidence: Evidence, score: Score, samples: int = SAMPLES, seed: int = 0) -> tuple[float, float]:
    """The 95% percentile bootstrap interval of a score, clusters drawn whole.

    One cluster tells nothing of the next one: its interval is 0 to 1.
    """
    by = frame_of(evidence.uids, evidence.groups, samples, seed)
    if by.weights.shape[1] < 2:
        return 0.0, 1.0
    found = estimates(resampled(by, [evidence], score))[0]
    return found.low, found.high
