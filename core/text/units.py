"""Words and graphemes of every script, and changes to a share of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import overload

from xeval.text.segmentation import CONTENT, GRAPHEME, spans_of_words
from xeval.values import Language, Piece

Edit = Callable[[str, Random], str]
Spans = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Unit:
    """A word or a grapheme: characters `start` to `end` of its text."""

    text: str
    start: int
    end: int


class Pieces(list[Piece]):
    """The pieces of a new text that know how many units of the old one could have been hit, and how many were."""

    def __init__(self, pieces: Iterable[Piece], units: int, units_changed: int) -> None:
        super().__init__(pieces)
        self.units = units
        self.units_changed = units_changed


class Edits(Sequence[Piece]):
    """The pieces of a new text as changes to the old one, which are few: characters `start` to `end` become `new`.

    `changes` are in order and do not overlap; each is one of the `units` that could have been hit, unless `hit` says
    how many were. `new` is the text that they make, if it is known already.
    """

    def __init__(
        self,
        old: str,
        changes: Sequence[tuple[int, int, str]],
        units: int,
        new: str | None = None,
        hit: int | None = None,
    ) -> None:
        self.old, self.changes, self.units, self.new = old, changes, units, new
        self.units_changed = len(changes) if hit is None else hit

    @property
    def text(self) -> str:
        """The new text."""
        if self.new is not None:
            return self.new
        parts: list[str] = []
        done = 0
        for start, end, new in self.changes:
            parts += (self.old[done:start], new)
            done = end
        return "".join((*parts, self.old[done:]))

    def __iter__(self) -> Iterator[Piece]:
        return _pieces(self.old, self.changes)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @overload
    def __getitem__(self, index: int) -> Piece: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Piece]: ...

    def __getitem__(self, index: int | slice) -> Piece | Sequence[Piece]:
        return list(self)[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]


def words(text: str, language: Language) -> list[Unit]:
    """The words of a text: runs of letters, digits and their marks, as Unicode segments them (UAX #29).

    Where words are written without spaces, a model finds them (BudouX: Chinese, Japanese, Thai) or a rule of the
    script does (Burmese: orthographic syllables); for Lao and Khmer there is none, and each grapheme counts as a word.
    White space and punctuation belong to no word.
    """
    return [Unit(text[start:end], start, end) for start, end in spans_of_words(text, language.script)]


def graphemes(text: str) -> list[Unit]:
    """What a reader calls characters, white space and punctuation included; marks and joiners stay with their base."""
    return [Unit(match[0], match.start(), match.end()) for match in GRAPHEME.finditer(text)]


def change_words(
    text: str,
    language: Language,
    level: float,
    rng: Random,
    edit: Edit,
    *,
    eligible: Callable[[str], bool] | None = None,
) -> Pieces:
    """Edit a share `level` of the words of a text; `eligible` leaves out words that the edit cannot change.

    Of n eligible words floor(level * n + u) are edited, with one u from 0 to 1 for the text: the share is exact in
    expectation, and off by less than one word in any text. The words of level 0.1 are among those of level 0.2, and
    are edited the same way, because every edit has a generator of its own that does not depend on the level.
    """
    spans: Spans = spans_of_words(text, language.script)
    if eligible is not None:
        spans = [(start, end) for start, end in spans if eligible(text[start:end])]
    return _change(text, spans, level, rng, edit)


def change_characters(
    text: str,
    language: Language,
    level: float,
    rng: Random,
    edit: Edit,
    *,
    eligible: Callable[[str], bool] | None = None,
) -> Pieces:
    """Edit a share `level` of the graphemes that hold a letter or a digit, as `change_words` does with words."""
    found = [match.span() for match in GRAPHEME.finditer(text) if CONTENT.search(match[0])]
    if eligible is not None:
        found = [(start, end) for start, end in found if eligible(text[start:end])]
    return _change(text, found, level, rng, edit)


def _change(text: str, spans: Spans, level: float, rng: Random, edit: Edit) -> Pieces:
    hit = sorted((spans[number], seed) for number, seed in chosen(len(spans), level, rng))
    edited = [(start, end, edit(text[start:end], Random(seed))) for (start, end), seed in hit]
    changes = [(start, end, new) for start, end, new in edited if new != text[start:end]]
    return Pieces(_pieces(text, changes), len(spans), len(changes))


def chosen(count: int, level: float, rng: Random) -> Iterator[tuple[int, int]]:
    """Numbers below `count`, each once and with a seed of its own: the beginning of one shuffle, longer as level grows.

    A draw for the share and then two for each number, whatever the level: so what a level chooses, a higher one does.
    """
    share = rng.random()
    moved: dict[int, int] = {}  # a Fisher-Yates shuffle of range(count) that keeps only what is out of its place
    for place in range(min(count, int(level * count + share))):
        other = place + int(rng.random() * (count - place))
        yield moved.get(other, other), rng.getrandbits(62)
        moved[other] = moved.get(place, place)


def edited(text: str, changes: Iterable[tuple[int, int, str]], units: int, units_changed: int) -> Pieces:
    """The pieces of a text of which some stretches became another text: (start, end, new), in order, none overlapping.

    `units` says how many could have been hit, `units_changed` how many were.
    """
    return Pieces(_pieces(text, changes), units, units_changed)


def _pieces(text: str, changes: Iterable[tuple[int, int, str]]) -> Iterator[Piece]:
    done = 0
    for start, end, new in changes:
        if start > done:
            yield Piece(text[done:start], done, start)
        yield Piece(new, start, end)
        done = end
    if done < len(text):
        yield Piece(text[done:], done, len(text))
