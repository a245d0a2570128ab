"""Scores of ranked lists and of mined pairs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import islice

from xeval.values import Example, Prediction, SentencePair


def average_precision(relevant: Collection[str], ranked: Sequence[str], depth: int = 20) -> float:
    """The average precision of the first `depth` of a ranked list, a share; its mean over queries is mAP.

    The precision at each place that holds something relevant, summed and divided by how many could be there:
    min(len(relevant), depth), as XTREME-R does for LAReQA. What stands twice counts once. With one relevant item it is
    the reciprocal rank, which is what XTREME-R calls mAP@20 for Mewsli-X.

    >>> average_precision({"a", "b"}, ["a", "x", "b"])
    0.8333333333333333
    """
    wanted, hits, total = set(relevant), 0, 0.0
    if not wanted:
        return 0.0
    count = min(len(wanted), depth)
    for place, item in enumerate(islice(ranked, depth), start=1):
        if item in wanted:
            wanted.remove(item)
            hits += 1
            total += hits / place
    return total / count


def precision_at_20(example: Example, said: Prediction) -> tuple[float, ...]:
    """(average precision of the first 20 uids in `said`, 1)."""
    return average_precision(relevant(example), said.value, 20), 1.0


def mined(example: Example, said: Prediction) -> tuple[float, ...]:
    """(pairs mined rightly, pairs mined, pairs there) of one sentence, which was given the uid in `said`, or None."""
    wanted, found = relevant(example), said.value
    return float(found is not None and found in wanted), float(found is not None), float(len(wanted))


def relevant(example: Example) -> tuple[str, ...]:
    """The uids that an example is to find: those that it names, or that of its translation; none if it has none."""
    if isinstance(example, SentencePair):
        return (example.uid,) if example.text and example.translation else ()
    return tuple(getattr(example, "relevant", ()))
