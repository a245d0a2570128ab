"""How often each of several training sets has its turn. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from xeval.plans.recipeparts import Sampling


def mixed(passes: Sequence[float], sizes: Sequence[int], sampling: Sampling) -> list[float]:
    """Factors on the passes over each of several sets, so that their turns are as `sampling` says.

    `passes` are examples times epochs; their sum stays what it is, so that every sampling costs the same. A set of m
    passes has turns in proportion to m; to m of at most `value` of its examples (capped); to m^(1/T) (temperature; as
    in mBERT and XLM-R, Conneau et al. 2020, where 1/T is called alpha); or as many as any other (uniform).
    """
    wanted = [_wanted(m, n, sampling) for m, n in zip(passes, sizes, strict=True)]
    return [sum(passes) * part / sum(wanted) / m for part, m in zip(wanted, passes, strict=True)]


def _wanted(passes: float, size: int, sampling: Sampling) -> float:
    if sampling.kind == "uniform":
        return 1.0
    if sampling.kind == "temperature":
        return float(passes ** (1 / sampling.value))
    if sampling.kind == "capped":
        return passes * min(1.0, sampling.value / size)
    return passes


def beside(passes: float, share: float) -> float:
    """Passes over a corpus that make up `share` of all inputs, beside so many passes over the tasks."""
    return passes * share / (1 - share)
