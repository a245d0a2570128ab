"""Graphemes of the kind of another: from the same text, or near it in Unicode; for the words of many texts at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xeval.api import Graphemes, counted_places
from xeval.plugins.perturbations.letters import kind, near

Places = NDArray[np.int64]
Truth = NDArray[np.bool_]
TRIES = 8  # how often a grapheme is drawn from a text before all that would do are listed
LIKE = 16  # the first counter of chance of those draws


@dataclass(frozen=True)
class Hits:
    """Words that are hit, by number, and a seed for each."""

    graphemes: Graphemes
    words: Places
    seeds: NDArray[np.uint64]

    def counts(self) -> Places:
        """How many graphemes each has."""
        return self.graphemes.counts[self.words]

    def firsts(self) -> Places:
        """The number of the first grapheme of each."""
        return self.graphemes.firsts[self.words]

    def some(self, which: Truth) -> Hits:
        """Some of them."""
        return Hits(self.graphemes, self.words[which], self.seeds[which])

    def spans(self, graphemes: Places) -> tuple[Places, Places]:
        """Where some graphemes begin and end."""
        return self.graphemes.starts[graphemes], self.graphemes.ends[graphemes]


def like(hits: Hits, beside: Places, same: bool) -> tuple[Places, Places]:
    """For each of some graphemes one of its kind from the same text, by number, as often as they stand there.

    If none is met in a few draws, itself; the places of those come second. It may be drawn too if it may be the `same`.
    """
    of = hits.graphemes
    first, end = _of_text(hits)
    kinds = _kinds(of.words.codes[of.starts[beside]])
    found = beside.copy()
    left = np.arange(len(beside))
    for number in range(TRIES):
        if not len(left):
            break
        drawn = first[left] + counted_places(hits.seeds[left], LIKE + number, (end - first)[left])
        fits = _kinds(of.words.codes[of.starts[drawn]]) == kinds[left]
        fits &= same | (of.names[drawn] != of.names[beside[left]])
        found[left[fits]] = drawn[fits]
        left = left[~fits]
    return found, left


def _of_text(hits: Hits) -> tuple[Places, Places]:
    """The number of the first grapheme of the text of each word, and of the first of the next one."""
    of, texts = hits.graphemes, hits.graphemes.words.texts[hits.words]
    bounds = np.searchsorted(of.words.texts, np.arange(of.words.count + 1))
    graphemes = np.append(of.firsts, len(of.starts))[bounds]
    return graphemes[texts], graphemes[texts + 1]


def others(hits: Hits, one: Places, which: Places) -> list[str]:
    """For some of the hits another grapheme of the kind of `one`: of the same text, or else near it, or else itself."""
    of, (first, end) = hits.graphemes, _of_text(hits)
    numbers = np.concatenate([np.arange(a, b) for a, b in zip(first[which], end[which], strict=True)] or [which])
    counts = end[which] - first[which]
    itself = np.repeat(one[which], counts)
    fits = _kinds(of.words.codes[of.starts[numbers]]) == _kinds(of.words.codes[of.starts[itself]])
    fits &= of.names[numbers] != of.names[itself]
    bounds = np.concatenate(([0], np.cumsum(fits)))[np.concatenate(([0], np.cumsum(counts)))].tolist()
    spelt = [of.words.whole[a:b] for a, b in zip(*hits.spans(numbers[fits]), strict=True)]
    found = []
    for number, a, b in zip(which.tolist(), bounds, bounds[1:], strict=False):
        old = of.words.whole[of.starts[one[number]] : of.ends[one[number]]]
        options = sorted({*spelt[a:b]}) or near(old) or [old]
        found.append(options[int(hits.seeds[number]) % len(options)])
    return found


_known: NDArray[np.int16] = np.full(0x110000, -1, np.int16)
_numbers: dict[tuple[str, str], int] = {}


def _kinds(codes: NDArray[Any]) -> NDArray[np.int16]:
    """A number for the kind of each character: its script and category."""
    found: NDArray[np.int16] = _known[codes]
    if len(found) and found.min() < 0:
        for code in np.unique(codes[found < 0]).tolist():
            _known[code] = _numbers.setdefault(kind(chr(code)), len(_numbers))
        found = _known[codes]
    return found
