"""Documents as sub-words: which are drawn for a step, and which of their sub-words are to be predicted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xeval.learning.batching import IntArray, epoch_batches
from xeval.learning.vocabulary import MASK, PAD, sampling_weights

EVENNESS = 0.5  # a language of n documents is drawn in proportion to n to this power
KEPT = REPLACED = 0.1  # of the sub-words to predict: shown as they are, or as any other; the rest as <mask>
UNSEEN = 0.1  # a count for sub-words that a language does not have, so that their logarithm is finite


@dataclass(frozen=True, eq=False)
class Corpus:
    """Documents as sub-words, which languages each is in, and whether these are two."""

    sequences: Sequence[IntArray]
    languages: Sequence[str]
    bilingual: npt.NDArray[np.bool_]  # (documents,)
    groups: IntArray  # (documents,), numbers of the languages, a bilingual group apart


@dataclass(frozen=True, eq=False)
class Masked:
    """A batch to predict from: B documents of T sub-words, N of these to predict."""

    inputs: IntArray  # (B, T)
    chosen: npt.NDArray[np.bool_]  # (B, T)
    answers: IntArray  # (N,)
    groups: IntArray  # (N,)


def batches_of(
    corpus: Corpus, wanted: npt.NDArray[np.bool_], steps: int, size: int, rng: np.random.Generator
) -> list[IntArray]:
    """The documents of each step, drawn with replacement, languages with little text more often than their share."""
    chances = sampling_weights(corpus.languages, EVENNESS) * wanted
    drawn = rng.choice(len(chances), steps * size, p=chances / chances.sum())
    lengths = np.array([len(sequence) for sequence in corpus.sequences])
    return epoch_batches(drawn, lengths, size, rng)


def masked_batch(corpus: Corpus, batch: IntArray, share: float, size: int, rng: np.random.Generator) -> Masked:
    """Choose a share of the sub-words to predict, at least one, and hide them as BERT does (1810.04805, 3.1)."""
    rows = [corpus.sequences[number] for number in batch]
    original = np.full((len(rows), max(map(len, rows))), PAD, dtype=np.int64)
    for i, row in enumerate(rows):
        original[i, : len(row)] = row
    luck = np.where(original > MASK, rng.random(original.shape), 1.0)
    chosen = luck < max(share, luck.min() + 1e-9)
    how = rng.random(original.shape)
    inputs = np.where(chosen & (how >= KEPT + REPLACED), MASK, original)
    inputs = np.where(chosen & (how < REPLACED), rng.integers(MASK + 1, size, original.shape), inputs)
    groups = np.broadcast_to(corpus.groups[batch][:, None], original.shape)
    return Masked(inputs, chosen, original[chosen], groups[chosen])


def habits(corpus: Corpus, size: int) -> npt.NDArray[np.float32]:
    """How likely each sub-word is in each group of documents, as logarithms. (groups, V)

    Added to the scores of what is masked, they tell the head which language it is in. An encoder that is left to find
    that out keeps languages apart in its states, and then little that it learns in one is of use in another.
    """
    counts = np.full((int(corpus.groups.max()) + 1, size), UNSEEN)
    for group in range(len(counts)):
        numbers = np.concatenate([s for s, g in zip(corpus.sequences, corpus.groups, strict=True) if g == group])
        counts[group] += np.bincount(numbers, minlength=size)
    logarithms: npt.NDArray[np.float32] = np.log(counts / counts.sum(axis=1, keepdims=True)).astype(np.float32)
    return logarithms
