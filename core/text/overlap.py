"""What two versions of texts have in common: chrF and BLEU, from n-grams counted in all texts at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from xeval.text.chance import mixed
from xeval.text.characters import codes_of
from xeval.text.manygraphemes import graphemes_of
from xeval.text.manywords import words_of

CHARACTERS, WORDS = 6, 4  # the longest n-grams of chrF and of BLEU
BETA = 2  # recall counts twice as much as precision
Symbols = NDArray[np.uint64]
Counts = NDArray[np.int64]
WHITE = np.array([code for code in range(0x3001) if chr(code).isspace()], np.uint32)


@dataclass(frozen=True)
class Sequences:
    """The symbols of texts one after the other, (n,), and the number of the text that each stands in, (n,)."""

    symbols: Symbols
    texts: Counts


def chrf(new: Sequence[str], old: Sequence[str]) -> float:
    """chrF of texts against what they were, 0 to 100 (Popović 2015); to the digit what sacrebleu's chrF2 gives.

    Unchanged texts are at 100. White space does not count.
    """
    found = shared(characters(new), characters(old), CHARACTERS, answered=True)
    ours, theirs, both = (found[:, place].astype(float) for place in range(3))
    there = (ours > 0) & (theirs > 0)
    if not both.sum():
        return 0.0
    precision, recall = (both[there] / ours[there]).mean(), (both[there] / theirs[there]).mean()
    return float(100 * (1 + BETA**2) * precision * recall / (BETA**2 * precision + recall))


def bleu(new: Sequence[str], old: Sequence[str], script: str) -> float:
    """BLEU of texts against what they were, 0 to 100 (Papineni et al. 2002), over words as xeval finds them.

    Like sacrebleu's on texts that are tokenised already, with its exponential smoothing of counts of nothing.
    """
    found = shared(words(new, script), words(old, script), WORDS)
    ours, theirs, both = (found[:, place].tolist() for place in range(3))
    if not both[0]:
        return 0.0
    orders = [number for number in range(WORDS) if ours[number]]
    zeros = 0
    total = 0.0
    for number in orders:
        zeros += not both[number]
        total += log(both[number] / ours[number] if both[number] else 1 / (2**zeros * ours[number]))
    brevity = min(0.0, 1 - theirs[0] / ours[0])
    return 100 * exp(total / WORDS + brevity) if len(orders) == WORDS else 0.0


def characters(texts: Sequence[str]) -> Sequences:
    """All characters but white space."""
    codes = codes_of("".join(texts))
    of = np.repeat(np.arange(len(texts)), np.fromiter(map(len, texts), np.int64, len(texts)))
    kept = ~np.isin(codes, WHITE)
    return Sequences(codes[kept].astype(np.uint64), of[kept])


def words(texts: Sequence[str], script: str) -> Sequences:
    """The words, each as a hash of its graphemes."""
    found = words_of(texts, script)
    graphemes = graphemes_of(found)
    if not len(graphemes.names):
        return Sequences(np.zeros(0, np.uint64), found.texts)
    place = np.arange(len(graphemes.names)) - np.repeat(graphemes.firsts, graphemes.counts)
    names = mixed(graphemes.names ^ mixed(place.astype(np.uint64)))
    return Sequences(np.add.reduceat(names, graphemes.firsts), found.texts)


def shared(new: Sequences, old: Sequences, longest: int, answered: bool = False) -> Counts:
    """For n-grams of each length: how many the new texts have, the old ones, and both, text by text, (longest, 3).

    If they are to be `answered`, those of texts whose old version is too short for any are not counted, as in chrF.
    """
    grams = [_Grams.of(one) for one in (new, old)]
    found = []
    for _ in range(longest):
        (ours, texts), (theirs, old_texts) = (one.longer() for one in grams)
        counted = np.isin(texts, old_texts) if answered else np.ones(len(texts), np.bool_)
        found.append((counted.sum(), len(theirs), _common(ours, theirs)))
    return np.array(found, np.int64)


@dataclass
class _Grams:
    """n-grams by a hash of their symbols and their text; each time they are asked for they are longer by one."""

    of_texts: Sequences
    hashes: Symbols
    length: int = 0

    @classmethod
    def of(cls, texts: Sequences) -> _Grams:
        return cls(texts, mixed(texts.texts.astype(np.uint64)))

    def longer(self) -> tuple[Symbols, Counts]:
        last = self.of_texts.symbols[self.length :]
        self.hashes = mixed(self.hashes[: len(last)] ^ (last + np.uint64(self.length << 40)))
        one_text = self.of_texts.texts[: len(last)] == self.of_texts.texts[self.length :]
        self.length += 1
        return self.hashes[one_text], self.of_texts.texts[: len(last)][one_text]


def _common(ours: Symbols, theirs: Symbols) -> int:
    """How many n-grams both have, each as often as both have it."""
    one, one_counts = np.unique(ours, return_counts=True)
    other, other_counts = np.unique(theirs, return_counts=True)
    if not len(one) or not len(other):
        return 0
    at = np.minimum(np.searchsorted(other, one), len(other) - 1)
    return int(np.minimum(one_counts, other_counts[at])[other[at] == one].sum())
