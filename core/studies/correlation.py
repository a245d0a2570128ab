"""Rank correlation of few things that are not independent: intervals, size held fixed, permutation by family."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from xeval.studies.findings import Effect
from xeval.studies.panel import FloatArray

FEWEST = 4  # below, no rank correlation has an interval


def ranked(values: FloatArray) -> FloatArray:
    """Ranks from 1, ties at their mean; the last axis."""
    from scipy import stats

    return np.asarray(stats.rankdata(values, axis=-1), dtype=np.float64)


def pearson(x: FloatArray, y: FloatArray) -> float:
    """Pearson's r; NaN where one does not vary."""
    a, b = x - x.mean(), y - y.mean()
    below = math.sqrt(float(a @ a) * float(b @ b))
    return float(a @ b) / below if below > 1e-15 else math.nan


def spearman(x: FloatArray, y: FloatArray) -> float:
    """Spearman's rho (1904): Pearson's r of the ranks."""
    return pearson(ranked(x), ranked(y))


def partial_spearman(x: FloatArray, y: FloatArray, held: Sequence[FloatArray]) -> float:
    """Spearman's rho with others held fixed: of what is left of the ranks once theirs are regressed out."""
    columns = np.column_stack([np.ones(len(x)), *(ranked(one) for one in held)])
    left = [one - columns @ np.linalg.lstsq(columns, one, rcond=None)[0] for one in (ranked(x), ranked(y))]
    if min(float(one @ one) for one in left) < 1e-9:
        return math.nan
    return pearson(*left)


def correlation(
    x: FloatArray, y: FloatArray, held: Sequence[FloatArray] = (), groups: Sequence[str] = (), seed: int = 0
) -> Effect:
    """Spearman's rho, held fixed what is to be, with a 95% interval and a permutation p.

    Interval by Fisher's z with the standard error of Bonett and Wright (2000), sqrt((1 + rho^2 / 2) / (n - 3 - k)) for
    k held fixed. p by permuting y: freely, or whole groups of equal size among each other, for families of languages;
    the interval is then that of as many pairs as there are groups.
    """
    n = len(x)
    rho = partial_spearman(x, y, held) if held else spearman(x, y)
    low, high, error = fisher_interval(rho, len(set(groups)) if groups else n, len(held))
    if n < FEWEST or math.isnan(rho):
        return Effect(rho, math.nan, math.nan, math.nan, items=n)
    return Effect(rho, low, high, permutation_p(x, y, rho, held, groups, seed), error, items=n)


def permutation_p(
    x: FloatArray,
    y: FloatArray,
    rho: float,
    held: Sequence[FloatArray] = (),
    groups: Sequence[str] = (),
    seed: int = 0,
    times: int = 2000,
) -> float:
    """How often a permuted y correlates as strongly, smoothed by one.

    With variables held fixed, residuals are permuted (Freedman and Lane 1983).
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    left = [_residual(ranked(one), held) for one in (x, y)]
    if groups:
        places = np.array([shuffle(np.array(list(groups)), rng) for _ in range(times)])
    else:
        places = rng.permuted(np.tile(np.arange(len(x)), (times, 1)), axis=1)
    shuffled = left[1][places]
    if held:
        shuffled = shuffled - shuffled @ _hat(held, len(x))
    below = np.linalg.norm(left[0]) * np.linalg.norm(shuffled, axis=1)
    found = np.abs(shuffled @ left[0]) / np.where(below > 0, below, np.inf)
    return float((1 + np.count_nonzero(found >= abs(rho) - 1e-12)) / (1 + times))


def shuffle(names: np.ndarray[tuple[int], np.dtype[np.str_]], rng: np.random.Generator) -> list[int]:
    """A permutation of places that moves whole groups onto groups of the same size, their members in their order.

    Only groups are exchanged, so four of them give a p of 1/24 at the least, however many members they have.
    """
    members = {name: np.flatnonzero(names == name) for name in dict.fromkeys(names.tolist())}
    places = np.arange(len(names))
    for size in sorted({len(one) for one in members.values()}):
        alike = [one for one in members.values() if len(one) == size]
        for one, other in zip(alike, rng.permutation(len(alike)), strict=True):
            places[one] = alike[int(other)]
    return [int(place) for place in places]


def _hat(held: Sequence[FloatArray], n: int) -> FloatArray:
    columns = np.column_stack([np.ones(n), *(ranked(one) for one in held)])
    found: FloatArray = columns @ np.linalg.pinv(columns)
    return found


def _residual(values: FloatArray, held: Sequence[FloatArray]) -> FloatArray:
    found: FloatArray = values - _hat(held, len(values)) @ values
    return found


def smallest_found(n: int, power_z: float = 0.8416) -> float:
    """The least true correlation that n pairs show with a power of 80% (two-sided 5%), by Fisher's z."""
    return math.tanh((1.959964 + power_z) / math.sqrt(n - 3)) if n > 3 else math.nan


def within_targets(
    predicted: FloatArray, gains: FloatArray, groups: Sequence[str], held: FloatArray | None = None, seed: int = 0
) -> Effect:
    """Spearman's rho over arms within each target, averaged over targets: (targets, arms) each.

    Targets whose prediction is not known, or does not vary, are left out. p permutes whole groups of arms, the same for
    all targets, since arms are what is sampled; the interval is Fisher's z for as many independent arms as groups.
    """
    known = [n for n in range(len(gains)) if np.isfinite(predicted[n]).all() and len(set(predicted[n].tolist())) > 1]
    fixed = [held] if held is not None and np.isfinite(held).all() and len(set(held.tolist())) > 1 else []
    if not known or gains.shape[1] < FEWEST:
        return Effect(math.nan, math.nan, math.nan, math.nan, items=len(known))
    first, second = (np.stack([_residual(ranked(one[n]), fixed) for n in known]) for one in (predicted, gains))
    rho = _mean_cosine(first, second)
    rng, names = np.random.Generator(np.random.PCG64(seed)), np.array(list(groups))
    drawn = np.array([_mean_cosine(first, second[:, shuffle(names, rng)]) for _ in range(1000)])
    p = float((1 + np.count_nonzero(np.abs(drawn) >= abs(rho) - 1e-12)) / 1001)
    low, high, error = fisher_interval(rho, len(set(groups)), len(fixed))
    return Effect(rho, low, high, p, error, items=gains.shape[1])


def fisher_interval(rho: float, n: int, held: int = 0) -> tuple[float, float, float]:
    """The 95% interval of a rank correlation of n independent pairs, and its error on the scale of Fisher's z.

    All correlations whose own standard error reaches the one found: at the ends, and not at the estimate, since with a
    dozen pairs an estimate far from zero by chance would widen its interval (97.6% coverage, simulated).
    """
    free = n - 3 - held
    if free < 1 or math.isnan(rho):
        return math.nan, math.nan, math.nan
    z = math.atanh(max(-0.999999, min(0.999999, rho)))
    return math.tanh(_end(z, free, -1)), math.tanh(_end(z, free, 1)), _error(z, free)


def _error(z: float, free: int) -> float:
    return math.sqrt((1 + math.tanh(z) ** 2 / 2) / free)


def _end(z: float, free: int, side: int) -> float:
    """Where an end of the interval lies on the scale of z: what differs from z by 1.96 of its own errors."""
    near, far = z, z + side * 1.959964 * math.sqrt(1.5 / free)
    for _ in range(60):
        middle = (near + far) / 2
        within = abs(middle - z) <= 1.959964 * _error(middle, free)
        near, far = (middle, far) if within else (near, middle)
    return near


def _mean_cosine(first: FloatArray, second: FloatArray) -> float:
    below = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    there = below > 1e-12
    return float(np.mean((first * second).sum(axis=1)[there] / below[there])) if there.any() else math.nan
