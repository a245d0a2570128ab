"""What of a task's data is at hand without the network: which languages, how many rows, and what must be got."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeGuard

from xeval.contracts import RankingTask, TargetTask, Task
from xeval.data import Data, FileData, HubData, MadeData
from xeval.errors import MissingData
from xeval.plans.catalogue import Catalogue
from xeval.sources.finding import Place, find_files
from xeval.sources.parquet import count_rows
from xeval.sources.rows import open_rows, require
from xeval.values import Split


@dataclass(frozen=True)
class Part:
    """What a task needs of one split in one language: `data` are there if `lacking` is empty."""

    task: str
    split: Split
    language: str
    data: Data
    lacking: str = ""


def state(task: Task, catalogue: Catalogue, place: Place) -> str:
    """In a word or two: ready, ready in some languages, needs fetch, needs files, and for which training."""
    scored = list(look(evaluated(task) if is_target(task) else trained(task), place))
    here = [part for part in scored if not part.lacking]
    trainings = (trained(catalogue.task(name)) for name in getattr(task, "trains_on", ()))
    lacking = [part for parts in (*trainings, pool_of(task)) for part in look(parts, place) if part.lacking]
    if not here or lacking:
        needs = list(dict.fromkeys(map(remedy, [*lacking, *([] if here else scored[:1])])))
        return f"needs {', '.join(needs)}" if needs else "no data"
    return "ready" if len(here) == len(scored) else f"ready ({len(here)}/{len(scored)})"


def is_target(task: Task) -> TypeGuard[TargetTask]:
    """Whether a task is scored: a value of one class may be of either kind, and only a target has a metric."""
    return bool(getattr(task, "metric", ""))


def remedy(part: Part) -> str:
    """What is to be done about data that are not there."""
    return "files" if isinstance(part.data, FileData) else "fetch"


def evaluated(task: TargetTask) -> Iterator[Part]:
    """The split that a target is scored on, in each of its languages."""
    for code in task.languages:
        if task.format != "retrieval" or code != task.source_language:
            yield Part(task.name, task.evaluates_on, code, task.data(task.evaluates_on, code))


def of_split(task: Task, split: Split) -> Iterator[Part]:
    """A split in each language."""
    for code in task.languages:
        yield Part(task.name, split, code, task.data(split, code))


def pool_of(task: Task) -> Iterator[Part]:
    """All parts of the pool that a ranking task's queries search; each is needed in every language."""
    if task.format == "ranking" and is_target(task) and isinstance(task, RankingTask):
        for code in task.pool_languages:
            yield Part(task.name, task.evaluates_on, code, task.pool_data(task.evaluates_on, code))


def trained(task: Task) -> Iterator[Part]:
    """The training split in the source language; of text to pretrain on, in every language."""
    for code in task.languages if task.format == "masked_lm" else (task.source_language,):
        yield Part(task.name, "train", code, task.data("train", code))


def look(parts: Iterable[Part], place: Place) -> Iterator[Part]:
    """The parts, each with the reason why it is not at hand; the network is not asked."""
    here = replace(place, offline=True)
    for part in parts:
        try:
            require(part.data, here)
            yield part
        except MissingData as error:
            yield replace(part, lacking=str(error))


def rows_in(data: Data, place: Place) -> int | None:
    """How many rows there are; None if they are not at hand, or not made yet. Raises BadData."""
    place = replace(place, offline=True)
    try:
        if isinstance(data, HubData) and data.only is None:
            return count_rows(find_files(data, place))
        return None if isinstance(data, MadeData) else sum(1 for _ in open_rows(data, place))
    except MissingData:
        return None
