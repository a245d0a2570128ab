"""Sub-word embeddings from counts: what stands in a document with what, against what its language makes us expect."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
Shape = tuple[int, int]

SMOOTHING = 5.0  # added to every expected count, so that rare pairs do not look surprising
SPECTRUM = 0.5  # power of the eigenvalues: 0.5 is the symmetric factorisation of Levy and Goldberg 2014
OVERSAMPLED, ITERATIONS = 16, 12  # of the subspace iteration (Halko et al. 2011, 0909.4061): far more than it needs


def embeddings(
    documents: Sequence[npt.NDArray[np.int64]], groups: npt.NDArray[np.int64], weights: Floats, shape: Shape, seed: int
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Rows of unit length for every sub-word, and which of them the counts say anything of; the others are zero.

    The embeddings are the truncated eigen-decomposition of the positive pointwise mutual information of sub-words in a
    document (Levy and Goldberg 2014). What is expected of a pair is computed inside each group of documents, one for
    each language: over all languages together, two words of one language would look related for that alone, and the
    embeddings would tell languages apart instead of meanings.

    `documents` are sub-word numbers, `groups` and `weights` say of each document which language it is in and how much
    it counts, `shape` is (sub-words, dimensions). `seed` draws the rotation; the rest is free of chance.
    """
    size, dimensions = shape
    counts = _document_counts(documents, size)
    information = _information(counts, groups, weights)
    values, vectors = _largest(information, min(dimensions, size))
    rows = vectors * np.abs(values) ** SPECTRUM
    known = np.asarray(information.getnnz(axis=1)) > 0
    rows = np.where(known[:, None], rows - rows[known].sum(axis=0) / max(known.sum(), 1), 0.0)
    rows = np.pad(rows, ((0, 0), (0, dimensions - rows.shape[1]))) @ _rotation(dimensions, seed)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.maximum(lengths, 1e-9), known


def _document_counts(documents: Sequence[npt.NDArray[np.int64]], size: int) -> sparse.csr_matrix:
    """How often each sub-word stands in each document. (documents, sub-words)"""
    lengths = [len(document) for document in documents]
    columns = np.concatenate(documents)
    ends = np.concatenate(([0], np.cumsum(lengths)))
    counts = sparse.csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(documents), size))
    counts.sum_duplicates()
    return counts


def _information(counts: sparse.csr_matrix, groups: npt.NDArray[np.int64], weights: Floats) -> sparse.csr_matrix:
    """Positive pointwise mutual information of pairs in a document, with the expectation of each group by itself."""
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    weighted = sparse.diags(weights) @ counts
    # A sub-word does not stand beside itself: n occurrences make n * (n - 1) ordered pairs, not n * n.
    pairs = (counts.T @ weighted - sparse.diags(np.asarray(weighted.sum(axis=0)).ravel())).tocoo()
    kept = pairs.data > SMOOTHING  # a rarer pair is less than expected, whatever the margins are
    pairs = sparse.coo_matrix((pairs.data[kept], (pairs.row[kept], pairs.col[kept])), shape=pairs.shape)
    expected = np.full(pairs.nnz, SMOOTHING)
    for group in np.unique(groups):
        inside = (groups == group) * weights * np.maximum(lengths - 1, 0)
        margin = counts.T @ inside  # ordered pairs that begin with each sub-word, in this group
        if margin.any():
            expected += margin[pairs.row] * margin[pairs.col] / margin.sum()
    surprise = np.maximum(np.log(pairs.data / expected), 0.0)
    information = sparse.coo_matrix((surprise, (pairs.row, pairs.col)), shape=pairs.shape).tocsr()
    information.eliminate_zeros()
    return information


def _largest(matrix: sparse.csr_matrix, count: int) -> tuple[Floats, Floats]:
    """The eigenvalues of largest magnitude of a symmetric matrix, and their vectors, by subspace iteration.

    Always the same for the same matrix, which ARPACK does not promise: where its space breaks down, it draws another.
    Eigenvectors up to sign are one, so the largest component of each is made positive.
    """
    rng = np.random.default_rng(0)
    block = rng.normal(size=(matrix.shape[0], min(count + OVERSAMPLED, matrix.shape[0])))
    for _ in range(ITERATIONS):
        block = np.linalg.qr(matrix @ block)[0]
    values, small = np.linalg.eigh(block.T @ (matrix @ block))
    order = np.argsort(-np.abs(values), kind="stable")[:count]
    vectors = block @ small[:, order]
    largest = vectors[np.abs(vectors).argmax(axis=0), np.arange(count)]
    return values[order], vectors * np.where(largest < 0, -1.0, 1.0)


def _rotation(dimensions: int, seed: int) -> Floats:
    """A random rotation, so that no dimension of the encoder is privileged."""
    rotation: Floats = np.linalg.qr(np.random.default_rng(seed).normal(size=(dimensions, dimensions)))[0]
    return rotation
