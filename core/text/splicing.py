"""Texts with some stretches exchanged, many at once: put together as arrays, told as changes only if somebody asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload
from unicodedata import is_normalized, normalize

import numpy as np
from numpy.typing import NDArray

from xeval.text.characters import MIXES, Codes, codes_of, flags_of, is_any
from xeval.text.choosing import Change, Hit
from xeval.text.manywords import Joined, Places, Truth
from xeval.text.units import Edits

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Splices:
    """Stretches that become something else: row i says that characters [0] to [1] become [2] to [3] and [4] to [5].

    `rows` is (n, 6), in the order of the first two, which are places in `Joined.whole` and do not overlap; the others
    are places in that whole with `more` written after it.
    """

    rows: Rows
    more: str = ""


class Spans(Sequence[Change]):
    """The changes `first` to `end` of those of many texts, in the places of one text, which begins at `begin`.

    Characters units[i, 0] to units[i, 1] of all the old texts became units[i, 2] to units[i, 3] of all the `new` ones.
    """

    __slots__ = ("begin", "end", "first", "new", "units")

    def __init__(self, units: Rows, new: str, first: int, end: int, begin: int) -> None:
        self.units, self.new, self.first, self.end, self.begin = units, new, first, end, begin

    def __len__(self) -> int:
        return self.end - self.first

    def __iter__(self) -> Iterator[Change]:
        for start, end, begin, stop in self.units[self.first : self.end].tolist():
            yield start - self.begin, end - self.begin, self.new[begin:stop]

    @overload
    def __getitem__(self, index: int) -> Change: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Change]: ...

    def __getitem__(self, index: int | slice) -> Change | Sequence[Change]:
        return list(self)[index]


def splices(starts: Places, ends: Places, *new: Places, more: str = "") -> Splices:
    """Splices from columns: stretches, and what stands there instead, one or two stretches of the source, or none."""
    nothing = np.zeros(len(starts), np.int64)
    columns = [starts, ends, *new, *[nothing] * (4 - len(new))]
    return Splices(np.stack(columns, axis=1), more)


def spliced(texts: Sequence[str], one: Joined, hit: Hit, units: Rows, found: Splices) -> list[Edits]:
    """The texts after a splice within each unit hit, which is characters `units[i]` of the whole, (n, 2).

    What was normalised (NFC) stays so, unit by unit; a unit that did not change is not counted.
    """
    found = _normalised(one, units, found)
    rows, source = found.rows, np.concatenate((one.codes, codes_of(found.more)))
    new = _text(source[_places_after(rows, len(one.codes))])
    grown = (rows[:, 3] - rows[:, 2]) + (rows[:, 5] - rows[:, 4]) - (rows[:, 1] - rows[:, 0])
    shifts = np.concatenate(([0], np.cumsum(grown)))
    bounds = np.append(np.searchsorted(units[:, 0], one.firsts), len(units))
    begins = one.firsts + shifts[bounds[:-1]]
    ends = one.lasts + shifts[bounds[1:]]
    changed = _differs(rows, source)
    told = np.concatenate((units, units + np.stack((shifts[:-1], shifts[1:]), axis=1)), axis=1)[changed]
    kept = np.concatenate(([0], np.cumsum(changed)))[bounds].tolist()
    facts = zip(texts, begins.tolist(), ends.tolist(), kept, kept[1:], one.firsts.tolist(), strict=False)
    return [
        Edits(text, Spans(told, new, first, end, at), count, new[begin:stop])
        for (text, begin, stop, first, end, at), count in zip(facts, hit.units.tolist(), strict=True)
    ]


def _normalised(one: Joined, units: Rows, found: Splices) -> Splices:
    """Where a unit would no longer be normalised, the whole of it becomes what it is if normalised."""
    mixes = is_any(np.concatenate((one.flags, flags_of(codes_of(found.more)))), MIXES)
    if not mixes.any():
        return found
    total = np.concatenate(([0], np.cumsum(mixes)))
    rows, more = found.rows.copy(), [found.more]
    source, length = one.whole + found.more, len(one.whole) + len(found.more)
    spans = (units[:, 0], units[:, 1]), (rows[:, 2], rows[:, 3]), (rows[:, 4], rows[:, 5])
    unsure = np.flatnonzero(sum(total[end] - total[start] for start, end in spans))
    for number, (start, end), (a, b, *new) in zip(
        unsure.tolist(), units[unsure].tolist(), rows[unsure].tolist(), strict=True
    ):
        became = source[start:a] + source[new[0] : new[1]] + source[new[2] : new[3]] + source[b:end]
        if not is_normalized("NFC", became) and is_normalized("NFC", source[start:end]):
            more.append(normalize("NFC", became))
            rows[number] = start, end, length, length + len(more[-1]), 0, 0
            length += len(more[-1])
    return Splices(rows, "".join(more))


def _places_after(rows: Rows, length: int) -> Places:
    """The places of the source, one after the other, that the new texts are made of."""
    before = np.concatenate(([0], rows[:, 1]))
    kept = np.stack((before, np.append(rows[:, 0], length)), axis=1)
    spans = np.concatenate((kept[:-1], rows[:, 2:]), axis=1).reshape(-1, 2)
    return ragged(np.append(spans[:, 0], kept[-1, 0]), np.append(spans[:, 1], kept[-1, 1]))


def _differs(rows: Rows, source: Codes) -> Truth:
    """Which stretches really became something else."""
    lengths = rows[:, 1] - rows[:, 0]
    differs: Truth = (rows[:, 3] - rows[:, 2]) + (rows[:, 5] - rows[:, 4]) != lengths
    same = np.flatnonzero(~differs & (lengths > 0))
    if len(same):
        old = source[ragged(rows[same, 0], rows[same, 1])]
        spans = rows[same, 2:].reshape(-1, 2)
        new = source[ragged(spans[:, 0], spans[:, 1])]
        firsts = np.cumsum(lengths[same]) - lengths[same]
        differs[same] = np.logical_or.reduceat(old != new, firsts)
    return differs


def ragged(starts: Places, ends: Places) -> Places:
    """The numbers from each start to its end, one after the other.

    >>> ragged(np.array([5, 2]), np.array([8, 4])).tolist()
    [5, 6, 7, 2, 3]
    """
    lengths = ends - starts
    firsts = np.cumsum(lengths) - lengths
    found: Places = np.repeat(starts - firsts, lengths) + np.arange(int(lengths.sum()))
    return found


def _text(codes: Codes) -> str:
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")
