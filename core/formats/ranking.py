"""A query that finds passages in a pool: a dual encoder, with one and the same encoder on both sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from xeval.formats.features import Feature, Format
from xeval.formats.subwords import Subwords
from xeval.tuning import Training
from xeval.values import Passage, Prediction, Query

DEPTH = 20  # passages that a query finds, best first


def encode(examples: Sequence[Query], subwords: Subwords, settings: Training, labels: Sequence[str]) -> list[Feature]:
    """One feature per query: the query, cut to `max_query`, and to train on its passage, cut to `max_length`.

    The target is the number of the passage, equal for equal ones: a passage is no wrong answer to its other queries.
    """
    room = subwords.room(settings.max_length, 1)
    short = subwords.room(min(settings.max_query, settings.max_length), 1)
    queries = subwords.pieces(example.text for example in examples)
    passages, numbers = subwords.pieces(example.passage for example in examples), numbered(examples)
    features = []
    for n, (example, text, passage) in enumerate(zip(examples, queries, passages, strict=True)):
        query = subwords.single(text[:short])
        if example.passage:
            both = (query, subwords.single(passage[:room]))
            features.append(Feature(n, both, (0, 0), np.array([numbers[example.passage]])))
        else:
            features.append(Feature(n, (query,)))
    return features


def numbered(examples: Sequence[Query]) -> Mapping[str, int]:
    """A number for each distinct passage."""
    return {text: n for n, text in enumerate(dict.fromkeys(example.passage for example in examples))}


def encode_passages(
    passages: Sequence[Passage], subwords: Subwords, settings: Training, labels: Sequence[str] = ()
) -> list[Feature]:
    """One feature per passage, cut to `max_length`."""
    room = subwords.room(settings.max_length, 1)
    pieces = subwords.pieces(passage.text for passage in passages)
    return [Feature(n, (subwords.single(text[:room]),)) for n, text in enumerate(pieces)]


def decode(
    examples: Sequence[Query],
    features: Sequence[Feature],
    outputs: Sequence[Sequence[str]],
    settings: Training,
    labels: Sequence[str],
) -> list[Prediction]:
    """For each query the uids that it found, best first; `xeval.learning.ranking` searches the pool for them."""
    return [Prediction(example.uid, list(found)) for example, found in zip(examples, outputs, strict=True)]


def resolved(queries: Sequence[Query], passages: Sequence[Passage]) -> list[Query]:
    """The queries with the uids of the passages that are right for them, in the order of the pool."""
    by_key: dict[str, list[str]] = {}
    for passage in passages:
        for key in passage.keys:
            by_key.setdefault(key, []).append(passage.uid)
    return [replace(query, relevant=tuple(by_key.get(query.seeks, ()))) for query in queries]


def limited(parts: Sequence[Sequence[Passage]], queries: Sequence[Query], limit: int | None) -> list[Passage]:
    """The parts of a pool together: of each the first `limit` passages, and those that are right for a query."""
    wanted = {uid for query in queries for uid in query.relevant}
    return [
        passage
        for part in parts
        for number, passage in enumerate(part)
        if limit is None or number < limit or passage.uid in wanted
    ]


RANKING = Format("ranking", "dual", encode, decode)
