"""A sentence and its translation, which is to be found among all of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xeval.formats.features import Feature, FloatArray, Format
from xeval.formats.subwords import Subwords
from xeval.tuning import Training
from xeval.values import Prediction, SentencePair

BLOCK = 1024  # queries compared at a time


def encode(
    examples: Sequence[SentencePair], subwords: Subwords, settings: Training, labels: Sequence[str]
) -> list[Feature]:
    """Two features per example: the sentence, then its translation."""
    pieces = subwords.pieces(text for example in examples for text in (example.text, example.translation))
    room = subwords.room(settings.max_length, 1)
    return [Feature(number // 2, (subwords.single(text[:room]),)) for number, text in enumerate(pieces)]


def decode(
    examples: Sequence[SentencePair],
    features: Sequence[Feature],
    outputs: Sequence[FloatArray],
    settings: Training,
    labels: Sequence[str],
) -> list[Prediction]:
    """For each example, the uid of the sentence that its translation finds."""
    vectors = np.stack(outputs) if outputs else np.zeros((0, 1), dtype=np.float32)
    found = nearest(queries=vectors[1::2], among=vectors[0::2])
    return [Prediction(example.uid, examples[i].uid) for example, i in zip(examples, found, strict=True)]


def prepared(vectors: FloatArray, centre: bool) -> FloatArray:
    """Vectors (n, H) of one language at length 1, their mean taken off first if asked for."""
    if centre and len(vectors):
        vectors = vectors - vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    unit: FloatArray = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-12))
    return unit


def nearest(queries: FloatArray, among: FloatArray) -> list[int]:
    """The number of the nearest vector by cosine for each query; the lowest number of equal vectors.

    Equal vectors are compared once: a matrix product need not give two equal columns the same last bit.
    """
    first_with: dict[bytes, int] = {}
    for number, vector in enumerate(among):
        first_with.setdefault(vector.tobytes(), number)
    lowest = np.array(list(first_with.values()), dtype=np.int64)
    found: list[int] = []
    for first in range(0, len(queries), BLOCK):
        best = np.argmax(queries[first : first + BLOCK] @ among[lowest].T, axis=1)
        found += [int(i) for i in lowest[best]]
    return found


RETRIEVAL = Format("retrieval", "vector", encode, decode)
