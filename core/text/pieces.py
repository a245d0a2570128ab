"""The pieces of a changed text: whether they are lawful, what they say, how much they changed and what they moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from xeval.contracts import ManyPerturbation, Perturbation
from xeval.errors import BadPlugin
from xeval.hashing import seeds_of
from xeval.text.units import Edits, Pieces, words
from xeval.values import Language, Piece

Span = tuple[int, int]
AT_ONCE = 1 << 16  # characters: as arrays they fit into a core's own cache


@dataclass(frozen=True)
class Damage:
    """A perturbation at a level in a language: chance depends on all of it but the level, and on the text's place."""

    by: Perturbation
    level: float
    language: Language
    seed: int


@dataclass(frozen=True, slots=True)
class Text:
    """A text, and whose it is: the example and the field."""

    text: str
    uid: str
    field: str


@dataclass(frozen=True)
class NewText:
    """A text as it became, from which pieces, and how many of its units were changed of how many."""

    text: str
    pieces: Sequence[Piece]
    units: int
    units_changed: int


def damaged(texts: Sequence[Text], damage: Damage) -> list[NewText]:
    """Change texts of examples; raises BadPlugin if what comes back are no pieces of them.

    All at once, if the perturbation can do that; the chance of each text is its own either way.
    """
    first = (damage.seed, "perturb", damage.by.name, damage.language.code)
    seeds = seeds_of(first, (f"{one.uid}/{one.field}" for one in texts))
    if isinstance(damage.by, ManyPerturbation):
        made = [pieces for start, end in _parts(texts) for pieces in _many(texts[start:end], damage, seeds[start:end])]
    else:
        made = [
            damage.by.perturb(one.text, damage.language, damage.level, Random(seed)) if one.text else ()
            for one, seed in zip(texts, seeds, strict=True)
        ]
    return [_new(one, pieces, damage) for one, pieces in zip(texts, made, strict=True)]


def _parts(texts: Sequence[Text]) -> Iterator[Span]:
    """Texts in groups of about AT_ONCE characters: the first and one after the last of each."""
    start = characters = 0
    for number, one in enumerate(texts, 1):
        characters += len(one.text)
        if characters >= AT_ONCE or number == len(texts):
            yield start, number
            start, characters = number, 0


def _many(texts: Sequence[Text], damage: Damage, seeds: Sequence[int]) -> Sequence[Sequence[Piece]]:
    by: ManyPerturbation = damage.by  # type: ignore[assignment]  # which `damaged` has found out
    made = by.perturb_many([one.text for one in texts], damage.language, damage.level, seeds)
    if not isinstance(made, Sequence) or len(made) != len(texts):
        raise _bad(damage, f"not one list of pieces for each of {len(texts)} texts", texts[0])
    return made


def _new(old: Text, pieces: Sequence[Piece], damage: Damage) -> NewText:
    if isinstance(pieces, Edits) and pieces.old == old.text:
        return NewText(pieces.text, pieces, pieces.units, pieces.units_changed)
    problem = unlawful(pieces, len(old.text))
    if problem:
        raise _bad(damage, problem, old)
    text = "".join(piece.text for piece in pieces)
    return NewText(text, pieces, *share(old.text, pieces, damage.language))


def _bad(damage: Damage, problem: str, text: Text) -> BadPlugin:
    return BadPlugin(
        f"The perturbation {damage.by.name!r} gave {problem} for {text.uid!r} ({damage.language.code}, {text.field}).",
        hint=f"A piece stands for characters 0 to {len(text.text)} of the old text; see docs/plugins.md#perturbations.",
    )


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
    if isinstance(pieces, (Pieces, Edits)):
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
