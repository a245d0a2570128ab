"""Tokens and their tags, after the sentence that they make was changed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from xeval.pieces import is_kept
from xeval.values import Piece

Fragment = tuple[int, str]  # the number of a token, and a part of its new text


@dataclass(frozen=True)
class Sentence:
    """Tokens as one text, with single spaces between them; token i stands from `starts[i]` to `ends[i]`."""

    tokens: tuple[str, ...]
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


@dataclass(frozen=True)
class NewTokens:
    """The tokens as they became, the old number of each, and how many of them were kept although they were changed."""

    tokens: tuple[str, ...]
    numbers: tuple[int, ...]
    refused: int


class Ambiguous(Exception):
    """The pieces do not say which token became what."""


def sentence(tokens: Sequence[str]) -> Sentence:
    """Tagged tokens as the text that a perturbation gets to see."""
    starts, at = [], 0
    for token in tokens:
        starts.append(at)
        at += len(token) + 1
    ends = [start + len(token) for start, token in zip(starts, tokens, strict=True)]
    return Sentence(tuple(tokens), " ".join(tokens), tuple(starts), tuple(ends))


def follow(old: Sentence, pieces: Sequence[Piece]) -> NewTokens:
    """The tokens that the pieces of a sentence make.

    No token comes into being, and one is left out only together with a space beside it: then its tag goes too. A token
    that became empty otherwise, or would hold white space, stays as it was. Tokens may change places. Raises Ambiguous
    for pieces of which one cannot say which token they belong to.
    """
    fragments = [fragment for piece in pieces for fragment in _fragments(piece, old)]
    became = {number: "".join(text for _, text in parts) for number, parts in _grouped(fragments)}
    emptied = [number for number in range(len(old.tokens)) if old.tokens[number] and not became.get(number)]
    order = [number for number in became if became[number]]
    for number in emptied:
        if _stays(number, old, pieces):
            order.insert(order.index(number - 1) + 1 if number - 1 in order else 0, number)
    refused = {number for number in order if not _is_token(became.get(number, ""), old.tokens[number])}
    tokens = tuple(old.tokens[number] if number in refused else became[number] for number in order)
    return NewTokens(tokens, tuple(order), len(refused))


def _grouped(fragments: Sequence[Fragment]) -> list[tuple[int, list[Fragment]]]:
    groups = [(number, list(parts)) for number, parts in groupby(fragments, key=lambda fragment: fragment[0])]
    if len({number for number, _ in groups}) < len(groups):
        raise Ambiguous
    return groups


def _fragments(piece: Piece, old: Sentence) -> Iterator[Fragment]:
    """What a piece says of the tokens that it stands for, or stands beside if it is an insertion."""
    if piece.start == piece.end:
        yield max(0, bisect_right(old.starts, piece.start) - 1), piece.text
        return
    numbers = range(bisect_right(old.ends, piece.start), bisect_left(old.starts, piece.end))
    if is_kept(piece, old.text):
        for number in numbers:
            yield number, old.text[max(piece.start, old.starts[number]) : min(piece.end, old.ends[number])]
    elif len(numbers) == 1:
        yield numbers[0], piece.text
    elif len(numbers) == len(piece.text.split()):
        yield from zip(numbers, piece.text.split(), strict=True)
    elif piece.text.strip():
        raise Ambiguous


def _stays(number: int, old: Sentence, pieces: Sequence[Piece]) -> bool:
    """Whether an emptied token was no word left out: the spaces beside it are still there."""
    beside = [at for at in (old.starts[number] - 1, old.ends[number]) if 0 <= at < len(old.text)]
    return all(any(_keeps_space(piece, at, old) for piece in pieces) for at in beside)


def _keeps_space(piece: Piece, at: int, old: Sentence) -> bool:
    return piece.start <= at < piece.end and any(character.isspace() for character in piece.text)


def _is_token(new: str, old: str) -> bool:
    return bool(new) and (not any(map(str.isspace, new)) or any(map(str.isspace, old)))


def repaired(tags: Sequence[str], numbers: Sequence[int]) -> tuple[str, ...]:
    """The tags of the tokens that are left, in their new order, with every entity of BIO beginning with its B.

    >>> repaired(("B-LOC", "I-LOC", "O", "B-PER"), (1, 3, 2))
    ('B-LOC', 'B-PER', 'O')
    """
    if tuple(numbers) == tuple(range(len(tags))):
        return tuple(tags)
    entity = _entities(tags)
    found = []
    for before, number in zip((None, *numbers), numbers, strict=False):
        moved = before != (number - 1 if number else None)
        same = before is not None and entity[before] == entity[number]
        found.append(_tag(tags[number], same) if moved else tags[number])
    return tuple(found)


def _entities(tags: Sequence[str]) -> list[int]:
    """A number for the entity that each tag belongs to, another for each tag outside."""
    found: list[int] = []
    for number, tag in enumerate(tags):
        goes_on = tag.startswith("I-") and number > 0 and tags[number - 1][:2] in ("B-", "I-")
        same = goes_on and tags[number - 1][2:] == tag[2:]
        found.append(found[-1] if same else number)
    return found


def _tag(tag: str, same: bool) -> str:
    return ("I-" if same else "B-") + tag[2:] if tag[:2] in ("B-", "I-") else tag
