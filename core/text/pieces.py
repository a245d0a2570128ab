"""The pieces of a changed text: whether they are lawful, what they say, how much they changed and what they moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from xeval.contracts import Perturbation
from xeval.errors import BadPlugin
from xeval.hashing import seed_of
from xeval.text.units import Pieces, words
from xeval.values import Language, Piece

Span = tuple[int, int]


@dataclass(frozen=True)
class Damage:
    """A perturbation at a level, and where it strikes: chance depends on all of it but the level."""

    by: Perturbation
    level: float
    language: Language
    seed: int
    uid: str


@dataclass(frozen=True)
class NewText:
    """A text as it became, from which pieces, and how many of its units were changed of how many."""

    text: str
    pieces: Sequence[Piece]
    units: int
    units_changed: int


def damaged(text: str, field: str, damage: Damage) -> NewText:
    """Change one text of an example; raises BadPlugin if what comes back are no pieces of it."""
    if not text:
        return NewText("", (), 0, 0)
    by, language = damage.by, damage.language
    rng = Random(seed_of(damage.seed, "perturb", by.name, language.code, damage.uid, field))
    pieces = by.perturb(text, language, damage.level, rng)
    problem = unlawful(pieces, len(text))
    if problem:
        raise BadPlugin(
            f"The perturbation {by.name!r} gave {problem} for {damage.uid!r} ({language.code}, {field}).",
            hint=f"A piece stands for characters 0 to {len(text)} of the old text; see docs/plugins.md#perturbations.",
        )
    return NewText("".join(piece.text for piece in pieces), pieces, *share(text, pieces, language))


def unlawful(pieces: object, length: int) -> str:
    """What is wrong with the pieces of a text of that length; empty if nothing is."""
    if isinstance(pieces, str) or not isinstance(pieces, Sequence):
        return f"{type(pieces).__name__} instead of a list of pieces"
    for piece in pieces:
        if not isinstance(piece, Piece):
            return f"{type(piece).__name__} instead of a Piece"
        if not isinstance(piece.text, str) or not 0 <= piece.start <= piece.end <= length:
            return f"the piece {piece}, which is out of bounds"
    return ""


def share(text: str, pieces: Sequence[Piece], language: Language) -> tuple[int, int]:
    """How many units there were and how many were changed: as the pieces know, or else by words of the text."""
    if isinstance(pieces, Pieces):
        return pieces.units, pieces.units_changed
    units, left = words(text, language), list(kept(text, pieces))
    whole = sum(any(start <= unit.start and unit.end <= end for start, end in left) for unit in units)
    return len(units), len(units) - whole


def kept(text: str, pieces: Sequence[Piece]) -> Iterator[Span]:
    """The stretches of the old text that stand in the new one as they were, in their order, as long as can be."""
    start = end = 0
    for piece in pieces:
        if piece.start == end and is_kept(piece, text):
            end = piece.end
            continue
        if end > start:
            yield start, end
        if is_kept(piece, text) and piece.start >= end:
            start, end = piece.start, piece.end
        else:
            start = end = max(end, piece.start)
    if end > start:
        yield start, end


def is_kept(piece: Piece, text: str) -> bool:
    """Whether a piece is a stretch of the old text as it was."""
    return piece.text == text[piece.start : piece.end] and piece.end > piece.start


def moved(span: Span, text: str, pieces: Sequence[Piece]) -> Span | None:
    """Where a span of the old text is in the new one; None if nothing of it is left or it is no longer in one place."""
    places = [place for place in _places(span, text, pieces) if place[1] > place[0]]
    if not places or any(one[1] != after[0] for one, after in pairwise(places)):
        return None
    return places[0][0], places[-1][1]


def _places(span: Span, text: str, pieces: Sequence[Piece]) -> Iterator[Span]:
    start, end = span
    at = 0
    for piece in pieces:
        inside = start < piece.start < end if piece.start == piece.end else piece.start < end and start < piece.end
        if inside and is_kept(piece, text):
            yield at + max(start - piece.start, 0), at + min(end, piece.end) - piece.start
        elif inside:
            yield at, at + len(piece.text)
        at += len(piece.text)
