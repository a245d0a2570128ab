"""The graphemes of many words at once, as arrays: what `GRAPHEME` matches in each word, found in all together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xeval.text.chance import mixed
from xeval.text.characters import ANY_LETTER, GOES_ON, LINKS, LOOSE, ODD, SOFT, Flags, is_any
from xeval.text.manywords import Places, Truth, Words
from xeval.text.segmentation import GRAPHEME


@dataclass(frozen=True)
class Graphemes:
    """The graphemes of words, in their order; grapheme j is characters `starts[j]` to `ends[j]` of `words.whole`.

    Word i has `counts[i]` of them, the first of which has the number `firsts[i]`; graphemes that are written alike
    have the same name in `names`.
    """

    words: Words
    starts: Places
    ends: Places
    firsts: Places
    counts: Places
    names: NDArray[np.uint64]

    def uneven(self) -> Truth:
        """Which words have two neighbouring graphemes that differ."""
        return self.different().astype(bool)

    def different(self) -> Places:
        """How many pairs of neighbouring graphemes that differ each word has."""
        return _per_word(self.differs(), self.firsts, self.counts)

    def differs(self) -> Truth:
        """Which graphemes differ from the next one of their word; the last one of a word has none."""
        differs = np.append(self.names[1:] != self.names[:-1], False)[: len(self.names)]
        last = (self.firsts + self.counts - 1)[self.counts > 0]
        differs[last] = False
        return differs


def graphemes_of(words: Words) -> Graphemes:
    """The graphemes of some words."""
    begins = _begins(words)
    starts = np.flatnonzero(begins)
    bounds = np.searchsorted(starts, np.stack([words.starts, words.ends]))
    firsts, counts = bounds[0], bounds[1] - bounds[0]
    ends = np.append(starts[1:], 0)[: len(starts)]
    ends[firsts + counts - 1] = words.ends
    return Graphemes(words, starts, ends, firsts, counts, _names(words, starts, ends))


def _begins(words: Words) -> Truth:
    """Where graphemes begin, in words alone."""
    flags = words.flags
    begins = _within(words, len(flags))
    begins &= ~is_any(flags, GOES_ON) & ~_linked(flags)
    begins[words.starts] = True
    for number in np.flatnonzero(_hard(words)):
        start, end = int(words.starts[number]), int(words.ends[number])
        begins[start:end] = False
        begins[[start + match.start() for match in GRAPHEME.finditer(words.whole[start:end])]] = True
    return begins


def _within(words: Words, length: int) -> Truth:
    change = np.zeros(length + 1, np.int8)
    change[words.starts] += 1
    change[words.ends] -= 1
    return np.cumsum(change[:-1], dtype=np.int8).astype(bool)


def _linked(flags: Flags) -> Truth:
    """Letters that a virama joins to what stands before it."""
    linked = np.zeros(len(flags), np.bool_)
    linked[1:] = is_any(flags[:-1], LINKS) & is_any(flags[1:], ANY_LETTER)
    return linked


def _hard(words: Words) -> Truth:
    """Words whose graphemes only the whole rules of Unicode can tell."""
    if not len(words.starts):
        return np.zeros(0, np.bool_)
    flags = np.append(words.flags, np.uint16(0))
    flags[:-1][is_any(flags[:-1], LINKS) & is_any(flags[1:], GOES_ON)] |= ODD
    bounds = np.stack([words.starts, words.ends], axis=1).ravel()
    found: Flags = np.bitwise_or.reduceat(flags, bounds)[::2]
    return is_any(found, ODD) | (is_any(found, SOFT) & is_any(found, LOOSE | LINKS))


def _names(words: Words, starts: Places, ends: Places) -> NDArray[np.uint64]:
    """A number for what a grapheme is: of one character its code point, of more the sum of a hash of each and place."""
    names: NDArray[np.uint64] = words.codes[starts].astype(np.uint64)
    longer = np.flatnonzero(ends - starts > 1)
    place = 1
    while len(longer):
        codes = words.codes[starts[longer] + place].astype(np.uint64)
        names[longer] += mixed(codes + np.uint64(place << 32))
        place += 1
        longer = longer[ends[longer] - starts[longer] > place]
    return names


def _per_word(truth: Truth, firsts: Places, counts: Places) -> Places:
    total = np.concatenate(([0], np.cumsum(truth)))
    found: Places = total[firsts + counts] - total[firsts]
    return found
