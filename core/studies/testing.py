"""Many comparisons at once, equivalence, and what a design could have seen."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from xeval.studies.findings import Effect, Verdict
from xeval.studies.panel import FloatArray

ALPHA = 0.05
POWER = 0.8


def holm(p: Sequence[float]) -> list[float]:
    """Adjusted p so that any false claim among all is rarer than alpha (Holm 1979); NaN stays NaN.

    >>> [round(one, 3) for one in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    return _adjusted(p, lambda ranked: np.maximum.accumulate(ranked * np.arange(len(ranked), 0, -1)))


def benjamini_hochberg(p: Sequence[float]) -> list[float]:
    """Adjusted p so that of all claims a share of alpha is false, in expectation (Benjamini and Hochberg 1995).

    >>> [round(one, 3) for one in benjamini_hochberg([0.01, 0.04, 0.03])]
    [0.03, 0.04, 0.04]
    """
    return _adjusted(
        p, lambda ranked: np.minimum.accumulate((ranked * len(ranked) / np.arange(1, len(ranked) + 1))[::-1])[::-1]
    )


def _adjusted(p: Sequence[float], step: Callable[[FloatArray], FloatArray]) -> list[float]:
    given = np.asarray(p, dtype=np.float64)
    found = np.full(len(given), np.nan)
    known = np.flatnonzero(~np.isnan(given))
    if len(known):
        order = known[np.argsort(given[known], kind="stable")]
        found[order] = np.minimum(1.0, step(given[order]))
    return [float(one) for one in found]


def equivalence(of: Effect, margin: float) -> float:
    """The p of two one-sided tests (Schuirmann 1987): small if the effect is surely within the margin of zero."""
    from scipy import special

    if math.isnan(of.error):
        return math.nan  # one observation, or none: nobody knows how sure it is
    if not of.error > 0:
        return 0.0 if abs(of.value) < margin else 1.0
    above = special.stdtr(of.df, -(of.value + margin) / of.error)
    below = special.stdtr(of.df, (of.value - margin) / of.error)
    return float(max(above, below))


def verdict(of: Effect, p: float, margin: float | None) -> Verdict:
    """What may be said: a direction, no difference that matters, or nothing."""
    if p < ALPHA:
        return "higher" if of.value > 0 else "lower"
    if margin is not None and math.isfinite(of.value) and equivalence(of, margin) < ALPHA:
        return "equivalent"
    return "undecided"


def power(difference: float, error: float, df: float) -> float:
    """The chance that a two-sided 5% t test finds a true difference.

    The noncentral t distribution as the mean of normal chances over quantiles of the deviation: series lose their
    digits for the few degrees of freedom that two seeds leave.
    """
    from scipy import special

    if not error > 0:
        return 1.0 if difference else ALPHA
    centre, places = abs(difference) / error, (np.arange(4000) + 0.5) / 4000
    reach = special.stdtrit(df, 1 - ALPHA / 2) * np.sqrt(special.chdtri(df, places) / df)
    return float(np.mean(special.ndtr(centre - reach) + special.ndtr(-centre - reach)))


def detectable(error: float, df: float) -> float:
    """The least true difference that is found with a power of 80%."""
    if not error > 0 or not math.isfinite(error):
        return 0.0 if error == 0 else math.nan
    low, high = 0.0, 4.0 * error
    while power(high, error, df) < POWER:
        high *= 2
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if power(middle, error, df) < POWER else (low, middle)
    return high


def sign_flips(differences: FloatArray, groups: Sequence[str] = (), most: int = 10_000, seed: int = 0) -> float:
    """p of a mean of differences (n,) against zero when the signs of whole groups are flipped: exact up to 2^13.

    Fisher's randomisation test (1935); languages of one family are one group, for they are not independent.
    """
    names = list(groups) or [str(n) for n in range(len(differences))]
    kinds = sorted(set(names))
    sums = np.array([sum(d for d, name in zip(differences, names, strict=True) if name == kind) for kind in kinds])
    if len(kinds) <= 13:
        signs = 1 - 2 * ((np.arange(2 ** len(kinds))[:, None] >> np.arange(len(kinds))) & 1)
        return float(np.mean(np.abs(signs @ sums) >= abs(sums.sum()) - 1e-12))
    rng = np.random.Generator(np.random.PCG64(seed))
    signs = rng.choice([-1, 1], size=(most, len(kinds)))
    return float((1 + np.sum(np.abs(signs @ sums) >= abs(sums.sum()) - 1e-12)) / (1 + most))
