"""Running text with some sub-words hidden, which a model learns to restore."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np

from xeval.errors import BadValue
from xeval.formats.features import IGNORED, Batch, BoolArray, Feature, FloatArray, Format, IntArray
from xeval.formats.subwords import Ids, Subwords
from xeval.tuning import Training
from xeval.values import Document, Prediction

HIDDEN, SWAPPED = 0.8, 0.9  # of the sub-words to predict, 80% are hidden, 10% swapped for others, 10% left as they are


def encode(
    examples: Sequence[Document], subwords: Subwords, settings: Training, labels: Sequence[str]
) -> list[Feature]:
    """A document in inputs of at most `settings.max_length`, its segments parted as the two texts of a pair are."""
    pieces = iter(subwords.pieces(text for example in examples for text in example.texts))
    room = subwords.room(settings.max_length, 1)
    features = []
    for number, example in enumerate(examples):
        text = parted([next(pieces) for _ in example.texts], subwords)
        features += [Feature(number, (subwords.single(part),)) for part in cut(text, room)]
    return features


def parted(segments: Sequence[Ids], subwords: Subwords) -> Ids:
    """Segments one after another, with what stands between the texts of a pair between them."""
    middle = subwords.around[1]
    between = [part for segment in segments for part in (middle, segment)][1:]
    return np.concatenate(between or [middle[:0]])


def cut(text: Ids, room: int) -> Iterator[Ids]:
    """Equal parts of a text, as few as there must be; nothing for an empty one."""
    if len(text):
        yield from np.array_split(text, -(-len(text) // room))


def corrupt(batch: Batch, subwords: Subwords, settings: Training, rng: np.random.Generator) -> Batch:
    """Hide a share of the sub-words, at least one in the batch, and make them the targets (Devlin et al. 2019)."""
    if subwords.mask is None:
        raise BadValue(
            "The tokenizer has no mask token, so masked_lm cannot be trained on it.",
            hint="Choose a model that was pretrained with masked words, or a recipe without text.",
        )
    ids, chosen = batch.ids.copy(), chosen_places(batch, subwords, settings.mask, rng)
    targets = np.where(chosen, ids, IGNORED)
    fate = rng.random(ids.shape)
    ids[chosen & (fate < HIDDEN)] = subwords.mask
    swapped = chosen & (fate >= HIDDEN) & (fate < SWAPPED)
    ids[swapped] = rng.integers(0, subwords.size, int(swapped.sum()))
    return dataclasses.replace(batch, ids=ids, targets=targets, read=chosen, by_subword=True)


def chosen_places(batch: Batch, subwords: Subwords, share: float, rng: np.random.Generator) -> BoolArray:
    """Which sub-words are predicted: (B, T). Never special ones, and never none of a batch that has others."""
    special: IntArray = np.array(sorted(subwords.special | {subwords.padding}), dtype=np.int64)
    luck = rng.random(batch.ids.shape)
    luck[np.isin(batch.ids, special)] = 2.0
    chosen: BoolArray = (luck < share) | ((luck == luck.min()) & (luck < 1.0))
    return chosen


def decode(
    examples: Sequence[Document],
    features: Sequence[Feature],
    outputs: Sequence[FloatArray],
    settings: Training,
    labels: Sequence[str],
) -> list[Prediction]:
    """Raise BadValue: running text is trained on, there is nothing to say of it."""
    raise BadValue("The format masked_lm has nothing to predict.", hint="Use it as an intermediate task.")


MASKED_LM = Format("masked_lm", "language_model", encode, decode, corrupt)
