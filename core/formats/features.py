"""What a format is, and the arrays between it and a model: features of examples, batches of features."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from xeval.formats.subwords import Ids, Subwords
from xeval.tuning import Training
from xeval.values import FormatName, Prediction

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]
Pooling = Literal["cls", "mean", "match"]
HeadKind = Literal["sentence", "token", "span", "choice", "vector", "dual", "language_model"]
IGNORED = -100  # a target that has no loss
NOTHING: IntArray = np.zeros(0, dtype=np.int64)
NO_TRACE: npt.NDArray[np.int32] = np.zeros(0, dtype=np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Feature:
    """One input of a model: a sequence of sub-words, or several that are answered together (the choices of a prompt).

    `second` says where the second text starts in each sequence, 0 where there is none. `target` is what a head
    learns: a class (1,), a tag for each sub-word (T,), the first and last sub-word of an answer (2,), or nothing.
    `trace` leads back from sub-words to the example; only the format that made it reads it.
    """

    example: int  # its number in the list that was encoded
    sequences: tuple[Ids, ...]
    second: tuple[int, ...] = (0,)
    target: IntArray = field(default_factory=lambda: NOTHING)
    trace: npt.NDArray[np.int32] = field(default_factory=lambda: NO_TRACE)

    @property
    def length(self) -> int:
        """The longest of its sequences, in sub-words."""
        return max(map(len, self.sequences))

    @property
    def tokens(self) -> int:
        """All its sub-words."""
        return sum(map(len, self.sequences))


@dataclass(frozen=True, eq=False)
class Batch:
    """Padded features. B sequences of T sub-words, F features."""

    ids: IntArray  # (B, T)
    lengths: IntArray  # (B,)
    types: IntArray | None  # (B, T), for models that tell the second text by its type
    pools: FloatArray | None  # (B, P, T): how much each sub-word weighs in each of P means
    allowed: BoolArray | None  # (B, T): where an answer may start and end
    sizes: tuple[int, ...]  # (F,): sequences of each feature
    targets: IntArray  # (F,), (F, 2) or (B, T), as the head learns them
    read: BoolArray | None = None  # (B, T): the sub-words whose states the head reads; None for all
    by_subword: bool = False  # whether `targets` are (B, T)
    whole: bool = False  # whether its features are scored against each other, so that parts would be another task


@dataclass(frozen=True)
class Format:
    """How examples of one kind become inputs, and outputs become predictions. Both ways are pure.

    `encode(examples, subwords, settings, labels)` gives features in the order of the examples; one example may give
    several. `decode(examples, features, outputs, settings, labels)` gets one array per feature:
    sentence and choice: a score per label or choice; token: the number of the best label per sub-word (T,);
    span: scores of start and end per sub-word (T, 2); vector: a sentence vector (H,); dual: the uids found, best first.
    `corrupt(batch, subwords, settings, rng)` makes the targets of a step anew, where chance makes them.
    """

    name: FormatName
    head: HeadKind
    encode: Callable[[Sequence[Any], Subwords, Training, Sequence[str]], list[Feature]]
    decode: Callable[[Sequence[Any], Sequence[Feature], Sequence[Any], Training, Sequence[str]], list[Prediction]]
    corrupt: Callable[[Batch, Subwords, Training, np.random.Generator], Batch] | None = None


def collated(features: Sequence[Feature], subwords: Subwords, head: HeadKind, pooling: Pooling) -> Batch:
    """Pad features to their longest sequence."""
    rows = [row for feature in features for row in feature.sequences]
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    second = np.array([start for feature in features for start in feature.second], dtype=np.int64)
    ids = padded(rows, lengths, subwords.padding)
    places = np.arange(ids.shape[1])[None, :]
    whole = head in ("sentence", "choice", "vector", "dual")
    pooled = whole and pooling != "cls"
    learned = targets(features, lengths, head)
    return Batch(
        ids=ids,
        lengths=lengths,
        types=((places >= second[:, None]) & (second[:, None] > 0)).astype(np.int64) if subwords.typed else None,
        pools=pools(lengths, second, places, subwords, pooling) if pooled else None,
        allowed=allowed(features, ids.shape[1]) if head == "span" else None,
        sizes=tuple(len(feature.sequences) for feature in features),
        targets=learned,
        read=first_of(ids) if whole and not pooled else speaking(features, learned, ids) if head == "token" else None,
        by_subword=head == "token" and len(learned) > 0,
        whole=head == "dual",
    )


def padded(rows: Sequence[npt.NDArray[Any]], lengths: IntArray, fill: int) -> IntArray:
    """Rows under one another, filled up on the right: (B, T)."""
    table = np.full((len(rows), int(lengths.max())), fill, dtype=np.int64)
    table[np.arange(table.shape[1])[None, :] < lengths[:, None]] = np.concatenate(rows)
    return table


def first_of(ids: IntArray) -> BoolArray:
    """The first sub-word of each sequence: (B, T)."""
    table = np.zeros(ids.shape, dtype=np.bool_)
    table[:, 0] = True
    return table


def speaking(features: Sequence[Feature], learned: IntArray, ids: IntArray) -> BoolArray:
    """The sub-words with a tag to learn, or, where nothing is learned, those that speak for a token: (B, T)."""
    table: BoolArray = learned != IGNORED if len(learned) else np.zeros(ids.shape, dtype=np.bool_)
    if len(learned):
        return table
    for row, feature in zip(table, features, strict=True):
        row[feature.trace] = True
    return table


def targets(features: Sequence[Feature], lengths: IntArray, head: HeadKind) -> IntArray:
    """The targets in the shape that the head learns; nothing where there is nothing to learn."""
    if not len(features[0].target):
        return NOTHING
    if head == "token":
        return padded([feature.target for feature in features], lengths, IGNORED)
    if head == "span":
        return np.stack([feature.target for feature in features])
    if head in ("sentence", "choice", "dual"):
        return np.concatenate([feature.target for feature in features])
    return NOTHING


def allowed(features: Sequence[Feature], width: int) -> BoolArray:
    """Sub-words of the context, and the first one, which stands for "no answer": (B, T)."""
    table = np.zeros((len(features), width), dtype=np.bool_)
    for row, feature in zip(table, features, strict=True):
        row[: len(feature.trace)] = feature.trace[:, 0] >= 0
    table[:, 0] = True
    return table


def pools(lengths: IntArray, second: IntArray, places: IntArray, subwords: Subwords, pooling: Pooling) -> FloatArray:
    """Weights of means: over all sub-words (B, 1, T), or, to match, over each text without special ones (B, 2, T)."""
    stop, start = lengths[:, None], second[:, None]
    if pooling == "mean":
        return evenly([places < stop])
    last = stop - len(subwords.end)
    first_stop = np.where(start > 0, start - len(subwords.middle), last)
    first = (places >= len(subwords.start)) & (places < first_stop)
    return evenly([first, (start > 0) & (places >= start) & (places < last)])


def evenly(chosen: Sequence[BoolArray]) -> FloatArray:
    """Equal weights that add up to 1 over what is chosen in each row; 0 everywhere where nothing is."""
    table = np.stack(chosen, axis=1).astype(np.float32)
    weights: FloatArray = table / np.maximum(table.sum(axis=2, keepdims=True), np.float32(1))
    return weights
