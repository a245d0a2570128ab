"""Which units of many texts are hit at a level, and the texts that come of it; every text has chance of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from unicodedata import is_normalized, normalize

import numpy as np

from xeval.text.chance import Counted, Numbers, mixed, numbers, shares
from xeval.text.manygraphemes import spelt
from xeval.text.manywords import Joined, Places, Truth, joined, words_of
from xeval.text.units import Edits
from xeval.values import Language

Edit = Callable[[str, Random], str]
Eligible = Callable[[str], bool]
Change = tuple[int, int, str]  # the characters from one place to another become this


@dataclass(frozen=True)
class Hit:
    """The units hit, by number in the order of the texts, a seed for each, and how many each text could have had."""

    which: Places
    seeds: Numbers
    units: Places


def chosen_of(texts: Places, eligible: Truth, level: float, seeds: Sequence[int]) -> Hit:
    """Choose a share `level` of the eligible units of each text; unit i stands in text `texts[i]`, in order.

    Of n eligible units of a text, floor(level * n + u) are hit, those that are first in an order that its seed decides;
    so are u, from 0 to 1, and the seed of each unit. The share is exact in expectation, what a level hits a higher one
    hits too, and no text depends on another.
    """
    which = np.flatnonzero(eligible)
    of = texts[which]
    own = np.array(seeds, np.uint64)
    units = np.bincount(of, minlength=len(own)).astype(np.int64)
    firsts = np.cumsum(units) - units
    number = np.arange(len(which)) - firsts[of]
    luck = numbers(own[of], number + 1)
    wanted = np.minimum((level * units + shares(own, 0)).astype(np.int64), units)
    hit = _first(luck, of, firsts, wanted)
    return Hit(which[hit], mixed(luck[hit]), units)


def _first(luck: Numbers, of: Places, firsts: Places, wanted: Places) -> Truth:
    """Which units are the `wanted` first of their text, if those with the least luck come first."""
    bits = np.uint64(max(1, len(firsts).bit_length()))
    keys = of.astype(np.uint64) << (np.uint64(64) - bits) | luck >> bits  # sorted faster than two keys
    some = np.flatnonzero(wanted)
    last = np.zeros(len(firsts), np.uint64)
    last[some] = np.sort(keys)[firsts[some] + wanted[some] - 1]
    hit: Truth = (keys <= last[of]) & (wanted[of] > 0)
    if hit.sum() == wanted.sum():
        return hit
    ranks = np.empty(len(of), np.int64)  # two units whose luck differs in the bits that are cut off alone
    ranks[np.lexsort((luck, of))] = np.arange(len(of)) - firsts[of]
    found: Truth = ranks < wanted[of]
    return found


def edits_of(texts: Sequence[str], hit: Hit, of: Places, changes: Iterable[Change]) -> list[Edits]:
    """The texts after a change for each unit hit, which stands in text `of[i]`; what changes nothing is not counted."""
    per_text: list[list[Change]] = [[] for _ in texts]
    for number, (start, end, new) in zip(of.tolist(), changes, strict=True):
        old = texts[number][start:end]
        if not new.isascii() and not is_normalized("NFC", new) and is_normalized("NFC", old):
            new = normalize("NFC", new)
        if new != old:
            per_text[number].append((start, end, new))
    return [Edits(*one) for one in zip(texts, per_text, hit.units.tolist(), strict=True)]


def change_many_words(
    texts: Sequence[str],
    language: Language,
    level: float,
    seeds: Sequence[int],
    edit: Edit,
    *,
    eligible: Eligible | None = None,
) -> list[Edits]:
    """What `change_words` does to one text, done to many at once: `edit` is asked only for the words that are hit."""
    words = words_of(texts, language.script)
    return _changed(texts, _spans(words, words.starts, words.ends), level, seeds, edit, eligible)


def change_many_characters(
    texts: Sequence[str],
    language: Language,
    level: float,
    seeds: Sequence[int],
    edit: Edit,
    *,
    eligible: Eligible | None = None,
) -> list[Edits]:
    """What `change_characters` does to one text, done to many at once."""
    one = joined(texts)
    return _changed(texts, _spans(one, *spelt(one)), level, seeds, edit, eligible)


def _spans(one: Joined, starts: Places, ends: Places) -> list[tuple[int, int, int]]:
    """Units as the number of their text, and where in it they begin and end."""
    texts = one.texts_at(starts)
    firsts = one.firsts[texts]
    return list(zip(texts.tolist(), (starts - firsts).tolist(), (ends - firsts).tolist(), strict=True))


def _changed(
    texts: Sequence[str],
    spans: Sequence[tuple[int, int, int]],
    level: float,
    seeds: Sequence[int],
    edit: Edit,
    eligible: Eligible | None,
) -> list[Edits]:
    if eligible is not None:
        spans = [(number, start, end) for number, start, end in spans if eligible(texts[number][start:end])]
    of = np.fromiter((number for number, _, _ in spans), np.int64, len(spans))
    hit = chosen_of(of, np.ones(len(of), np.bool_), level, seeds)
    return edits_of(texts, hit, of[hit.which], _edited(texts, spans, hit, edit))


def _edited(texts: Sequence[str], spans: Sequence[tuple[int, int, int]], hit: Hit, edit: Edit) -> Iterator[Change]:
    rng = Counted()
    for which, seed in zip(hit.which.tolist(), hit.seeds.tolist(), strict=True):
        number, start, end = spans[which]
        rng.seed(seed)
        yield start, end, edit(texts[number][start:end], rng)
