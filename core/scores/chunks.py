"""Tags as chunks and as tokens: what is counted for the scores of tagging."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from xeval.values import Prediction, TaggedTokens

Chunk = tuple[str, int, int]


def chunks(tags: Sequence[str]) -> list[Chunk]:
    """Chunks as (type, first token, last token), as conlleval and seqeval's default mode find them.

    An I- that nothing began begins a chunk. A tag without prefix is a type of its own, and a run of it is one chunk,
    as in seqeval 0.0.12, by which XTREME scores parts of speech: its first letter stands for the prefix, so that
    neighbouring SYM or SCONJ are chunks of one token each.

    >>> chunks(["B-PER", "I-PER", "O", "I-LOC"])
    [('PER', 0, 1), ('LOC', 3, 3)]
    >>> chunks(["NOUN", "NOUN", "SCONJ", "SCONJ"])
    [('NOUN', 0, 1), ('SCONJ', 2, 2), ('SCONJ', 3, 3)]
    """
    found: list[Chunk] = []
    before = "O"
    for here, tag in enumerate(tags):
        if tag != "O" and (before == "O" or parted(before, tag)):
            found.append((chunk_type(tag), here, here))
        elif tag != "O":
            found[-1] = (*found[-1][:2], here)
        before = tag
    return found


@cache
def parted(left: str, right: str) -> bool:
    """Whether two neighbouring tags, neither of them O, belong to two chunks."""
    return left[:1] in ("E", "S") or right[:1] in ("B", "S") or chunk_type(left) != chunk_type(right)


@cache
def chunk_type(tag: str) -> str:
    """`PER` of `B-PER`; a tag without prefix is its own type."""
    return tag.partition("-")[2] or tag


@lru_cache(maxsize=1 << 14)
def known_chunks(tags: tuple[str, ...]) -> frozenset[Chunk]:
    """The chunks of some tags, which levels, metrics and systems share."""
    return frozenset(chunks(tags))


def chunk_counts(example: TaggedTokens, said: Prediction) -> tuple[float, ...]:
    """(chunks found rightly, chunks found, chunks there)."""
    there, found = known_chunks(example.tags), chunks(said.value)
    return float(len(there.intersection(found))), float(len(found)), float(len(there))


def token_counts(example: TaggedTokens, said: Prediction) -> tuple[float, ...]:
    """(tokens rightly given a tag, tokens given a tag, tokens that have one); O is no tag."""
    pairs = list(zip(example.tags, said.value, strict=True))
    right = sum(gold == tag != "O" for gold, tag in pairs)
    return float(right), float(sum(tag != "O" for _, tag in pairs)), float(sum(gold != "O" for gold, _ in pairs))


def tag_counts(example: TaggedTokens, said: Prediction) -> tuple[float, ...]:
    """(tokens tagged rightly, tokens)."""
    right = sum(gold == tag for gold, tag in zip(example.tags, said.value, strict=True))
    return float(right), float(len(example.tags))
