"""What noise does: curves over levels as arrays, area under them, drops, flips, and differences of drops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


def matched_drop(clean: FloatArray, drops: FloatArray, treated: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    """The difference in drop between treated and base at the same clean score (n,) each.

    Analysis of covariance: drop = a + b clean + c treated, least squares; c. A model that is better on clean text has
    more to lose, and the drop that its clean score predicts says nothing of robustness (effective robustness, Taori et
    al. 2020). NaN where clean scores and treatment cannot be told apart.
    """
    columns = np.column_stack([np.ones(len(clean)), clean, treated.astype(np.float64)])
    if np.linalg.matrix_rank(columns, tol=1e-9) < columns.shape[1]:
        return float("nan")
    return float(np.linalg.lstsq(columns, drops, rcond=None)[0][2])
