"""One edit in each word that is hit, for the words of many texts at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from xeval.api import (
    Edits,
    Graphemes,
    Language,
    Splices,
    chosen_of,
    counted_places,
    graphemes_of,
    spliced,
    splices,
    words_of,
)
from xeval.plugins.perturbations.keyboards import Neighbours
from xeval.plugins.perturbations.lettersalike import Hits, like, others

Places = NDArray[np.int64]
Truth = NDArray[np.bool_]
PLACE, WHICH = 1, 2  # counters of chance, so that no two questions get one answer; see lettersalike too


Edit = Callable[[Hits], Splices]  # one in each word that is hit
Eligible = Callable[[Graphemes], Truth]


def edited(
    texts: Sequence[str], language: Language, level: float, seeds: Sequence[int], edit: Edit, eligible: Eligible
) -> list[Edits]:
    """Texts with one edit in a share `level` of their eligible words."""
    words = words_of(texts, language.script)
    graphemes = graphemes_of(words)
    hit = chosen_of(words.texts, eligible(graphemes), level, seeds)
    units = np.stack((words.starts[hit.which], words.ends[hit.which]), axis=1)
    return spliced(texts, words, hit, units, edit(Hits(graphemes, hit.which, hit.seeds)))


# ---------------------------------------------------------------------------------------------- which words can be hit


def long(graphemes: Graphemes) -> Truth:
    """Words of more than one grapheme."""
    return graphemes.counts > 1


def uneven(graphemes: Graphemes) -> Truth:
    """Words in which two neighbouring graphemes differ."""
    return graphemes.different > 0


# ------------------------------------------------------------------------------------------------------ what is done


def swapped(hits: Hits) -> Splices:
    """Two neighbouring graphemes that differ, the one in the other's place."""
    of = hits.graphemes
    one = _nth(of.differs, hits, counted_places(hits.seeds, PLACE, of.different[hits.words]))
    start, middle, end = of.starts[one], of.ends[one], of.ends[one + 1]
    return splices(start, end, middle, end, start, middle)


def deleted(hits: Hits) -> Splices:
    """One grapheme left out."""
    return splices(*hits.spans(_one(hits)))


def repeated(hits: Hits) -> Splices:
    """One grapheme twice."""
    start, end = hits.spans(_one(hits))
    return splices(end, end, start, end)


def inserted(hits: Hits) -> Splices:
    """One grapheme more, like the one that it comes before or after."""
    place = counted_places(hits.seeds, PLACE, hits.counts() + 1)
    beside = hits.firsts() + np.minimum(place, hits.counts() - 1)
    of = hits.graphemes
    at = np.where(place < hits.counts(), of.starts[beside], of.ends[beside])
    new, _ = like(hits, beside, same=True)
    return splices(at, at, *hits.spans(new))


def substituted(hits: Hits) -> Splices:
    """Another grapheme in the place of one; none if there is no other like it."""
    one = _one(hits)
    new, left = like(hits, one, same=False)
    start, end = hits.spans(new)
    more = others(hits, one, left)
    lengths = np.fromiter(map(len, more), np.int64, len(more))
    end[left] = len(hits.graphemes.words.whole) + np.cumsum(lengths)
    start[left] = end[left] - lengths
    return splices(*hits.spans(one), start, end, more="".join(more))


def mixed(hits: Hits) -> Splices:
    """A deletion, an insertion, a substitution or a swap, each as likely as the others."""
    kinds = (deleted, inserted, substituted, swapped)
    which = counted_places(hits.seeds, WHICH, 3 + (hits.graphemes.different[hits.words] > 0))
    found = [edit(hits.some(which == number)) for number, edit in enumerate(kinds)]
    rows = np.zeros((len(which), 6), np.int64)
    for number, one in enumerate(found):
        rows[which == number] = one.rows
    return Splices(rows, "".join(one.more for one in found))  # of which substitutions alone have any


def on_keys(near: Neighbours) -> tuple[Edit, Eligible]:
    """The edit that types a neighbouring key, and which words of more than one grapheme have a letter on a key."""
    keys = np.full(0x110000, -1, np.int16)
    keys[[ord(letter) for letter in near]] = np.arange(len(near))
    counts = np.fromiter(map(len, near.values()), np.int64, len(near))
    firsts = np.cumsum(counts) - counts
    more = "".join(other for others in near.values() for other in others)  # a character each

    def typed(graphemes: Graphemes) -> Truth:
        found: Truth = keys[graphemes.words.codes[graphemes.starts]] >= 0
        return found

    def edit(hits: Hits) -> Splices:
        there = typed(hits.graphemes)
        one = _nth(there, hits, counted_places(hits.seeds, PLACE, _per_word(there, hits.graphemes)[hits.words]))
        start, _ = hits.spans(one)
        old = keys[hits.graphemes.words.codes[start]]
        new = len(hits.graphemes.words.whole) + firsts[old] + counted_places(hits.seeds, WHICH, counts[old])
        return splices(start, start + 1, new, new + 1, more=more)

    return edit, lambda graphemes: long(graphemes) & (_per_word(typed(graphemes), graphemes) > 0)


# ------------------------------------------------------------------------------------------------------------ details


def _one(hits: Hits) -> Places:
    """A grapheme of each word, by number."""
    found: Places = hits.firsts() + counted_places(hits.seeds, PLACE, hits.counts())
    return found


def _nth(truth: Truth, hits: Hits, number: Places) -> Places:
    """The grapheme of each word that is the nth of those for which something is true."""
    before = np.concatenate(([0], np.cumsum(truth)))[hits.firsts()]
    found: Places = np.flatnonzero(truth)[before + number]
    return found


def _per_word(truth: Truth, graphemes: Graphemes) -> Places:
    total = np.concatenate(([0], np.cumsum(truth)))
    found: Places = total[graphemes.firsts + graphemes.counts] - total[graphemes.firsts]
    return found
