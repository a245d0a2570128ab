"""Queries answered from pools of passages: the nearest by cosine, found exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from xeval.formats.features import FloatArray
from xeval.formats.lengths import measure
from xeval.formats.ranking import DEPTH, RANKING, encode, encode_passages
from xeval.learning.inputs import fitted
from xeval.learning.optimising import precise
from xeval.learning.reading import Reader, opened
from xeval.learning.searching import vectors_of
from xeval.learning.telemetry import FORWARD, settle
from xeval.learning.tokenised import once
from xeval.phases import phase
from xeval.scores.neighbours import Vectors, nearest_targets
from xeval.tuning import Compute, Retrieval, Training
from xeval.values import Passage, Prediction, Query

AT_ONCE = 65_536  # passages whose sub-words are held at a time: a pool may have a million


def rank(
    state: Path,
    batches: Sequence[Sequence[Query]],
    pools: Sequence[Sequence[Passage]],
    settings: Training,
    retrieval: Retrieval,
    compute: Compute,
) -> list[list[Prediction]]:
    """For each query of each list the uids of the first 20 passages of the list's pool, best first.

    A pool that several lists share, one and the same object, is read once. Raises BadValue as `predict` does.
    """
    reader = opened(state, RANKING, (), retrieval, compute)
    settings = fitted(settings, reader.encoder)
    read: dict[int, FloatArray] = {}
    predictions = []
    with torch.inference_mode(), precise(compute, reader.encoder):
        for queries, pool in zip(batches, pools, strict=True):
            if id(pool) not in read:
                read[id(pool)] = pool_vectors(reader, pool, settings, retrieval.centre)
            asked = query_vectors(reader, queries, settings, retrieval.centre)
            with phase("score"):
                best = nearest_targets(Vectors.of(asked), Vectors.of(read[id(pool)]), DEPTH, compute.device)
            found = [[pool[number].uid for number in row] for row in best.numbers]
            predictions.append(RANKING.decode(queries, (), found, settings, ()))
    settle(reader.encoder, FORWARD)
    return predictions


def query_vectors(reader: Reader, queries: Sequence[Query], settings: Training, centre: bool) -> FloatArray:
    """Vectors at length 1 of queries: (n, H)."""
    with phase("tokenise"):
        bare = [replace(query, passage="") for query in queries]
        features = once(encode, bare, reader.subwords, settings)
        measure(bare, features, reader.subwords, settings)
    with phase("compute"):
        return np.stack(vectors_of(reader, features, centre))


def pool_vectors(reader: Reader, pool: Sequence[Passage], settings: Training, centre: bool) -> FloatArray:
    """Vectors at length 1 of a pool, in its order: (n, H); centred by language, if asked for."""
    vectors: FloatArray | None = None
    for rows in portions(pool, centre):
        with phase("tokenise"):
            passages = [pool[row] for row in rows]
            features = once(encode_passages, passages, reader.subwords, settings)
            measure(passages, features, reader.subwords, settings)
        with phase("compute"):
            part = np.stack(vectors_of(reader, features, centre))
        if vectors is None:
            vectors = np.empty((len(pool), part.shape[1]), dtype=np.float32)
        vectors[rows] = part
    assert vectors is not None, "a pool is never empty: its rows are checked before"
    return vectors


def portions(pool: Sequence[Passage], centre: bool) -> Iterator[list[int]]:
    """Row numbers of a pool, some at a time; all of a language together where its mean is wanted."""
    if not centre:
        yield from (list(range(first, min(first + AT_ONCE, len(pool)))) for first in range(0, len(pool), AT_ONCE))
        return
    by_language: dict[str, list[int]] = {}
    for row, passage in enumerate(pool):
        by_language.setdefault(passage.language, []).append(row)
    yield from by_language.values()
