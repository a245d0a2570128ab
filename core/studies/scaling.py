"""How a score grows with the amount of data: a few laws, the best by AICc, intervals, and how well it extrapolates.

Scores (seeds, sizes) are fitted with an intercept for each seed, since the sizes of one seed share its pretraining and
are nested; the laws are
    constant      s = c
    log-linear    s = c + a ln n
    power         s = c - a n^-b           b > 0: the error falls by a power of n towards a floor
    exponential   s = c - a exp(-n / t)    t > 0: the score is all but reached after a few t
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from xeval.studies.panel import FloatArray

LAWS = ("constant", "log-linear", "power", "exponential")
STEPS = 120  # of the grid over the one parameter that is not linear


@dataclass(frozen=True, eq=False)
class Fit:
    """A law fitted by least squares: `intercept` is the mean over seeds; `shape` is b or t; `aicc` compares laws."""

    law: str
    intercept: float
    slope: float
    shape: float
    aicc: float
    residual: float  # root mean square
    determined: float  # R^2 within seeds

    def at(self, sizes: FloatArray) -> FloatArray:
        """The mean score that the law gives at some sizes."""
        found: FloatArray = self.intercept + self.slope * basis(self.law, np.asarray(sizes, float), self.shape)
        return found


def basis(law: str, sizes: FloatArray, shape: float) -> FloatArray:
    """What a law multiplies its slope with."""
    if law == "constant":
        return np.zeros_like(sizes)
    if law == "log-linear":
        return np.log(sizes)
    return np.asarray(-(sizes**-shape) if law == "power" else -np.exp(-sizes / shape))


def fit(law: str, sizes: Sequence[float], scores: FloatArray) -> Fit:
    """Fit a law to scores (seeds, sizes).

    The parameter that is not linear is searched on a grid and refined; the others follow by least squares (variable
    projection, Golub and Pereyra 1973), so there is no start to choose and no local minimum to fall into.
    """
    n = np.asarray(sizes, dtype=np.float64)
    if law in ("constant", "log-linear"):
        return _described(law, n, scores, math.nan)
    grid = shapes(law, n)
    errors = np.array([_solved(law, n, scores, shape)[2] for shape in grid])
    place = int(errors.argmin())
    low, high = grid[max(0, place - 1)], grid[min(len(grid) - 1, place + 1)]
    return _described(law, n, scores, _golden(lambda shape: _solved(law, n, scores, shape)[2], low, high))


def fits(sizes: Sequence[float], scores: FloatArray) -> list[Fit]:
    """Every law that there are enough sizes for, best AICc first."""
    enough = {"constant": 2, "log-linear": 3, "power": 4, "exponential": 4}
    found = [fit(law, sizes, scores) for law in LAWS if len(sizes) >= enough[law]]
    return sorted((one for one in found if not math.isnan(one.aicc)), key=lambda one: one.aicc)


def shapes(law: str, sizes: FloatArray, count: int = STEPS) -> FloatArray:
    """Where the shape is looked for: exponents from 0.02 to 3; times from a fifth of the least size to 5 times all."""
    low, high = (0.02, 3.0) if law == "power" else (sizes.min() / 5, 5 * sizes.max())
    return np.geomspace(low, high, count)


def interval(law: str, sizes: Sequence[float], scores: FloatArray) -> tuple[float, float]:
    """The 95% interval of a law's slope (log-linear) or shape by profile likelihood, an F test turned round.

    A bound that no value up to the end of the search reaches is that end.
    """
    from scipy import special

    n = np.asarray(sizes, dtype=np.float64)
    best = fit(law, sizes, scores)
    free = scores.size - scores.shape[0] - (1 if law == "log-linear" else 2)
    if free < 1:
        return math.nan, math.nan
    rss = best.residual**2 * scores.size
    if law == "log-linear":
        centred = np.log(n) - np.log(n).mean()
        error = math.sqrt(rss / free / (float(centred @ centred) * scores.shape[0]))
        reach = float(special.stdtrit(free, 0.975)) * error
        return best.slope - reach, best.slope + reach
    most = rss * (1 + float(special.fdtri(1, free, 0.95)) / free)
    grid = shapes(law, n, 5 * STEPS)
    inside = [shape for shape in (*grid, best.shape) if _solved(law, n, scores, shape)[2] <= most]
    below, above = grid[grid < min(inside)], grid[grid > max(inside)]
    return float(below.max(initial=grid[0])), float(above.min(initial=grid[-1]))  # the first that are surely outside


def held_out_error(law: str, sizes: Sequence[float], scores: FloatArray) -> float:
    """How far the law, fitted without the largest size, is off at that size: mean score minus prediction."""
    fitted = fit(law, sizes[:-1], scores[:, :-1])
    return float(scores[:, -1].mean() - fitted.at(np.array(sizes[-1:], dtype=np.float64))[0])


def data_multiplier(sizes: Sequence[float], first: FloatArray, second: FloatArray) -> float:
    """How many times the data of the first curve the second needs for the same score, above 1 if the first is better.

    The mean horizontal distance of two mean curves (sizes,) on a log scale, over the scores that both reach; NaN if
    they reach none in common, or one does not grow.
    """
    logs = np.log(np.asarray(sizes, dtype=np.float64))
    curves = [np.maximum.accumulate(one) for one in (first, second)]
    low, high = max(float(one[0]) for one in curves), min(float(one[-1]) for one in curves)
    if high - low < 1e-9:
        return math.nan
    wanted = np.linspace(low, high, 50)[1:-1]
    places = [np.interp(wanted, one + np.arange(len(one)) * 1e-12, logs) for one in curves]
    return float(np.exp((places[1] - places[0]).mean()))


def _solved(law: str, n: FloatArray, scores: FloatArray, shape: float) -> tuple[FloatArray, float, float]:
    """Intercepts (seeds,), slope and residual sum of squares; no slope that would turn the law upside down."""
    x = basis(law, n, shape)
    spread = x - x.mean()
    within = scores - scores.mean(axis=1, keepdims=True)
    squares = float(spread @ spread) * len(scores)
    slope = float((within @ spread).sum()) / squares if squares > 1e-18 else 0.0
    if law in ("power", "exponential"):
        slope = max(0.0, slope)
    rest = within - slope * spread
    return scores.mean(axis=1) - slope * x.mean(), slope, float((rest**2).sum())


def _described(law: str, n: FloatArray, scores: FloatArray, shape: float) -> Fit:
    intercepts, slope, rss = _solved(law, n, scores, shape)
    count, free = scores.size, len(scores) + {"constant": 0, "log-linear": 1}.get(law, 2) + 1
    total = float(((scores - scores.mean(axis=1, keepdims=True)) ** 2).sum())
    left = count - free - 1
    likelihood = count * math.log(max(rss, 1e-18) / count)
    aicc = likelihood + 2 * free + 2 * free * (free + 1) / left if left > 0 else math.nan
    explained = 1 - rss / total if total > 0 else math.nan
    return Fit(law, float(intercepts.mean()), slope, shape, aicc, math.sqrt(rss / count), explained)


def _golden(error: Callable[[float], float], low: float, high: float) -> float:
    """The least of a function with one minimum between two bounds, by golden section (Kiefer 1953)."""
    share = (math.sqrt(5) - 1) / 2
    for _ in range(40):
        first, second = high - share * (high - low), low + share * (high - low)
        low, high = (low, second) if error(first) < error(second) else (first, high)
    return (low + high) / 2
