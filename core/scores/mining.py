"""Mining: pairs of sentences that translate each other, found among sentences that mostly do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from xeval.errors import BadValue
from xeval.scores.neighbours import FloatArray, IntArray, Neighbours, Vectors, neighbours

Margin = Literal["ratio", "absolute", "distance"]
MARGINS: tuple[Margin, ...] = ("ratio", "absolute", "distance")


class Mined(NamedTuple):
    """A source and a target by their row numbers, and how well they go together."""

    source: int
    target: int
    score: float


class Side(NamedTuple):
    """The sentences of one language, and their vectors (n, d)."""

    texts: Sequence[str]
    vectors: npt.ArrayLike


def mine(
    source_vectors: npt.ArrayLike,
    target_vectors: npt.ArrayLike,
    k: int = 4,
    margin: Margin = "ratio",
    device: str = "cpu",
) -> list[Mined]:
    """Candidates, best first; each row stands in one pair at most.

    As XTREME mines BUCC (after Artetxe and Schwenk 2019): k nearest neighbours by cosine in both directions; the score
    of a pair is its cosine against the mean of both sentences' means over their k neighbours, as `margin` says; each
    sentence proposes the best of its neighbours; proposals are taken from the best score down as long as both
    sentences are free, and kept if above 0. Of equal scores a source's proposal goes first, then the lower row.
    """
    return mined(Vectors.of(source_vectors), Vectors.of(target_vectors), k, margin, device)


def mine_texts(source: Side, target: Side, k: int = 4, margin: Margin = "ratio", device: str = "cpu") -> list[Mined]:
    """Candidates among sentences of which some stand twice, as XTREME treats them.

    A sentence is compared once, by the vector of its last row; if it stands twice (but for spaces around it), no pair
    with it is kept, for no id is its own.
    """
    rows = [distinct(side.texts) for side in (source, target)]
    found = mined(Vectors.of(source.vectors, rows[0]), Vectors.of(target.vectors, rows[1]), k, margin, device)
    pairs = [Mined(rows[0][pair.source], rows[1][pair.target], pair.score) for pair in found]
    single = [unrepeated(side.texts) for side in (source, target)]
    return [pair for pair in pairs if single[0][pair.source] and single[1][pair.target]]


def distinct(texts: Sequence[str]) -> list[int]:
    """The last row of each text, in the order in which texts first appear."""
    last = {text: row for row, text in enumerate(texts)}
    return [last[text] for text in dict.fromkeys(texts)]


def unrepeated(texts: Sequence[str]) -> list[bool]:
    """Whether each text stands once, spaces around it aside."""
    bare = [text.strip() for text in texts]
    counts = Counter(bare)
    return [counts[text] == 1 for text in bare]


def mined(source: Vectors, target: Vectors, k: int, margin: Margin, device: str) -> list[Mined]:
    """`mine` for vectors that are some rows of a matrix; numbers are places in those rows."""
    if margin not in MARGINS or k < 1:
        raise BadValue(f"Mining has no margin {margin!r} with k = {k}.", hint=f"Margins: {', '.join(MARGINS)}; k >= 1.")
    forward, backward = neighbours(source, target, k, device)
    means = forward.cosines.mean(1), backward.cosines.mean(1)
    targets, onward = proposals(forward, means[0], means[1], margin)
    sources, back = proposals(backward, means[1], means[0], margin)
    pairs = (
        np.concatenate([np.arange(len(targets)), sources]),
        np.concatenate([targets, np.arange(len(sources))]),
        np.concatenate([onward, back]),
    )
    return matched(*pairs)


def proposals(found: Neighbours, own: FloatArray, others: FloatArray, margin: Margin) -> tuple[IntArray, FloatArray]:
    """The neighbour that each sentence proposes, and the score of the pair: (n) each."""
    around = (own[:, None] + others[found.numbers]) / 2
    if margin == "ratio":
        scores = found.cosines / around
    else:
        scores = found.cosines - around if margin == "distance" else found.cosines
    best = scores.argmax(1)
    rows = np.arange(len(best))
    return found.numbers[rows, best], scores[rows, best]


def matched(sources: IntArray, targets: IntArray, scores: FloatArray) -> list[Mined]:
    """Pairs from the best score down, both rows free; those above 0."""
    order = np.argsort(-scores, kind="stable")
    taken: tuple[set[int], set[int]] = (set(), set())
    kept = []
    for pair in map(Mined, sources[order].tolist(), targets[order].tolist(), scores[order].tolist()):
        if pair.source not in taken[0] and pair.target not in taken[1]:
            taken[0].add(pair.source)
            taken[1].add(pair.target)
            kept.append(pair)
    return [pair for pair in kept if pair.score > 0]


# ------------------------------------------------------------------------------------------------------- threshold


def best_threshold(candidates: Sequence[Mined], gold: Collection[tuple[int, int]]) -> float:
    """The score at which candidates (best first) have the best F1 against gold pairs; 0 if none is right.

    Half way between the last candidate that is in and the first that is out, as in XTREME; the last one's own score if
    all are in, where XTREME's script ends with an error. To be tuned on development data, never on what is scored.
    """
    wanted, right, best, threshold = set(gold), 0, 0.0, 0.0
    for count, pair in enumerate(candidates, start=1):
        right += (pair.source, pair.target) in wanted
        f1 = 2 * right / (count + len(wanted))
        if f1 > best:
            following = candidates[count].score if count < len(candidates) else pair.score
            best, threshold = f1, (pair.score + following) / 2
    return threshold


def above(candidates: Sequence[Mined], threshold: float) -> list[Mined]:
    """The candidates that reach a threshold."""
    return [pair for pair in candidates if pair.score >= threshold]
