"""The graphemes of many words or texts at once, as arrays: what `GRAPHEME` matches in each, found in all together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from xeval.text.chance import mixed
from xeval.text.characters import ANY_LETTER, ANY_NUMBER, GOES_ON, LINKS, LOOSE, ODD, SOFT, Flags, is_any
from xeval.text.manywords import Joined, Places, Truth, Words
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

    @cached_property
    def different(self) -> Places:
        """How many pairs of neighbouring graphemes that differ each word has."""
        return _per_word(self.differs, self.firsts, self.counts)

    @cached_property
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
    numbers = np.cumsum(begins)
    firsts = numbers[words.starts] - 1
    counts = numbers[words.ends - 1] - firsts
    ends = np.append(starts[1:], 0)[: len(starts)]
    ends[firsts + counts - 1] = words.ends
    return Graphemes(words, starts, ends, firsts, counts, _names(words, starts, ends))


def spelt(one: Joined) -> tuple[Places, Places]:
    """Where the graphemes of texts that hold a letter or a digit begin and end, in their order."""
    begins = ~is_any(one.flags, GOES_ON) & ~_linked(one.flags)
    begins[one.firsts[one.lasts > one.firsts]] = True
    begins[one.lasts[:-1]] = True  # what stands between two texts
    for start, end in _hard_runs(one):
        begins[start:end] = False
        begins[[start + match.start() for match in GRAPHEME.finditer(one.whole[start:end])]] = True
    starts = np.flatnonzero(begins)
    if not len(starts):
        return starts, starts
    content = is_any(np.bitwise_or.reduceat(one.flags, starts), ANY_LETTER | ANY_NUMBER)
    return starts[content], np.append(starts[1:], len(begins))[content]


def _hard_runs(one: Joined) -> list[tuple[int, int]]:
    """Stretches of texts, from a space to the next, whose graphemes only the whole rules of Unicode can tell."""
    flags = one.flags.copy()
    flags[one.lasts[:-1]] = 0
    flags[:-1][is_any(flags[:-1], LINKS) & is_any(flags[1:], GOES_ON)] |= ODD
    hard = np.flatnonzero(is_any(flags, ODD | SOFT))
    if not len(hard):
        return []
    spaces = np.flatnonzero(one.codes == ord(" "))
    spaces = spaces[~is_any(flags[spaces - 1], ODD)]  # a mark that goes before its base takes in a space
    starts = np.unique(np.concatenate((spaces, one.firsts)))
    ends = np.append(starts[1:], len(flags))
    ends = np.minimum(ends, one.lasts[one.texts_at(starts)])
    runs = np.unique(np.searchsorted(starts, hard, "right") - 1)
    runs = runs[ends[runs] > starts[runs]]
    bounds = np.stack([starts[runs], ends[runs]], axis=1)
    found: Flags = np.bitwise_or.reduceat(np.append(flags, np.uint32(0)), bounds.ravel())[::2]
    whole = is_any(found, ODD) | (is_any(found, SOFT) & is_any(found, LOOSE | LINKS))
    return [(start, end) for start, end in bounds[whole].tolist()]


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
    flags = np.append(words.flags, np.uint32(0))
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
