"""Units that become one of their options, in many texts at once: each different unit is looked up once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from xeval.text.chance import places
from xeval.text.choosing import chosen_of
from xeval.text.manygraphemes import spelt
from xeval.text.manywords import Joined, Places, joined, words_of
from xeval.text.splicing import Rows, spliced, splices
from xeval.text.units import Edits
from xeval.values import Language

Options = Callable[[str], Sequence[str]]
CODES = 0x110000


@dataclass(frozen=True)
class Units:
    """The units of texts: unit i is characters `spans[i]`, (n, 2), and may become one of `options[ids[i]]`."""

    one: Joined
    spans: Rows
    ids: Places
    options: Sequence[Sequence[str]]


def replace_many_words(
    texts: Sequence[str], language: Language, level: float, seeds: Sequence[int], options: Options
) -> list[Edits]:
    """Texts in which a share `level` of the words that have options became one of them, each as likely.

    `options` is asked once for a word, however often it stands there; what comes back must differ from the word. Words
    are chosen as by `chosen_of`.
    """
    words = words_of(texts, language.script)
    units, ids = _different(words, words.starts, words.ends)
    spans = np.stack((words.starts, words.ends), axis=1)
    return _replaced(texts, Units(words, spans, ids, [*map(options, units)]), level, seeds)


def replace_many_characters(
    texts: Sequence[str], language: Language, level: float, seeds: Sequence[int], options: Options
) -> list[Edits]:
    """The same for graphemes that hold a letter or a digit."""
    one = joined(texts)
    starts, ends = spelt(one)
    units, ids = _letters(one, starts, ends)
    return _replaced(texts, Units(one, np.stack((starts, ends), axis=1), ids, [*map(options, units)]), level, seeds)


def _different(one: Joined, starts: Places, ends: Places) -> tuple[list[str], Places]:
    """The different stretches of texts, and the number of each stretch among them."""
    texts = [one.whole[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    units = list(dict.fromkeys(texts))
    number = {unit: place for place, unit in enumerate(units)}
    return units, np.fromiter(map(number.__getitem__, texts), np.int64, len(texts))


def _letters(one: Joined, starts: Places, ends: Places) -> tuple[list[str], Places]:
    """The same for graphemes, of which most are one character: those are told apart by their code points."""
    single = ends - starts == 1
    codes = one.codes[starts[single]]
    place = np.empty(CODES, np.int64)
    place[codes] = np.arange(len(codes))  # where each stands last
    last = place[codes] == np.arange(len(codes))
    units, others = _different(one, starts[~single], ends[~single])
    ids = np.empty(len(starts), np.int64)
    ids[single] = (np.cumsum(last) - 1)[place[codes]]
    ids[~single] = others + int(last.sum())
    return [*map(chr, codes[last].tolist()), *units], ids


def _replaced(texts: Sequence[str], of: Units, level: float, seeds: Sequence[int]) -> list[Edits]:
    counts = np.fromiter(map(len, of.options), np.int64, len(of.options))
    hit = chosen_of(of.one.texts_at(of.spans[:, 0]), counts[of.ids] > 0, level, seeds)
    which = of.ids[hit.which]
    new = (np.cumsum(counts) - counts)[which] + places(hit.seeds, 1, counts[which])
    pool = list(chain.from_iterable(of.options))
    lengths = np.fromiter(map(len, pool), np.int64, len(pool))
    ends = len(of.one.whole) + np.cumsum(lengths)
    spans = of.spans[hit.which]
    found = splices(spans[:, 0], spans[:, 1], (ends - lengths)[new], ends[new], more="".join(pool))
    return spliced(texts, of.one, hit, spans, found)
