"""What noise does: curves over levels as arrays, area under them, drops, flips, and differences of drops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from xeval.studies.panel import FloatArray


def area(curve: FloatArray, levels: Sequence[float]) -> FloatArray:
    """The mean score over the range of levels: the trapezoidal area under (..., levels) by its width."""
    widths = np.diff(np.asarray(levels, dtype=np.float64))
    found: FloatArray = ((curve[..., 1:] + curve[..., :-1]) / 2 * widths).sum(axis=-1) / widths.sum()
    return found


def drop(curve: FloatArray) -> FloatArray:
    """Clean minus noisy, at each level above 0: (..., levels - 1)."""
    found: FloatArray = curve[..., :1] - curve[..., 1:]
    return found


def relative_drop(curve: FloatArray, chance: float = 0.0) -> FloatArray:
    """The drop as a share of what clean text is above chance."""
    above = curve[..., :1] - chance
    found: FloatArray = np.divide(drop(curve), above, out=np.full_like(curve[..., 1:], np.nan), where=above > 0)
    return found


def worst(curve: FloatArray) -> FloatArray:
    """The score at the level that hurts most."""
    found: FloatArray = curve.min(axis=-1)
    return found


def difference_in_differences(
    treated: FloatArray, treated_clean: FloatArray, base: FloatArray, base_clean: FloatArray
) -> FloatArray:
    """How much less a treatment loses under noise than the base: (noisy - clean) minus (noisy - clean)."""
    found: FloatArray = (treated - treated_clean) - (base - base_clean)
    return found


def flips(clean: Mapping[str, str], noisy: Mapping[str, str]) -> tuple[int, int]:
    """How many predictions noise changed, right or wrong, and of how many; by the uid of the item."""
    both = clean.keys() & noisy.keys()
    return sum(clean[uid] != noisy[uid] for uid in both), len(both)


def matched_drop(
    clean: FloatArray, drops: FloatArray, treated: np.ndarray[Any, np.dtype[np.bool_]], strata: Sequence[object] = ()
) -> FloatArray:
    """The difference in drop between treated and base at the same clean score: (..., n) each, (...) back.

    Analysis of covariance: drop = a + b clean + c treated, least squares; c. With `strata` (n,), such as target and
    level, each has an intercept of its own, and only what differs within one is compared. A model that is better on
    clean text has more to lose, and the drop that its clean score predicts says nothing of robustness (effective
    robustness, Taori et al. 2020). NaN where clean scores and treatment cannot be told apart.
    """
    names = list(strata) or [0] * clean.shape[-1]
    kinds = list(dict.fromkeys(names))
    member = np.array([[name == kind for name in names] for kind in kinds], dtype=np.float64)  # (strata, n)
    spread = member / member.sum(axis=1, keepdims=True)

    def within(values: FloatArray) -> FloatArray:
        found: FloatArray = values - values @ spread.T @ member
        return found

    x, y, t = within(clean), within(drops), within(treated.astype(np.float64))
    xx, xt, tt = (x * x).sum(axis=-1), (x * t).sum(axis=-1), float((t * t).sum())
    left = xx * tt - xt**2
    above = xx * (y * t).sum(axis=-1) - xt * (x * y).sum(axis=-1)
    found: FloatArray = np.divide(
        above, left, out=np.full_like(left, np.nan), where=left > 1e-9 * np.maximum(xx * tt, 1e-9)
    )
    return found
