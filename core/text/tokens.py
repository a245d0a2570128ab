"""Tokens and their tags, after the sentence that they make was changed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from xeval.text.pieces import is_kept
from xeval.text.segmentation import NO_SPACES
from xeval.text.units import graphemes
from xeval.values import Piece

Fragment = tuple[int, str]  # the number of a token, and a part of its new text


@dataclass(frozen=True)
class Sentence:
    """Tokens as one text; token i stands from `starts[i]` to `ends[i]`.

    A single space stands between two tokens, but none where their script has no spaces: there the tokens of a data set
    may be single characters (Chinese in WikiANN), and words are found only in running text.
    """

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
    text = ""
    starts: list[int] = []
    ends: list[int] = []
    for token in tokens:
        text += " " if starts and not runs_on(text[-1:], token[:1]) else ""
        starts.append(len(text))
        text += token
        ends.append(len(text))
    return Sentence(tuple(tokens), text, tuple(starts), tuple(ends))


def runs_on(before: str, after: str) -> bool:
    """Whether both characters are of scripts that put no space between words."""
    return bool(NO_SPACES.match(before) and NO_SPACES.match(after))


def follow(old: Sentence, pieces: Sequence[Piece]) -> NewTokens:
    """The tokens that the pieces of a sentence make.

    No token comes into being, and one is left out only together with a space beside it: then its tag goes too. A token
    that became empty otherwise, or would hold white space, stays as it was. Tokens may change places. Raises Ambiguous
    for pieces of which nobody can say which token they belong to.
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
        yield min(bisect_left(old.ends, piece.start), len(old.tokens) - 1), piece.text
        return
    numbers = range(bisect_right(old.ends, piece.start), bisect_left(old.starts, piece.end))
    if is_kept(piece, old.text):
        for number in numbers:
            yield number, old.text[max(piece.start, old.starts[number]) : min(piece.end, old.ends[number])]
    elif len(numbers) == 1:
        yield numbers[0], piece.text
    elif len(numbers) > 1:
        yield from _shared(piece, numbers, old)


def _shared(piece: Piece, numbers: range, old: Sentence) -> Iterator[Fragment]:
    """What a piece says of several tokens: word for word, or else grapheme for grapheme where it differs from them."""
    spaced = all(old.ends[number] < old.starts[number + 1] for number in numbers[:-1])
    if spaced and len(piece.text.split()) == len(numbers):
        yield from zip(numbers, piece.text.split(), strict=True)
        return
    parts = narrowed(piece, old.text)
    if len(parts) > 1:
        for part in parts:
            yield from _fragments(part, old)
    elif piece.text.strip():
        yield from _by_grapheme(piece, numbers, old)


def narrowed(piece: Piece, text: str) -> list[Piece]:
    """A piece with what it begins and ends with as the old text did split off.

    >>> narrowed(Piece("abxc", 0, 3), "abc")
    [Piece(text='ab', start=0, end=2), Piece(text='x', start=2, end=2), Piece(text='c', start=2, end=3)]
    """
    old = text[piece.start : piece.end]
    head = _alike(old, piece.text)
    tail = _alike(old[head:][::-1], piece.text[head:][::-1])
    start, end = piece.start + head, piece.end - tail
    middle = Piece(piece.text[head : len(piece.text) - tail], start, end)
    parts = [Piece(old[:head], piece.start, start), middle, Piece(text[end : piece.end], end, piece.end)]
    return [part for part in parts if part.text or part.start < part.end]


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (a, b) in pairs if a != b), min(len(one), len(other)))


def _by_grapheme(piece: Piece, numbers: range, old: Sentence) -> Iterator[Fragment]:
    """As many graphemes to each token as it had, where no space parts them; otherwise nobody can say which is whose."""
    bounds = [(max(piece.start, old.starts[number]), min(piece.end, old.ends[number])) for number in numbers]
    counts = [len(graphemes(old.text[start:end])) for start, end in bounds]
    new = iter(graphemes(piece.text))
    if (
        sum(counts) != len(graphemes(piece.text))
        or sum(end - start for start, end in bounds) != piece.end - piece.start
    ):
        raise Ambiguous
    for number, count in zip(numbers, counts, strict=True):
        yield number, "".join(unit.text for unit in islice(new, count))


def _stays(number: int, old: Sentence, pieces: Sequence[Piece]) -> bool:
    """Whether an emptied token was no word left out: the spaces beside it are still there."""
    beside = [at for at in (old.starts[number] - 1, old.ends[number]) if old.text[max(at, 0) : at + 1] == " "]
    return all(any(_keeps_space(piece, at) for piece in pieces) for at in beside)


def _keeps_space(piece: Piece, at: int) -> bool:
    return piece.start <= at < piece.end and any(map(str.isspace, piece.text))


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
