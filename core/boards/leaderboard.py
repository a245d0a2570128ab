"""From cells and their evidence to a board: systems ranked with ties, holes left as holes. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from xeval.boards.board import Block, Board, By, Column, Hole, Line, Ranking, System
from xeval.boards.borda import by_borda
from xeval.boards.captions import RANKS, seeds_remark
from xeval.boards.comparing import ranks
from xeval.boards.contrasts import families, model_gains, order_gains, recipe_gains, without_languages
from xeval.boards.grids import Grid, grids_of
from xeval.boards.recipeviews import intermediate_summaries, scale_summaries
from xeval.boards.statistics import Estimate, Evidence, Score, estimates
from xeval.boards.summaries import Summary, of_target, overall
from xeval.cell import Cell
from xeval.plans.recipe import EMPTY
from xeval.scores.metrics import METRICS
from xeval.values import Language

SCORES: Mapping[str, Score] = {name: found.score for name, found in METRICS.items()}


def board(
    cells: Sequence[Cell],
    evidence: Mapping[str, Evidence],
    languages: Mapping[str, Language],
    by: By = "task",
    ranking: Ranking = "mean",
) -> Board:
    """The leaderboard of some cells in one view; `evidence` is by the key of a cell.

    Means are over languages, then over target tasks, never over a hole. Systems are ranked by the zero-shot average,
    or by Borda count.
    """
    return boards(cells, evidence, languages, (by,), ranking)[0]


def boards(
    cells: Sequence[Cell],
    evidence: Mapping[str, Evidence],
    languages: Mapping[str, Language],
    views: Sequence[By],
    ranking: Ranking = "mean",
) -> tuple[Board, ...]:
    """The same in several views, from the same resamples."""
    grids = grids_of(cells, evidence, SCORES)
    if not grids:
        return tuple(Board(by, (), ("there is no cell to show",)) for by in views)
    return tuple(board_of(grids, languages, by, ranking) for by in views)


def board_of(grids: Sequence[Grid], languages: Mapping[str, Language], by: By, ranking: Ranking) -> Board:
    """One view of what there is."""
    parts = {grid.target: of_target(grid, languages, by) for grid in grids}
    whole = overall(parts, by) if len(parts) > 1 else next(iter(parts.values()))
    blocks = blocks_of(parts, whole, by, ranking)
    if not blocks:
        return Board(by, (), (NOTHING[by],))
    shared = shared_captions(list(parts.values()))
    return Board(
        by,
        tuple(replace(block, captions=tuple(c for c in block.captions if c not in shared)) for block in blocks),
        (*shared, RANKS, seeds_remark(grids[0].axes.seeds)),
        (*recipe_gains(whole), *model_gains(whole), *order_gains(whole)),
    )


NOTHING: Mapping[By, str] = {
    "order": "no recipe here was run in an order of languages",
    "intermediate": "no model here was run both with a recipe and with none",
    "scale": "no recipe here was run on several shares of its data",
    "level": "nothing here was scored under noise; run it with --perturb NAME@LEVEL",
}


def blocks_of(parts: Mapping[str, Summary], whole: Summary, by: By, ranking: Ranking) -> tuple[Block, ...]:
    """The tables of a view."""
    if by == "order":
        summaries = list(order_summaries(whole))
    elif by == "intermediate":
        summaries = list(intermediate_summaries(parts, whole))
    elif by == "scale":
        summaries = list(scale_summaries(parts, whole))
    else:
        return target_blocks(parts, whole, ranking)
    return tuple(block(ranked_by(summary, ranking)) for summary in summaries)


def ranked_by(of: Summary, ranking: Ranking) -> Summary:
    """What is ranked, by what it is to be ranked by."""
    return by_borda(of) if ranking == "borda" else of


def target_blocks(parts: Mapping[str, Summary], whole: Summary, ranking: Ranking) -> tuple[Block, ...]:
    """A block for each target task, then the mean over them; nothing where the view has no column."""
    each = [block(ranked_by(part, ranking), recipe_gains(part)) for part in parts.values() if part is not whole]
    return (*each, block(ranked_by(whole, ranking))) if whole.columns else ()


def shared_captions(parts: Sequence[Summary]) -> list[str]:
    """What holds for every target task, to be said once."""
    return [caption for caption in parts[0].captions if all(caption in part.captions for part in parts)]


def order_summaries(whole: Summary) -> Iterator[Summary]:
    """For each recipe that was run in several orders: those beside the same in the source language, and no recipe."""
    for family, members in families(whole).items():
        others = [System(family.model, EMPTY), without_languages(family), family]
        beside = [system for system in dict.fromkeys(others) if system in whole.systems]
        part = whole.only([*members, *beside])
        yield replace(part, title=f"Orders of {family}: {part.title}")


def block(of: Summary, notes: Sequence[str] = ()) -> Block:
    """A table with its lines from best to worst; those that lack the headline come last, without a rank."""
    shown = [column for column, measure in of.columns.items() if measure.is_offered]
    scores = of.scores
    silent = of.thin or not scores
    places = [(1, len(scores))] * len(scores) if silent else ranks(np.stack(list(scores.values()), axis=1))
    rank_of = dict(zip(scores, places, strict=True))
    lines = [
        Line(system, rank_of.get(system), entries)
        for system, entries in zip(of.systems, entries_of(of, shown), strict=True)
    ]
    unranked = [system for system in of.systems if system not in scores]
    best_first = [*scores, *unranked]
    lines.sort(key=lambda line: best_first.index(line.system))
    return Block(of.title, tuple(shown), tuple(lines), of.captions, (*notes, *lacks(of)))


def entries_of(of: Summary, shown: Sequence[Column]) -> list[tuple[Estimate | Hole, ...]]:
    """The entries of every system."""
    found = [entries_in(of, column) for column in shown]
    return list(zip(*found, strict=True)) if found else [()] * len(of.systems)


def entries_in(of: Summary, column: Column) -> list[Estimate | Hole]:
    """The entries of a column, system by system."""
    measure = of.columns[column]
    return [hole or estimate for hole, estimate in zip(measure.holes, estimates(measure.values), strict=True)]


def lacks(of: Summary) -> list[str]:
    """A sentence for each system that lacks something."""
    ranked = of.scores
    return [
        f"{system} {'lacks some scores' if system in ranked else 'is not ranked'}: {lack}"
        for system, lack in of.lacks.items()
        if system in of.systems
    ]
