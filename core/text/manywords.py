"""The words of many texts at once, as arrays: what `segmentation` finds in each text, found in all of them together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
import regex
from numpy.typing import NDArray

from xeval.text.characters import (
    ANY_NUMBER,
    EXTENDS,
    HEBREW,
    INSIDE,
    LETTER,
    MID_LETTER,
    MID_NUMBER,
    NO_SPACES,
    NUMBER,
    Codes,
    Flags,
    codes_of,
    flags_of,
    is_any,
)
from xeval.text.cutting import cuts
from xeval.text.segmentation import KANA, UNSPACED_RUNS, cjk_model, split_run

Places = NDArray[np.int64]
Truth = NDArray[np.bool_]
BETWEEN = "\n"  # texts are written one after the other; a line feed belongs to no word


@dataclass(frozen=True)
class Joined:
    """Texts that stand one after the other in `whole`; text i is characters `firsts[i]` to `lasts[i]` of it."""

    whole: str
    firsts: Places
    lasts: Places
    codes: Codes
    flags: Flags

    @cached_property
    def count(self) -> int:
        """How many texts there are."""
        return len(self.firsts)

    def texts_at(self, places: Places) -> Places:
        """The numbers of the texts that some places, in order, are in."""
        found: Places = np.repeat(
            np.arange(self.count), np.diff(np.searchsorted(places, self.firsts), append=len(places))
        )
        return found


@dataclass(frozen=True)
class Words(Joined):
    """The words of texts, in their order: word i is characters `starts[i]` to `ends[i]`, of text `texts[i]`."""

    starts: Places
    ends: Places
    texts: Places


def joined(texts: Sequence[str]) -> Joined:
    """Texts as one."""
    whole = BETWEEN.join(texts)
    codes = codes_of(whole)
    lasts = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1) - 1
    return Joined(whole, np.concatenate(([0], lasts[:-1] + 1))[: len(texts)], lasts, codes, flags_of(codes))


def words_of(texts: Sequence[str], script: str) -> Words:
    """The words of texts in a language that is written in `script`."""
    one = joined(texts)
    starts, ends = _spaced(one.codes, one.flags)
    unspaced = np.flatnonzero(is_any(one.flags, NO_SPACES))
    if len(unspaced):
        some = np.unique(one.texts_at(unspaced))
        others = _unspaced(one.whole, list(zip(one.firsts[some], one.lasts[some], strict=True)), script)
        starts, ends = (np.concatenate(pair) for pair in zip((starts, ends), others, strict=True))
        order = np.argsort(starts, kind="stable")
        starts, ends = starts[order], ends[order]
    return Words(one.whole, one.firsts, one.lasts, one.codes, one.flags, starts, ends, one.texts_at(starts))


def _spaced(codes: Codes, flags: Flags) -> tuple[Places, Places]:
    """Words in scripts with spaces: from the first letter or digit of a run of what words are made of, to its end."""
    inside = np.zeros(len(flags) + 2, np.bool_)
    inside[1:-1] = is_any(flags, INSIDE) | _joined(codes, flags)
    bounds = np.flatnonzero(inside[1:] != inside[:-1])
    starts, ends = bounds[::2], bounds[1::2]
    if is_any(flags[starts], LETTER | NUMBER).all():
        return starts, ends
    begins = np.append(np.flatnonzero(inside[1:-1] & is_any(flags, LETTER | NUMBER)), len(flags))
    first = begins[np.searchsorted(begins, starts)]
    return first[first < ends], ends[first < ends]


def _joined(codes: Codes, flags: Flags) -> Truth:
    """Marks between two letters, between two digits, or between two letters of Hebrew, that part no word."""
    joined = np.zeros(len(flags), np.bool_)
    marks = np.flatnonzero(is_any(flags, MID_LETTER | MID_NUMBER) | (codes == ord('"')))
    marks = marks[(marks > 0) & (marks < len(flags) - 1)]
    before, after, at = flags[marks - 1], flags[marks + 1], flags[marks]
    letters = is_any(at, MID_LETTER) & is_any(_base(flags, marks - 1), LETTER) & is_any(after, LETTER)
    digits = is_any(at, MID_NUMBER) & is_any(before, NUMBER) & is_any(after, ANY_NUMBER)
    hebrew = (codes[marks] == ord('"')) & is_any(before, HEBREW) & is_any(before, INSIDE)
    hebrew &= is_any(after, HEBREW)
    joined[marks[letters | digits | hebrew]] = True
    return joined


def _base(flags: Flags, at: Places) -> Flags:
    """The flags of what stands at some places, or, where that is a mark, of what the marks belong to."""
    at = at.copy()
    while (on := is_any(flags[at], EXTENDS) & (at > 0)).any():
        at[on] -= 1
    return flags[at]


def _unspaced(whole: str, bounds: Sequence[tuple[int, int]], script: str) -> tuple[Places, Places]:
    """Words in scripts without spaces: by a model for Chinese, Japanese and Thai, otherwise by the script's rules."""
    runs: dict[str, list[regex.Match[str]]] = {}
    kana = script != "Jpan" and KANA.search(whole)  # else all Chinese characters are of one language
    cjk = cjk_model("", script)
    for match in chain.from_iterable(UNSPACED_RUNS.finditer(whole, int(a), int(b)) for a, b in bounds):
        group = match.lastgroup or ""
        if group == "cjk":
            group = cjk_model(match[0], script) if kana else cjk
        runs.setdefault("th" if group == "thai" else group, []).append(match)
    parts = [_cut(matches, model) for model, matches in runs.items()]
    starts, ends = zip(*parts, strict=True) if parts else ((), ())
    return np.concatenate([*starts, np.zeros(0, np.int64)]), np.concatenate([*ends, np.zeros(0, np.int64)])


def _cut(matches: Sequence[regex.Match[str]], model: str) -> tuple[Places, Places]:
    if model in ("myanmar", "clusters"):
        found = np.array(list(_ruled(matches, model)), np.int64)
        return found[:, 0], found[:, 1]
    begins = cuts([match[0] for match in matches], model)
    lengths = np.array([len(match[0]) for match in matches])
    firsts = np.cumsum(lengths) - lengths
    shifts = np.array([match.start() for match in matches]) - firsts
    ends = np.append(begins[1:], lengths.sum())
    shift = shifts[np.searchsorted(firsts, begins, "right") - 1]
    return begins + shift, ends + shift


def _ruled(matches: Sequence[regex.Match[str]], group: str) -> Iterator[tuple[int, int]]:
    for match in matches:
        start = match.start()
        for piece in split_run(match[0], group, ""):
            yield start, start + len(piece)
            start += len(piece)
