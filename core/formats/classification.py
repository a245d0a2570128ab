"""One text or a pair of texts, and a label."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xeval.formats.features import Feature, FloatArray, Format, IntArray
from xeval.formats.subwords import Ids, Subwords
from xeval.tuning import Training
from xeval.values import LabelledText, Prediction


def encode(
    examples: Sequence[LabelledText], subwords: Subwords, settings: Training, labels: Sequence[str]
) -> list[Feature]:
    """One feature per example. Of a pair that is too long, the longer text loses its end first."""
    numbers = {label: number for number, label in enumerate(labels)}
    pieces = iter(subwords.pieces([text for example in examples for text in example.texts[:2]]))
    return [
        feature(number, [next(pieces) for _ in example.texts[:2]], subwords, settings, numbers.get(example.label, 0))
        for number, example in enumerate(examples)
    ]


def feature(number: int, texts: list[Ids], subwords: Subwords, settings: Training, label: int) -> Feature:
    """The input for one text or two."""
    room = subwords.room(settings.max_length, len(texts))
    target: IntArray = np.array([label], dtype=np.int64)
    if len(texts) == 1:
        return Feature(number, (subwords.single(texts[0][:room]),), target=target)
    first, second = cut_longer(texts[0], texts[1], room)
    start = len(subwords.start) + len(first) + len(subwords.middle)
    return Feature(number, (subwords.pair(first, second),), (start,), target)


def cut_longer(first: Ids, second: Ids, room: int) -> tuple[Ids, Ids]:
    """Cut ends off until both fit: always off the longer one, off the second where they are equal."""
    half = room // 2
    if len(first) + len(second) <= room:
        return first, second
    if len(first) <= half:
        return first, second[: room - len(first)]
    if len(second) <= half:
        return first[: room - len(second)], second
    return first[: room - half], second[:half]


def decode(
    examples: Sequence[LabelledText],
    features: Sequence[Feature],
    outputs: Sequence[FloatArray],
    settings: Training,
    labels: Sequence[str],
) -> list[Prediction]:
    """The label with the highest score, the first of equals."""
    return [
        Prediction(example.uid, labels[int(np.argmax(scores))])
        for example, scores in zip(examples, outputs, strict=True)
    ]


CLASSIFICATION = Format("classification", "sentence", encode, decode)
