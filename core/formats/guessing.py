"""What a model that learned nothing would lose: the yardstick for a training that degenerated. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xeval.formats.features import IGNORED, Feature, HeadKind


def guessing_loss(features: Sequence[Feature], head: HeadKind) -> float | None:
    """The mean loss, in nats, of the best answer that does not look at the input; None where that says nothing.

    Labels: the entropy of their shares; choices and spans: the logarithm of how many there are to choose from.
    """
    if head == "choice":
        return float(np.mean([np.log(len(feature.sequences)) for feature in features]))
    if head == "span":
        return float(np.mean([np.log(1 + np.count_nonzero(feature.trace[:, 0] >= 0)) for feature in features]))
    if head in ("sentence", "token"):
        return entropy(np.concatenate([feature.target[feature.target != IGNORED] for feature in features]))
    return None


def entropy(values: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> float:
    """The entropy of the shares of distinct values, in nats."""
    shares = np.unique(values, return_counts=True)[1] / max(1, len(values))
    return float(-(shares * np.log(shares)).sum())
