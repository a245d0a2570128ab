"""XTREME and XTREME-R as data: which tasks, in which languages, by which metrics, and what is averaged over what."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from statistics import fmean

from xeval.cell import Cell

OVERALL = "overall"
GROUPS = ("classification", "structured", "QA", "retrieval")
GOLD_PAIRS = "gold pairs only, without the sentences that translate nothing"
OTHER_WORDS = "the copy on the hub splits words that XTREME does not, and adds treebanks; files of UD give its words"


@dataclass(frozen=True)
class Part:
    """A task of a benchmark: its score is the mean of `metrics`, each a mean over `languages`.

    `unlike` are data sets whose rows are not the benchmark's, with how they differ: see `xeval.cell.Cell.data`.
    """

    task: str
    group: str
    metrics: tuple[str, ...]
    languages: tuple[str, ...]
    unlike: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Benchmark:
    """Tasks that are averaged. `published` are the names under which a registry knows its scores."""

    title: str
    parts: tuple[Part, ...]
    published: tuple[str, ...]
    rule: str

    @property
    def tasks(self) -> tuple[str, ...]:
        """The names of its tasks."""
        return tuple(part.task for part in self.parts)

    @property
    def totals(self) -> dict[str, tuple[str, ...]]:
        """What is averaged over which tasks, unweighted: all of them, then each group."""
        grouped = {group: tuple(part.task for part in self.parts if part.group == group) for group in GROUPS}
        return {OVERALL: self.tasks, **grouped}


# ------------------------------------------------------------------------------------------------------ the rule


def figures(benchmark: Benchmark, scores: Mapping[tuple[str, str], float]) -> dict[str, float]:
    """Task scores, group means and overall, as far as the `scores` of (task, metric) let them be computed."""
    found = {
        part.task: fmean(scores[part.task, metric] for metric in part.metrics)
        for part in benchmark.parts
        if all((part.task, metric) in scores for metric in part.metrics)
    }
    whole = {name: tasks for name, tasks in benchmark.totals.items() if all(task in found for task in tasks)}
    return found | {name: fmean(found[task] for task in tasks) for name, tasks in whole.items()}


def benchmarks_of(targets: Collection[str]) -> list[Benchmark]:
    """The benchmarks that some tasks belong to, without one of which another has all those tasks, and more."""
    covered = {benchmark.title: set(benchmark.tasks) & set(targets) for benchmark in BENCHMARKS}
    return [
        benchmark
        for benchmark in BENCHMARKS
        if (mine := covered[benchmark.title]) and not any(mine < theirs for theirs in covered.values())
    ]


def metrics_beside(task: str, headline: str) -> tuple[str, ...]:
    """The metrics that a benchmark wants of a task beside its headline."""
    wanted = chain.from_iterable(
        part.metrics for benchmark in BENCHMARKS for part in benchmark.parts if part.task == task
    )
    return tuple(dict.fromkeys(metric for metric in wanted if metric != headline))


def scored_by(cell: Cell, metric: str) -> Cell:
    """A scored cell with another of its metrics for its headline, and a key of its own for the evidence of that."""
    if metric == cell.metric:
        return cell
    score, key = cell.scores.get(metric), f"{cell.key}:{metric}"
    return replace(cell, metric=metric, score=score, low=None, high=None, key=key)


# ----------------------------------------------------------------------------------------------------- the tables
# The languages are those of XTREME's evaluate.py. English is among them, and so in every mean, but for the tasks that
# search translations of English.

XNLI = "ar bg de el en es fr hi ru sw th tr ur vi zh"
UDPOS = "af ar bg de el en es et eu fa fi fr he hi hu id it ja kk ko mr nl pt ru ta te th tl tr ur vi yo zh"
PANX = (
    "af ar bg bn de el en es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr ms my nl pt ru sw ta te th tl tr ur vi "
    "yo zh"
)
XQUAD = "ar de el en es hi ru th tr vi zh"
TATOEBA = "af ar bg bn de el es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr nl pt ru sw ta te th tl tr ur vi zh"
UNLIKE_UDPOS = {"google/xtreme": OTHER_WORDS}


def part(task: str, group: str, metrics: str, languages: str, unlike: Mapping[str, str] | None = None) -> Part:
    """A part from words with spaces between them."""
    return Part(task, group, tuple(metrics.split()), tuple(languages.split()), unlike or {})


SHARED = (
    part("mlqa", "QA", "mlqa_f1 mlqa_em", "ar de en es hi vi zh"),
    part("tydiqa", "QA", "squad_f1 squad_em", "ar bn en fi id ko ru sw te"),
)
BENCHMARKS = (
    Benchmark(
        "XTREME",
        (
            part("xnli", "classification", "accuracy", XNLI),
            part("pawsx", "classification", "accuracy", "de en es fr ja ko zh"),
            part("udpos", "structured", "xtreme_f1", UDPOS, UNLIKE_UDPOS),
            part("panx", "structured", "f1", PANX),
            part("xquad", "QA", "squad_f1 squad_em", XQUAD),
            *SHARED,
            part("bucc2018", "retrieval", "mining_f1", "de fr ru zh", {"google/xtreme": GOLD_PAIRS}),
            part("tatoeba", "retrieval", "accuracy", TATOEBA),
        ),
        ("xtreme",),
        "unweighted over its 9 tasks, as XTREME's evaluate.py has it",
    ),
    Benchmark(
        "XTREME-R",
        (
            part("xnli", "classification", "accuracy", XNLI),
            part("xcopa", "classification", "accuracy", "et ht id it qu sw ta th tr vi zh"),
            part("udpos", "structured", "xtreme_f1", f"{UDPOS} lt pl ro uk wo", UNLIKE_UDPOS),
            part("panx", "structured", "f1", f"{PANX} az gu lt pa pl qu ro uk"),
            part("xquad", "QA", "squad_f1 squad_em", f"{XQUAD} ro"),
            *SHARED,
            part("tatoeba", "retrieval", "accuracy", f"{TATOEBA} az lt pl ro uk"),
            part("mewslix", "retrieval", "map_at_20", "ar de en es fa ja pl ro ta tr uk"),
            part("lareqa", "retrieval", "map_at_20", XQUAD),
        ),
        ("xtreme-r", "xcopa"),
        "our own, unweighted over its 10 tasks: the reference's evaluate.py comes to none",
    ),
)
