"""Every row that a run will need is read and checked before anything is computed or written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from xeval.contracts import RankingTask, Task
from xeval.data import MadeData
from xeval.plans.catalogue import Catalogue
from xeval.plans.stage import Stage
from xeval.sources.examples import examples_of, passages_of
from xeval.sources.rows import Place
from xeval.values import Json, Split


def check_data(stages: Iterable[Stage], catalogue: Catalogue, place: Place) -> None:
    """Raise for the first data set that is missing, has other columns, or holds a row that breaks its task's rules.

    Data that a task makes itself are not checked here: they cost time to make, and their maker has tests.
    """
    for task, split, language, limit in needed(stages, catalogue):
        if not isinstance(task.data(split, language), MadeData):
            examples_of(task, split, language, place, limit)
    for ranking, split, language in pooled(stages, catalogue):
        passages_of(ranking, split, language, place)


def pooled(stages: Iterable[Stage], catalogue: Catalogue) -> Iterator[tuple[RankingTask, Split, str]]:
    """Each part of each pool that queries search, once."""
    seen = set()
    for stage in stages:
        for language in stage.params.get("pool", ()):
            task, split = catalogue.targets[stage.params["task"]["name"]], stage.params["split"]
            if isinstance(task, RankingTask) and (task.name, split, language) not in seen:
                seen.add((task.name, split, language))
                yield task, split, language


def needed(stages: Iterable[Stage], catalogue: Catalogue) -> Iterator[tuple[Task, Split, str, int | None]]:
    """Each split in each language that the stages read, once."""
    seen = set()
    for stage in stages:
        named, split, languages = read_by(stage)
        shelf = catalogue.targets if named["shelf"] == "target" else catalogue.intermediates
        tuned: list[Split] = [stage.params["tuned"]["split"]] if "tuned" in stage.params else []
        for language, one in product(languages, (split, *tuned)):
            name = (named["shelf"], named["name"], one, language)
            if name not in seen:
                seen.add(name)
                yield shelf[named["name"]], one, language, stage.params["limit"]


def read_by(stage: Stage) -> tuple[Json, Split, list[str]]:
    """The task, split and languages that a stage reads."""
    if stage.kind == "evaluate":
        return stage.params["task"], stage.params["split"], [stage.params["language"]]
    task = stage.params["corpus" if stage.kind == "pretrain" else "task"]
    return task, "train", list(stage.params["data"])
