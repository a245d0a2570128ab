"""How hard a task's labels are to tell from its words: entropy, a probe on bags of words, description length."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from xeval.hashing import seed_of
from xeval.studies.panel import FloatArray

BUCKETS = 4096  # of hashed features
MOST_UNITS = 4096  # labelled units that a probe looks at
PENALTY = 1e-3
Unit = tuple[tuple[str, ...], str]  # features and label
PARTS = (1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)  # of the data, as in Voita and Titov (2020)


@dataclass(frozen=True)
class Complexity:
    """What labels cost. Entropies and lengths are in bits a label; errors are shares."""

    units: int
    labels: int
    entropy: float
    majority_error: float
    probe_error: float
    description_length: float
    gap: float  # probe error with an eighth of the data minus with all


def complexity(units: Sequence[Unit], seed: int = 0) -> Complexity:
    """All of it for labelled units, in a random order that the seed decides; a fifth is held out for the errors."""
    order = sorted(range(len(units)), key=lambda number: seed_of(seed, "complexity", number))[:MOST_UNITS]
    chosen = [units[number] for number in order]
    names = sorted({label for _, label in chosen})
    counts = Counter(label for _, label in chosen)
    if len(names) < 2 or len(chosen) < 20:
        return Complexity(len(chosen), len(names), entropy(counts), math.nan, math.nan, math.nan, math.nan)
    x, y = matrix(chosen), np.array([names.index(label) for _, label in chosen])
    cut = int(0.8 * len(chosen))
    whole, eighth = (probe_error(x, y, len(names), size, cut) for size in (cut, max(2, cut // 8)))
    majority = 1 - float(np.mean(y[cut:] == np.bincount(y[:cut]).argmax()))
    length = description_length(x, y, len(names))
    return Complexity(len(chosen), len(names), entropy(counts), majority, whole, length, eighth - whole)


def entropy(counts: Counter[str]) -> float:
    """Shannon's entropy (1948) of a distribution, in bits."""
    total = sum(counts.values())
    return -sum(count / total * math.log2(count / total) for count in counts.values()) if total else 0.0


def description_length(x: Any, y: np.ndarray[Any, Any], classes: int) -> float:
    """Prequential code length of labels y given features x, in bits a label.

    Each block is coded with a model of what came before it, the first one uniformly (Rissanen 1984; Blier and Ollivier
    2018; Voita and Titov 2020, online code).
    """
    ends = sorted({max(1, round(part * len(y))) for part in PARTS})
    bits = ends[0] * math.log2(classes)
    for start, stop in pairwise(ends):
        chances = predicted(trained(x[:start], y[:start], classes), x[start:stop])
        bits -= float(np.log2(chances[np.arange(stop - start), y[start:stop]]).sum())
    return bits / len(y)


def probe_error(x: Any, y: np.ndarray[Any, Any], classes: int, size: int, cut: int) -> float:
    """The error, behind `cut`, of a probe that is trained on the first `size`."""
    chances = predicted(trained(x[:size], y[:size], classes), x[cut:])
    return 1 - float(np.mean(chances.argmax(axis=1) == y[cut:]))


def trained(x: Any, y: np.ndarray[Any, Any], classes: int) -> FloatArray:
    """Weights (features, classes) of a multinomial logistic regression with an L2 penalty, by L-BFGS."""
    from scipy import optimize

    target = np.eye(classes)[y]

    def loss(flat: FloatArray) -> tuple[float, FloatArray]:
        weights = flat.reshape(-1, classes)
        chances = predicted(weights, x)
        value = -np.log(np.maximum(chances[np.arange(len(y)), y], 1e-300)).mean() + PENALTY / 2 * float(flat @ flat)
        return float(value), (x.T @ ((chances - target) / len(y)) + PENALTY * weights).ravel()

    found = optimize.minimize(
        loss, np.zeros(x.shape[1] * classes), jac=True, method="L-BFGS-B", options={"maxiter": 60}
    )
    return np.asarray(found.x).reshape(-1, classes)


def predicted(weights: FloatArray, x: Any) -> FloatArray:
    """Chances (n, classes)."""
    scores = np.asarray(x @ weights)
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    found: FloatArray = scores / scores.sum(axis=1, keepdims=True)
    return found


def matrix(units: Sequence[Unit]) -> Any:
    """Hashed features (units, BUCKETS + 1), sparse, each row of length 1, the last column a constant."""
    from scipy import sparse

    rows, columns, values = [], [], []
    for row, (features, _) in enumerate(units):
        places = Counter(seed_of("feature", feature) % BUCKETS for feature in features)
        length = math.sqrt(sum(count**2 for count in places.values())) or 1.0
        entries: Iterator[tuple[int, float]] = ((place, count / length) for place, count in sorted(places.items()))
        for place, value in (*entries, (BUCKETS, 1.0)):
            rows.append(row)
            columns.append(place)
            values.append(value)
    return sparse.csr_matrix((values, (rows, columns)), shape=(len(units), BUCKETS + 1))
