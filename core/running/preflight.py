"""Every row that a run will need is read and checked before anything is computed or written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from xeval.contracts import RankingTask, Task
from xeval.data import MadeData
from xeval.errors import BadValue
from xeval.guests import PluginFailed
from xeval.plans.catalogue import Catalogue
from xeval.plans.stage import Stage
from xeval.sources.examples import examples_of, passages_of
from xeval.sources.rows import Place
from xeval.values import Example, Json, Split


def check_data(stages: Iterable[Stage], catalogue: Catalogue, place: Place) -> None:
    """Raise for the first data set that is missing, has other columns, or holds a row that breaks its task's rules.

    Data that a task makes itself are not checked here: they cost time to make, and their maker has tests.
    """
    stages = list(stages)
    few = few_asked(stages)
    for task, split, language, limit in needed(stages, catalogue):
        if not isinstance(task.data(split, language), MadeData):
            with suppress(PluginFailed):  # its stages will fail and say so; the others are done
                found = examples_of(task, split, language, place, limit)
                check_enough(found, few.get((task.name, split, language), 0), task, split, language)
    for ranking, split, language in pooled(stages, catalogue):
        with suppress(PluginFailed):  # as above
            passages_of(ranking, split, language, place)


def few_asked(stages: Iterable[Stage]) -> dict[tuple[str, Split, str], int]:
    """How many examples few-shot trainings ask for, by task, split and language."""
    found: dict[tuple[str, Split, str], int] = {}
    for params in (stage.params for stage in stages if stage.kind == "train"):
        for lot in (one for one in params.get("lots", [params]) if "count" in one):
            for code in lot["shares"]:
                name = (lot["task"]["name"], lot.get("split", "train"), code)
                found[name] = max(found.get(name, 0), lot["count"])
    return found


def check_enough(found: Sequence[Example], wanted: int, task: Task, split: Split, language: str) -> None:
    """Raise BadValue where a few-shot training would have fewer examples than its name says."""
    if len(found) < wanted:
        raise BadValue(
            f"{task.name} has {len(found)} examples in {language!r} (split {split}), and fewshot asks for {wanted}.",
            hint=f"Ask for {len(found)} or fewer, or leave {language!r} out with --language.",
        )


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
        for named, split, languages in read_by(stage):
            shelf = catalogue.targets if named["shelf"] == "target" else catalogue.intermediates
            for language in languages:
                name = (named["shelf"], named["name"], split, language)
                if name not in seen:
                    seen.add(name)
                    yield shelf[named["name"]], split, language, stage.params["limit"]


Read = tuple[Json, Split, list[str]]  # a task, and a split of it in some languages


def read_by(stage: Stage) -> Iterator[Read]:
    """What a stage reads."""
    params = stage.params
    if stage.kind == "evaluate":
        yield params["task"], params["split"], [params["language"]]
        if "tuned" in params:
            yield params["task"], params["tuned"]["split"], [params["language"]]
    elif stage.kind == "probe":
        also = [params["source"]["language"]] if "source" in params else []
        yield params["task"], params["split"], [params["language"], *also]
    elif stage.kind == "translate":
        yield params["task"], "train", list(params["data"])
    elif stage.kind == "pretrain":
        yield params["corpus"], "train", list(params["data"])
    else:
        yield from _trained_on(params)


def _trained_on(params: Mapping[str, Json]) -> Iterator[Read]:
    for lot in params.get("lots", [params]):
        yield lot["task"], lot.get("split", "train"), [code for code in lot["data"] if not is_made(lot["data"][code])]
    if "beside" in params:
        yield params["beside"]["task"], "train", list(params["beside"]["data"])


def is_made(data: Json) -> bool:
    """Whether the data of a lot are made by a stage before it: translations."""
    return isinstance(data, dict) and "translated" in data
