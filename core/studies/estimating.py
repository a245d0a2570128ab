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
    of the mean over the rows is sigma_I^2/n + sigma_SI^2/(nS), where SI is what an item and a seed do together. The
    variance between the seeds' observed values over S estimates sigma_S^2/S + sigma_SI^2/(nS): the shared term, which
    the spread of single seeds over the rows tells, is taken off once. Degrees of freedom by Satterthwaite (1946).
    A percentile interval of resampled seeds is far too narrow for three of them: see docs/decisions.
    """
    seeds = values.shape[1]
    observed = values[0]
    value = float(observed.mean())
    if not np.isfinite(value):
        return Effect(math.nan, math.nan, math.nan, math.nan, seeds=seeds, items=units)
    larger = units / max(1, units - 1)  # a bootstrap's variance is that of a sample, not of its population
    items = float(values[1:].mean(axis=1).var(ddof=1)) * larger
    if seeds == 1:
        return with_t(value, math.sqrt(items), max(1, units - 1), seeds, units)
    between = float(observed.var(ddof=1))
    single = float(values[1:].var(axis=0, ddof=1).mean()) * larger
    together = max(0.0, (single - items) * seeds / (seeds - 1))
    seed = max(0.0, between - together) / seeds
    total = items + seed
    # How sure the second part is: between its own size and that of the variance it is a part of. Simulations of both
    # ends are in benchmarks/simulations.py: the one is a little too bold, the other too timid where seeds do nothing.
    df = satterthwaite(total, items, units - 1, (seed + 3 * between / seeds) / 4, seeds - 1)
    return with_t(value, math.sqrt(total), df, seeds, units)


def satterthwaite(total: float, first: float, first_df: float, second: float, second_df: float) -> float:
    """Degrees of freedom of a sum of two variances (Satterthwaite 1946), no fewer than the fewer of theirs."""
    below = first**2 / max(1, first_df) + second**2 / max(1, second_df)
    return max(min(first_df, second_df), total**2 / below) if below > 0 else float(first_df + second_df)


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
