"""How alike two sets of sentence vectors are that stand for the same sentences."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from xeval.studies.panel import FloatArray

Vectors = npt.NDArray[np.floating]


def linear_cka(first: Vectors, second: Vectors) -> float:
    """Linear centred kernel alignment of (n, d) and (n, e): 0 to 1 (Kornblith et al. 2019, eq. 4)."""
    x, y = (np.asarray(one, dtype=np.float64) - one.mean(axis=0) for one in (first, second))
    below = np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y)
    return float(np.linalg.norm(y.T @ x) ** 2 / below) if below > 0 else float("nan")


def retrieval_accuracy(queries: Vectors, sentences: Vectors) -> float:
    """The share of queries whose nearest sentence, by cosine, is their own translation, row by row."""
    nearest = (_unit(queries) @ _unit(sentences).T).argmax(axis=1)
    return float(np.mean(nearest == np.arange(len(queries))))


def cosine(first: Vectors, second: Vectors) -> float:
    """The cosine of two vectors; NaN for one of length 0."""
    below = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first @ second) / below if below > 0 else float("nan")


def _unit(vectors: Vectors) -> FloatArray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    found: FloatArray = np.divide(vectors, lengths, out=np.zeros(vectors.shape), where=lengths > 0)
    return found
