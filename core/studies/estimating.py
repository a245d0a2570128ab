"""From a value for every draw of items and every training seed to an estimate that allows for both."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from xeval.studies.findings import Effect
from xeval.studies.panel import FloatArray

CONFIDENCE = 0.95


def effect(values: FloatArray, units: int) -> Effect:
    """The mean over seeds of `values` (1 + samples, seeds), row 0 observed, with a 95% t interval.

    Two sources of error: other test items, and another training. Items are drawn jointly for all seeds, so the variance
    of the mean over the rows is sigma_I^2/n + sigma_SI^2/(nS), where SI is what an item and a seed do together; the
    spread of single seeds over the rows tells the two apart. The variance between the seeds' observed values over S
    estimates sigma_S^2/S + sigma_SI^2/(nS). So items alone and seeds are two independent variances, and their sum gets
    a t. A percentile interval of resampled seeds is far too narrow for three of them: see docs/decisions.
    """
    seeds = values.shape[1]
    observed = values[0]
    value = float(observed.mean())
    if not np.isfinite(value):
        return Effect(math.nan, math.nan, math.nan, math.nan, seeds=seeds, items=units)
    larger = units / max(1, units - 1)  # a bootstrap's variance is that of a sample, not of its population
    mean = float(values[1:].mean(axis=1).var(ddof=1)) * larger
    if seeds == 1:
        return with_t(value, math.sqrt(mean), max(1, units - 1), seeds, units)
    single = float(values[1:].var(axis=0, ddof=1).mean()) * larger
    items = max(0.0, mean - (single - mean) / (seeds - 1))
    between = float(observed.var(ddof=1)) / seeds
    return with_t(value, math.sqrt(items + between), degrees(items, units - 1, between, seeds - 1), seeds, units)


def degrees(items: float, items_df: int, between: float, seeds_df: int) -> float:
    """Degrees of freedom of the sum of the variances of items and of seeds (Satterthwaite 1946, with a larger part).

    The rule takes estimates for the truth. A variance that few seeds estimate is mostly too small, which then makes
    the degrees too many: coverage falls to 92% for three seeds. So in the rule alone the seeds' part counts
    1 + 8 / (S - 1)^2 times, three times for three seeds. Numerically, over all shares of the two parts, coverage is
    then 94.5 to 96.5% for three seeds or more, and 94 to 97.5% for two; never fewer than the seeds' own.
    """
    part = between * (1 + 8 / seeds_df**2)
    return satterthwaite(items, items_df, part, seeds_df)


def satterthwaite(first: float, first_df: float, second: float, second_df: float) -> float:
    """Degrees of freedom of the sum of two variances (Satterthwaite 1946), no fewer than the fewer of theirs."""
    below = first**2 / max(1, first_df) + second**2 / max(1, second_df)
    return max(min(first_df, second_df), (first + second) ** 2 / below) if below > 0 else float(first_df + second_df)


def with_t(value: float, error: float, df: float, seeds: int = 1, items: int = 0) -> Effect:
    """An estimate with its 95% t interval and the two-sided p against zero."""
    from scipy import special  # here, so that listing studies need not wait for it

    if error == 0:
        return Effect(value, value, value, 0.0 if value else 1.0, 0.0, df, seeds, items)
    reach = float(special.stdtrit(df, 0.5 + CONFIDENCE / 2)) * error
    p = 2 * float(special.stdtr(df, -abs(value) / error))
    return Effect(value, value - reach, value + reach, p, error, df, seeds, items)


def mean_of(parts: Sequence[FloatArray]) -> FloatArray:
    """The mean of several values (1 + samples, seeds), of several target tasks: draw by draw, seed by seed."""
    found: FloatArray = np.mean(np.stack(parts), axis=0)
    return found


def paired_t(differences: Sequence[float]) -> Effect:
    """The mean of independent differences with its t interval (Student 1908): one for each language, say."""
    found = np.asarray(differences, dtype=np.float64)
    if len(found) < 2:
        value = float(found.mean()) if len(found) else math.nan
        return Effect(value, math.nan, math.nan, math.nan, items=len(found))
    error = float(found.std(ddof=1)) / math.sqrt(len(found))
    return with_t(float(found.mean()), error, len(found) - 1, items=len(found))
