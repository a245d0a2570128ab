"""Ranking by Borda count: how many of the others a system beats, score by score, whatever the scores' size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from xeval.boards.board import Column, Hole
from xeval.boards.measures import Measure
from xeval.boards.statistics import FloatArray
from xeval.boards.summaries import Summary

BORDA = Column("Borda", interval=True)


def by_borda(of: Summary) -> Summary:
    """The same, ranked by Borda count among the systems that have every vote; others keep a hole."""
    whole = [n for n in range(len(of.systems)) if of.votes and all(vote.holes[n] is None for vote in of.votes)]
    values = np.full_like(of.headline.values, np.nan)
    if whole:
        values[:, whole] = borda(np.stack([vote.values[:, whole] for vote in of.votes]))
    lacking = Hole("not-run", "a Borda count is over scores that every system has")
    holes = tuple(None if n in whole else of.headline.holes[n] or lacking for n in range(len(of.systems)))
    measure = Measure(values, holes)
    captions = (*of.captions, f"{BORDA.name}: the share of other systems beaten, mean over {len(of.votes)} scores")
    return replace(of, headline=measure, columns={BORDA: measure, **of.columns}, captions=captions)


def borda(votes: FloatArray) -> FloatArray:
    """Shares of the other systems beaten, a tie counting half: (votes, ..., systems) to (..., systems).

    The mean over votes of a normalised Borda count (Borda 1784; for benchmarks, Colombo et al. 2022, "What are the
    best systems?"). A single system beats nobody, and gets 0.
    """
    count = votes.shape[-1]
    beaten = np.zeros(votes.shape[1:])
    for vote in votes:
        for other in range(count):
            beaten += np.sign(vote - vote[..., other : other + 1]) / 2 + 0.5
    beaten -= len(votes) / 2  # a system ties with itself
    shares: FloatArray = beaten / max(1, len(votes) * (count - 1))
    return shares
