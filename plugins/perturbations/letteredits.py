"""One edit in each word that is hit, for the words of many texts at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xeval.api import Change, Edits, Graphemes, Language, chosen_of, counted_places, edits_of, graphemes_of, words_of
from xeval.plugins.perturbations.keyboards import Neighbours
from xeval.plugins.perturbations.letters import kind, near

Places = NDArray[np.int64]
Truth = NDArray[np.bool_]
TRIES = 8  # how often a grapheme is drawn from a text before all that would do are listed
PLACE, LIKE, WHICH = 1, 16, 2  # counters of chance, so that no two questions get one answer


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


Edit = Callable[[Hits], Sequence[Change]]  # for each hit: the characters of the whole that become something else
Eligible = Callable[[Graphemes], Truth]


def edited(
    texts: Sequence[str], language: Language, level: float, seeds: Sequence[int], edit: Edit, eligible: Eligible
) -> list[Edits]:
    """Texts with one edit in a share `level` of their eligible words."""
    words = words_of(texts, language.script)
    graphemes = graphemes_of(words)
    hit = chosen_of(words.texts, eligible(graphemes), level, seeds)
    changes = edit(Hits(graphemes, hit.which, hit.seeds))
    of = words.texts[hit.which]
    return edits_of(texts, hit, of, _whole_words(graphemes, hit.which, of, changes))


def _whole_words(graphemes: Graphemes, which: Places, of: Places, changes: Sequence[Change]) -> Iterator[Change]:
    """Changes of graphemes as changes of the words that they are in, in the places of their own text."""
    words = graphemes.words
    starts, ends, firsts = words.starts[which].tolist(), words.ends[which].tolist(), words.firsts[of].tolist()
    for start, end, first, (begin, stop, new) in zip(starts, ends, firsts, changes, strict=True):
        yield start - first, end - first, f"{words.whole[start:begin]}{new}{words.whole[stop:end]}"


# ---------------------------------------------------------------------------------------------- which words can be hit


def long(graphemes: Graphemes) -> Truth:
    """Words of more than one grapheme."""
    return graphemes.counts > 1


def uneven(graphemes: Graphemes) -> Truth:
    """Words in which two neighbouring graphemes differ."""
    return graphemes.different() > 0


# ------------------------------------------------------------------------------------------------------ what is done


def swapped(hits: Hits) -> list[Change]:
    """Two neighbouring graphemes that differ, the one in the other's place."""
    of = hits.graphemes
    one = _nth(of.differs(), hits, counted_places(hits.seeds, PLACE, of.different()[hits.words]))
    bounds = zip(of.starts[one].tolist(), of.ends[one].tolist(), of.ends[one + 1].tolist(), strict=True)
    whole = of.words.whole
    return [(start, end, whole[middle:end] + whole[start:middle]) for start, middle, end in bounds]


def deleted(hits: Hits) -> list[Change]:
    """One grapheme left out."""
    return [(start, end, "") for start, end in _spans(hits, _one(hits))]


def repeated(hits: Hits) -> list[Change]:
    """One grapheme twice."""
    whole = hits.graphemes.words.whole
    return [(end, end, whole[start:end]) for start, end in _spans(hits, _one(hits))]


def inserted(hits: Hits) -> list[Change]:
    """One grapheme more, like the one that it comes before or after."""
    place = counted_places(hits.seeds, PLACE, hits.counts() + 1)
    beside = hits.firsts() + np.minimum(place, hits.counts() - 1)
    of = hits.graphemes
    at = np.where(place < hits.counts(), of.starts[beside], of.ends[beside]).tolist()
    like = _like(hits, beside, same=True)
    return [(here, here, new) for here, new in zip(at, like, strict=True)]


def substituted(hits: Hits) -> list[Change]:
    """Another grapheme in the place of one; none if there is no other like it."""
    one = _one(hits)
    like = _like(hits, one, same=False)
    return [(start, end, new) for (start, end), new in zip(_spans(hits, one), like, strict=True)]


def mixed(hits: Hits) -> list[Change]:
    """A deletion, an insertion, a substitution or a swap, each as likely as the others."""
    kinds = (deleted, inserted, substituted, swapped)
    which = counted_places(hits.seeds, WHICH, 3 + (hits.graphemes.different()[hits.words] > 0))
    found: list[Change] = [(0, 0, "")] * len(which)
    for number, edit in enumerate(kinds):
        for place, change in zip(
            np.flatnonzero(which == number).tolist(), edit(hits.some(which == number)), strict=True
        ):
            found[place] = change
    return found


def on_keys(near: Neighbours) -> tuple[Edit, Eligible]:
    """The edit that types a neighbouring key, and which words of more than one grapheme have a letter on a key."""
    keys = np.zeros(0x110000, np.bool_)
    keys[[ord(letter) for letter in near]] = True

    def typed(graphemes: Graphemes) -> Truth:
        return keys[graphemes.words.codes[graphemes.starts]]

    def edit(hits: Hits) -> list[Change]:
        there = typed(hits.graphemes)
        one = _nth(there, hits, counted_places(hits.seeds, PLACE, _per_word(there, hits.graphemes)[hits.words]))
        old = [hits.graphemes.words.whole[start:end] for start, end in _spans(hits, one)]
        counts = np.fromiter((len(near[grapheme[0]]) for grapheme in old), np.int64, len(old))
        keyed = zip(old, counted_places(hits.seeds, WHICH, counts).tolist(), strict=True)
        new = [near[grapheme[0]][key] + grapheme[1:] for grapheme, key in keyed]
        return [(start, end, text) for (start, end), text in zip(_spans(hits, one), new, strict=True)]

    return edit, lambda graphemes: long(graphemes) & (_per_word(typed(graphemes), graphemes) > 0)


# ------------------------------------------------------------------------------------------------------------ details


def _one(hits: Hits) -> Places:
    """A grapheme of each word, by number."""
    found: Places = hits.firsts() + counted_places(hits.seeds, PLACE, hits.counts())
    return found


def _spans(hits: Hits, graphemes: Places) -> Iterator[tuple[int, int]]:
    of = hits.graphemes
    return zip(of.starts[graphemes].tolist(), of.ends[graphemes].tolist(), strict=True)


def _nth(truth: Truth, hits: Hits, number: Places) -> Places:
    """The grapheme of each word that is the nth of those for which something is true."""
    before = np.concatenate(([0], np.cumsum(truth)))[hits.firsts()]
    found: Places = np.flatnonzero(truth)[before + number]
    return found


def _per_word(truth: Truth, graphemes: Graphemes) -> Places:
    total = np.concatenate(([0], np.cumsum(truth)))
    found: Places = total[graphemes.firsts + graphemes.counts] - total[graphemes.firsts]
    return found


def _like(hits: Hits, beside: Places, same: bool) -> list[str]:
    """For each of some graphemes one of its kind from the same text, as often as they stand there.

    If none is met in a few draws, one of all that would do; itself, if there is none or if it may be the `same`.
    """
    of, texts = hits.graphemes, hits.graphemes.words.texts[hits.words]
    bounds = np.searchsorted(of.words.texts, np.stack([texts, texts + 1]))
    graphemes = np.append(of.firsts, len(of.starts))[bounds]
    kinds = _kinds(of.words.codes[of.starts[beside]])
    found = beside.copy()
    left = np.ones(len(beside), np.bool_)
    for number in range(TRIES):
        drawn = graphemes[0] + counted_places(hits.seeds, LIKE + number, graphemes[1] - graphemes[0])
        fits = left & (_kinds(of.words.codes[of.starts[drawn]]) == kinds)
        fits &= same | (of.names[drawn] != of.names[beside])
        found[fits] = drawn[fits]
        left &= ~fits
    whole = of.words.whole
    like = [whole[start:end] for start, end in _spans(hits, found)]
    for number in np.flatnonzero(left).tolist() if not same else ():
        options = _all_like(of, int(beside[number]), *graphemes[:, number].tolist()) or near(like[number])
        if options:
            like[number] = options[int(hits.seeds[number]) % len(options)]
    return like


def _all_like(of: Graphemes, one: int, first: int, end: int) -> list[str]:
    """The different graphemes from number `first` to `end` that are of the kind of `one`, but not it, in order."""
    kinds = _kinds(of.words.codes[of.starts[first:end]])
    fits = (kinds == kinds[one - first]) & (of.names[first:end] != of.names[one])
    numbers = np.flatnonzero(fits) + first
    return sorted({of.words.whole[a:b] for a, b in zip(of.starts[numbers], of.ends[numbers], strict=True)})


_known: NDArray[np.int16] = np.full(0x110000, -1, np.int16)
_numbers: dict[tuple[str, str], int] = {}


def _kinds(codes: NDArray[Any]) -> NDArray[np.int16]:
    """A number for the kind of each character: its script and category."""
    unknown = codes[_known[codes] < 0]
    for code in np.unique(unknown).tolist():
        _known[code] = _numbers.setdefault(kind(chr(code)), len(_numbers))
    found: NDArray[np.int16] = _known[codes]
    return found
