"""Words left out, put in, and in another order, in many texts at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xeval.api import Edits, Hit, Language, Piece, Pieces, Words, chosen_of, counted_places, spliced, splices, words_of
from xeval.plugins.perturbations.picking import UNSPACED

Places = NDArray[np.int64]
Truth = NDArray[np.bool_]
WINDOW = 3  # neighbouring words that change places
OWN, WHICH = 1 << 32, 1  # counters of chance: of a text, beyond those of its units, and of a unit
BLANK = np.array([chr(code).isspace() for code in range(0x3002)])  # the last is U+3000


# ------------------------------------------------------------------------------------------------------------ left out


def dropped(texts: Sequence[str], language: Language, level: float, seeds: Sequence[int]) -> list[Edits]:
    """A share of the words left out, but one that luck decides."""
    words = words_of(texts, language.script)
    counts = np.bincount(words.texts, minlength=words.count)
    stays = np.cumsum(counts) - counts + counted_places(np.array(seeds, np.uint64), OWN, counts)
    others = np.ones(len(words.starts), np.bool_)
    others[stays[counts > 0]] = False
    hit = chosen_of(words.texts, others, level, seeds)
    gaps = np.concatenate((np.stack((words.starts, words.ends), axis=1)[hit.which], _spaces_beside(words, hit.which)))
    gaps = np.unique(gaps, axis=0)
    found = spliced(texts, words, hit, gaps, splices(gaps[:, 0], gaps[:, 1]))
    left = np.bincount(words.texts[hit.which], minlength=words.count).tolist()
    return [Edits(one.old, one.changes, one.units, one.text, hits) for one, hits in zip(found, left, strict=True)]


def _spaces_beside(words: Words, which: Places) -> Places:
    """The space that goes with each word: the one after it, or the one before it where the sentence ends or pauses."""
    starts, ends, texts = words.starts[which], words.ends[which], words.texts[which]
    codes = np.append(words.codes, np.uint32(0))
    first, last = starts == words.firsts[texts], ends == words.lasts[texts]
    after = ~last & _blank(codes[ends])
    before = ~after & ~first & _blank(codes[starts - 1]) & (last | _pauses(codes[ends]))
    return np.concatenate((np.stack((ends, ends + 1), axis=1)[after], np.stack((starts - 1, starts), axis=1)[before]))


def _blank(codes: NDArray[Any]) -> Truth:
    """Which of some characters are white space."""
    found: Truth = BLANK[np.minimum(codes, len(BLANK) - 1)]
    return found


def _pauses(codes: NDArray[Any]) -> Truth:
    """Which of some characters are marks that end a sentence or pause: all but hyphens and dashes."""
    kinds, which = np.unique(codes, return_inverse=True)
    categories = [unicodedata.category(chr(code)) for code in kinds.tolist()]
    found: Truth = np.array([category[0] == "P" and category != "Pd" for category in categories], np.bool_)[which]
    return found


# -------------------------------------------------------------------------------------------------------------- put in


def inserted(texts: Sequence[str], language: Language, level: float, seeds: Sequence[int]) -> list[Edits]:
    """After a share of the words one more word of the same text."""
    words = words_of(texts, language.script)
    hit = chosen_of(words.texts, np.ones(len(words.starts), np.bool_), level, seeds)
    of = words.texts[hit.which]
    counts = np.bincount(words.texts, minlength=words.count)
    new = (np.cumsum(counts) - counts)[of] + counted_places(hit.seeds, WHICH, counts[of])
    starts, ends = words.starts[hit.which], words.ends[hit.which]
    space = np.full(len(of), len(words.whole), np.int64)
    apart = space + (_spaced(words, starts, ends) if language.script in UNSPACED else 1)
    found = splices(ends, ends, space, apart, words.starts[new], words.ends[new], more=" ")
    return spliced(texts, words, hit, np.stack((starts, ends), axis=1), found)


def _spaced(words: Words, starts: Places, ends: Places) -> Truth:
    """Which words have a space after them in a script that has none: those of ASCII."""
    others = np.concatenate(([0], np.cumsum(words.codes >= 128)))
    found: Truth = others[starts] == others[ends]
    return found


# ---------------------------------------------------------------------------------------------------- in another order


@dataclass(frozen=True)
class Windows:
    """Neighbouring words in threes: word i is in window `of[i]`, which has `alike[i]` of what is written the same."""

    words: Places  # by number
    of: Places
    alike: Places
    firsts: Places  # the place of each window's first word among those


def shuffled(texts: Sequence[str], language: Language, level: float, seeds: Sequence[int]) -> list[Pieces]:
    """The words of a share of the threes in another order."""
    words = words_of(texts, language.script)
    windows = _windows(words, counted_places(np.array(seeds, np.uint64), OWN, np.full(len(texts), WINDOW)))
    differ = windows.alike != windows.alike[windows.firsts][windows.of]
    mixed = np.bincount(windows.of[differ], minlength=len(windows.firsts)) > 0
    hit = chosen_of(words.texts[windows.words[windows.firsts]], mixed, level, seeds)
    moves = _moves(words, windows, hit)
    hits = np.bincount(words.texts[windows.words[windows.firsts[hit.which]]], minlength=words.count).tolist()
    facts = zip(texts, moves, words.firsts.tolist(), hit.units.tolist(), hits, strict=True)
    return [Pieces(_placed(text, moved, first), units, count) for text, moved, first, units, count in facts]


def _windows(words: Words, offsets: Places) -> Windows:
    """Threes of words parted by white space or by nothing; a word that touches anything else is in none."""
    alone, goes_on = _neighbours(words)
    number = np.arange(len(alone))
    place = number - np.maximum.accumulate(np.where(goes_on, 0, number))  # in its run
    first = np.where(offsets, offsets, WINDOW)[words.texts]
    begins = (place == 0) | ((place >= first) & ((place - first) % WINDOW == 0))
    kept = np.flatnonzero(alone)
    return Windows(kept, np.cumsum(begins[kept]) - 1, _spelling(words, kept), np.flatnonzero(begins[kept]))


def _neighbours(words: Words) -> tuple[Truth, Truth]:
    """Which words touch nothing but white space and words, and which of them come right after another of them."""
    blank = np.append(_blank(words.codes), False)
    filled = np.concatenate(([0], np.cumsum(~blank)))
    before, this = slice(None, -1), slice(1, None)
    touches, follows = np.zeros((2, len(words.starts) + 1), np.bool_)  # the word before; one place more for the last
    touches[1:-1] = words.starts[this] == words.ends[before]
    follows[1:-1] = filled[words.starts[this]] == filled[words.ends[before]]
    follows[1:-1] &= words.texts[this] == words.texts[before]
    alone = (words.starts == words.firsts[words.texts]) | touches[:-1] | blank[words.starts - 1]
    alone &= (words.ends == words.lasts[words.texts]) | touches[1:] | blank[words.ends]
    follows[1:-1] &= alone[this] & alone[before]
    return alone, follows[:-1]


def _spelling(words: Words, which: Places) -> Places:
    """A number for what each word is."""
    texts = [words.whole[a:b] for a, b in zip(words.starts[which].tolist(), words.ends[which].tolist(), strict=True)]
    number = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    return np.fromiter(map(number.__getitem__, texts), np.int64, len(texts))


Slot = tuple[int, int]


def _moves(words: Words, windows: Windows, hit: Hit) -> list[list[tuple[Slot, Slot]]]:
    """For each text the places of words, in order, and the places of the words that come to stand there."""
    found: list[list[tuple[Slot, Slot]]] = [[] for _ in range(words.count)]
    bounds = np.append(windows.firsts, len(windows.words))
    spans = list(zip(bounds[hit.which].tolist(), bounds[hit.which + 1].tolist(), strict=True))
    alike = windows.alike.tolist()
    orders = [_orders(tuple(map(alike[first:last].index, alike[first:last]))) for first, last in spans]
    drawn = counted_places(hit.seeds, WHICH, np.fromiter(map(len, orders), np.int64, len(orders))).tolist()
    starts, ends = words.starts[windows.words].tolist(), words.ends[windows.words].tolist()
    texts = words.texts[windows.words[bounds[hit.which]]].tolist()
    for text, (first, last), options, number in zip(texts, spans, orders, drawn, strict=True):
        slots = list(zip(starts[first:last], ends[first:last], strict=True))
        found[text] += zip(slots, [slots[place] for place in options[number]], strict=True)
    return found


@cache
def _orders(alike: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The orders of a window that read otherwise."""
    orders = permutations(range(len(alike)))
    return [order for order in orders if tuple(alike[place] for place in order) != alike]


def _placed(text: str, moved: Sequence[tuple[Slot, Slot]], first: int) -> Iterator[Piece]:
    """The pieces of a text, which begins at `first` of the whole, in which words stand where others stood."""
    done = 0
    for (start, end), (begin, stop) in moved:
        if start - first > done:
            yield Piece(text[done : start - first], done, start - first)
        yield Piece(text[begin - first : stop - first], begin - first, stop - first)
        done = end - first
    if done < len(text):
        yield Piece(text[done:], done, len(text))
