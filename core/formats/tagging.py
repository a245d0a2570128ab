"""Tokens with a tag each; the first sub-word of a token speaks for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from xeval.formats.features import IGNORED, Feature, Format
from xeval.formats.subwords import Ids, Subwords
from xeval.tuning import Training
from xeval.values import Prediction, TaggedTokens


def encode(
    examples: Sequence[TaggedTokens], subwords: Subwords, settings: Training, labels: Sequence[str]
) -> list[Feature]:
    """One feature per example, or several where it is too long: cut between tokens, so that none is dropped.

    Each token is split into sub-words by itself, as in XTREME; one without any, or with more than an input has room
    for, becomes the unknown sub-word.
    """
    numbers = {label: number for number, label in enumerate(labels)}
    room = subwords.room(settings.max_length, 1)
    pieces = iter(subwords.pieces(token for example in examples for token in example.tokens))
    features = []
    for number, example in enumerate(examples):
        words = [fitting(next(pieces), room, subwords) for _ in example.tokens]
        targets = [numbers.get(tag, IGNORED) for tag in example.tags]
        features += [feature(number, words[a:b], targets[a:b], subwords) for a, b in stretches(words, room)]
    return features


def fitting(word: Ids, room: int, subwords: Subwords) -> Ids:
    """The sub-words of a token, or the unknown one."""
    return word if 0 < len(word) <= room else np.array([subwords.unknown], dtype=np.int32)


def stretches(words: Sequence[Ids], room: int) -> Iterator[tuple[int, int]]:
    """From which token to which each input goes: as many as it has room for."""
    first, taken = 0, 0
    for here, word in enumerate(words):
        if taken + len(word) > room:
            yield first, here
            first, taken = here, 0
        taken += len(word)
    if words:
        yield first, len(words)


def feature(number: int, words: Sequence[Ids], targets: Sequence[int], subwords: Subwords) -> Feature:
    """An input of whole tokens; its trace is where the first sub-word of each stands."""
    ids = subwords.single(np.concatenate(words))
    ends = np.cumsum([len(word) for word in words])
    places = len(subwords.start) + np.concatenate([[0], ends[:-1]])
    target = np.full(len(ids), IGNORED, dtype=np.int64)
    target[places] = targets
    return Feature(number, (ids,), target=target, trace=places.astype(np.int32))


def decode(
    examples: Sequence[TaggedTokens],
    features: Sequence[Feature],
    outputs: Sequence[npt.NDArray[Any]],
    settings: Training,
    labels: Sequence[str],
) -> list[Prediction]:
    """A tag for every token, the stretches of an example joined again."""
    tags: list[list[str]] = [[] for _ in examples]
    for part, numbers in zip(features, outputs, strict=True):
        tags[part.example] += [labels[number] for number in numbers[part.trace]]
    return [Prediction(example.uid, tuple(said)) for example, said in zip(examples, tags, strict=True)]


TAGGING = Format("tagging", "token", encode, decode)
