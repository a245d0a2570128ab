"""The view of a run by benchmark: task scores, group means and overall as the benchmark defines them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from xeval.boards.benchmarkparts import Had, parts_had
from xeval.boards.benchmarks import BENCHMARKS, GROUPS, OVERALL, Benchmark, benchmarks_of, figures
from xeval.boards.board import Block, Board, Column, Entry, Hole, Line, Quoted, Ranking, System
from xeval.boards.captions import RANKS, lacks_of, listed, seeds_remark
from xeval.boards.contrasts import model_gains, recipe_gains
from xeval.boards.grids import axes_of
from xeval.boards.leaderboard import SCORES, block, ranked_by
from xeval.boards.measures import Measure, Measures, over_targets
from xeval.boards.statistics import Evidence
from xeval.boards.summaries import Summary
from xeval.cell import Cell
from xeval.facts.registry import ReferenceScore
from xeval.plans.recipe import EMPTY

BY_TASK = "by task"
MEANS = "mean of tasks"
APART = "not comparable"
NOT_COMPARABLE = f"{APART}: no mean over fewer tasks, languages or rows can be held against published numbers"
PUBLISHED = "† published, without a rank (–: not published); overall and means of tasks follow from its task scores"


def benchmark_board(
    cells: Sequence[Cell],
    evidence: Mapping[str, Evidence],
    limit: int | None = None,
    published: Sequence[ReferenceScore] = (),
    ranking: Ranking = "mean",
) -> Board:
    """The leaderboard of a run's clean cells by benchmark; `limit` is the run's, `evidence` by the key of a cell.

    Systems are ranked by the overall; where that is a hole, by the mean over what was run. What is `published` stands
    below them, without a rank.
    """
    clean = [cell for cell in cells if cell.perturbation is None]
    blocks = []
    for benchmark in benchmarks_of({cell.target for cell in clean}):
        had = parts_had(benchmark, clean, evidence, SCORES, limit)
        if had:
            quoted = [row for row in published if row.benchmark in benchmark.published]
            blocks.append(block_of(benchmark, had, quoted, ranking))
    if not blocks:
        names = " or ".join(benchmark.title for benchmark in BENCHMARKS)
        return Board("benchmark", (), (f"this run has no score on a task of {names}",))
    return Board("benchmark", tuple(blocks), (RANKS, seeds_remark(axes_of(clean).seeds)))


def block_of(
    benchmark: Benchmark, had: Mapping[str, Had], published: Sequence[ReferenceScore], ranking: Ranking
) -> Block:
    """The table of a benchmark: the run's systems from best to worst, then what is published."""
    quoted = quoted_in(benchmark, published)
    summary = summary_of(benchmark, had, {name for numbers in quoted.values() for name in numbers})
    own = block(ranked_by(summary, ranking), [*recipe_gains(summary), *model_gains(summary)])
    lines = (*own.lines, *published_lines(quoted, own.columns))
    return replace(own, lines=lines, captions=(*own.captions, *sources_of(published)))


def summary_of(benchmark: Benchmark, had: Mapping[str, Had], published: Collection[str]) -> Summary:
    """What the run has of a benchmark. A task that is only `published` has a column too."""
    parts = list(had.values())
    axes = parts[0].grid.axes
    return Summary(
        title=benchmark.title,
        captions=tuple(captions_of(benchmark, had)),
        systems=axes.systems,
        headline=over_targets([part.score for part in parts]),
        columns=comparable_columns(benchmark, had, published) | other_columns(benchmark, had),
        thin=any(part.grid.thin for part in parts),
        seeds=len(axes.seeds),
        lacks=lacks_of_systems(had),
        votes=tuple(part.score for part in parts),
    )


def comparable(had: Mapping[str, Had]) -> dict[str, Measure]:
    """The scores that are the benchmark's own, by task."""
    return {task: part.score for task, part in had.items() if not part.apart}


def is_whole(benchmark: Benchmark, had: Mapping[str, Had]) -> bool:
    """Whether the run has the whole benchmark."""
    return set(comparable(had)) == set(benchmark.tasks)


def lacks_of_systems(had: Mapping[str, Had]) -> dict[System, str]:
    """What each system lacks of what the others have, task by task."""
    found: dict[System, list[str]] = {}
    for task, part in had.items():
        for system, lack in lacks_of(part.grid).items():
            found.setdefault(system, []).append(f"{task} {lack}")
    return {system: "; ".join(lacks) for system, lacks in found.items()}


# ------------------------------------------------------------------------------------------------------------ columns


def comparable_columns(benchmark: Benchmark, had: Mapping[str, Had], published: Collection[str]) -> Measures:
    """Overall, means of groups and tasks, as far as the run has all of it or it is published; the overall always."""
    scores = comparable(had)
    nothing = absent(next(iter(had.values())).score)

    def over(tasks: Sequence[str]) -> Measure:
        return over_targets([scores[task] for task in tasks]) if set(tasks) <= set(scores) else nothing

    means = {name: over(tasks) for name, tasks in benchmark.totals.items()}
    shown = [name for name in GROUPS if means[name] is not nothing or name in published]
    tasks = [task for task in benchmark.tasks if task in scores or task in published]
    return {
        Column(OVERALL, interval=is_whole(benchmark, had)): means[OVERALL],
        **{Column(name, MEANS): means[name] for name in shown},
        **{Column(task, BY_TASK): over([task]) for task in tasks},
    }


def absent(like: Measure) -> Measure:
    """A hole for every system."""
    hole = Hole("not-run", "the benchmark was not run in full")
    return Measure(np.full_like(like.values, np.nan), (hole,) * len(like.holes))


def other_columns(benchmark: Benchmark, had: Mapping[str, Had]) -> Measures:
    """Means that nobody publishes; of a run that is not whole its own mean, and the tasks that are not comparable."""
    whole = is_whole(benchmark, had)
    group, parts = "" if whole else APART, list(had.values())
    found = {} if whole else {Column("mean", APART, interval=True): over_targets([part.score for part in parts])}
    found[Column("non-English", group)] = over_targets([part.without_english for part in parts])
    found[Column("worst", group)] = over_targets([part.lowest for part in parts])
    return found | {Column(part.name, APART): part.score for part in parts if part.apart}


# ----------------------------------------------------------------------------------------------------------- captions


def captions_of(benchmark: Benchmark, had: Mapping[str, Had]) -> Iterator[str]:
    """What the columns are, and what is missing for those that are holes."""
    yield f"{OVERALL}: {benchmark.rule}; a task: the mean over its languages, English included; QA: of F1 and EM"
    yield "non-English, worst: the mean over tasks of the mean without English, and of the lowest score in a language"
    if is_whole(benchmark, had):
        return
    yield NOT_COMPARABLE
    missing = [task for task in benchmark.tasks if task not in had]
    if missing:
        yield f"not run: {listed(missing)}"
    yield from (f"{task}: {'; '.join(part.apart)}" for task, part in had.items() if part.apart)


# ---------------------------------------------------------------------------------------------------------- published


def quoted_in(benchmark: Benchmark, published: Sequence[ReferenceScore]) -> dict[tuple[str, str], dict[str, float]]:
    """For each system and source what is published, and the means that follow from it."""
    found: dict[tuple[str, str], dict[tuple[str, str], float]] = {}
    for row in published:
        if row.benchmark in benchmark.published:
            found.setdefault((row.system, row.source), {})[row.task, row.metric] = row.score
    return {of: figures(benchmark, scores) for of, scores in found.items()}


def published_lines(quoted: Mapping[tuple[str, str], Mapping[str, float]], columns: Sequence[Column]) -> Iterator[Line]:
    """A line for each system and source."""
    for (system, source), numbers in quoted.items():
        entries = tuple(entry_of(column, numbers) for column in columns)
        yield Line(System(system, EMPTY), None, entries, published=source)


def entry_of(column: Column, numbers: Mapping[str, float]) -> Entry:
    """A published number in a column of comparable ones."""
    known = column.group in (BY_TASK, MEANS) or column.name == OVERALL
    return Quoted(numbers[column.name]) if known and column.name in numbers else Hole("not-offered", "not published")


def sources_of(published: Sequence[ReferenceScore]) -> Iterator[str]:
    """Where published lines are from, and what to know of them."""
    by_source: dict[str, list[str]] = {}
    for row in published:
        by_source.setdefault(row.source, []).append(row.system)
    if by_source:
        yield PUBLISHED
    yield from (f"† {listed(dict.fromkeys(systems))}: {source}" for source, systems in by_source.items())
    yield from dict.fromkeys(f"† {row.system}: {row.note}" for row in published if row.note)
