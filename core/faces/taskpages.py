"""Pages about tasks: which there are and whether their data are at hand, and all that is known of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from xeval.contracts import Task
from xeval.data import Data, FileData, HubData, JoinedData, MadeData
from xeval.faces.listings import console, listing
from xeval.facts.overlays import overlays
from xeval.facts.registry import Registry, load_registry
from xeval.hubtask import HubTask
from xeval.plans.catalogue import Catalogue, Offer
from xeval.plans.trainings import said
from xeval.sources.athand import evaluated, is_target, pool_of, rows_in, state, trained
from xeval.sources.declared import load_catalogue
from xeval.sources.finding import Place, spoken
from xeval.values import Split

FILES = " (files)"
AND_FILES = " (and files)"


def list_tasks(asked: Sequence[str], files: Sequence[Path], hub: Path | None) -> int:
    """Every task: what it is made of, what it is scored by, where its data come from and whether they are at hand."""
    registry = load_registry(overlays(files))
    catalogue, place = load_catalogue(asked, registry), Place(hub, offline=True, sources=registry.sources)
    targets = [
        [
            *_row(offer, catalogue, place),
            offer.plugin.metric,
            ", ".join(offer.plugin.trains_on) or "nothing",
        ]
        for offer in catalogue.targets.offers.values()
    ]
    columns = ["name", "format", "languages", "source", "state"]
    console().print(listing("Target tasks", [*columns, "metric", "fine-tuned on"], targets))
    intermediates = [_row(offer, catalogue, place) for offer in catalogue.intermediates.offers.values()]
    console().print(listing("Intermediate tasks", columns, intermediates))
    return 0


def show_task(name: str, asked: Sequence[str], files: Sequence[Path], hub: Path | None) -> int:
    """Where a task's data are, under what licence, how to cite them, how many, and how it is trained on and scored."""
    registry = load_registry(overlays(files))
    catalogue = load_catalogue([*asked, name.split(".")[0]], registry)
    place = Place(hub, offline=True, sources=registry.sources)
    catalogue.task(name)  # raises with the nearest name
    shelves = (("Target", catalogue.targets), ("Intermediate", catalogue.intermediates))
    for kind, shelf in shelves:
        if name in shelf:
            task: Task = shelf[name]
            facts = {"state": state(task, catalogue, place), **_facts(task), **_data_facts(task, registry, place)}
            console().print(listing(f"{kind} task {name}", ["", ""], list(facts.items())))
    return 0


def _row(offer: Offer[Any], catalogue: Catalogue, place: Place) -> list[str]:
    task: Task = offer.plugin
    languages = str(len(task.languages)) if len(task.languages) != 1 else task.languages[0]
    return [task.name, task.format, languages, ", ".join(_shown(task)), state(task, catalogue, place)]


def _shown(task: Task) -> Iterator[str]:
    """The data sets of a task, each once: one that is read from files too says so behind its name."""
    names = _sources(task)
    for name in names:
        if f"{name}{FILES}" in names:
            yield f"{name}{AND_FILES}"
        elif name.removesuffix(FILES) not in names or not name.endswith(FILES):
            yield name


def _sources(task: Task) -> list[str]:
    """The names of the data sets that a task reads, the main one first."""
    parts = [*(evaluated(task) if is_target(task) else ()), *pool_of(task), *trained(task)]
    return list(dict.fromkeys(name for part in parts for name in _names(part.data)))


def _names(data: Data) -> Iterator[str]:
    if isinstance(data, MadeData):
        yield "made here"
    elif isinstance(data, FileData):
        yield f"{data.name}{FILES}"
    else:
        yield from (one.repository for one in ((data,) if isinstance(data, HubData) else data.parts))


def _facts(task: Task) -> dict[str, str]:
    facts = {
        "format": task.format,
        "version": task.version,
        "languages": f"{len(task.languages)}: {', '.join(task.languages)}",
        "source language": task.source_language,
        "labels": f"{len(task.labels)}: {', '.join(task.labels[:60])}" if task.labels else "",
        "headline metric": getattr(task, "metric", ""),
        "training": ", ".join(f"{name} {value}" for name, value in said(task.training).items()),
    }
    if is_target(task):
        facts["fine-tuned on"] = ", ".join(task.trains_on) or "nothing: it is evaluated as it is"
    return {name: value for name, value in facts.items() if value}


def _data_facts(task: Task, registry: Registry, place: Place) -> dict[str, str]:
    """Where each split is, how many rows of it are at hand, and the terms of every data set in it."""
    facts: dict[str, str] = {}
    if is_target(task):
        codes = [part.language for part in evaluated(task)]
        facts |= _split_facts(task, task.evaluates_on, codes, place)
    if pool := list(pool_of(task)):
        facts["searched"] = f"{_where(pool[0].data)}; together: {', '.join(part.language for part in pool)}"
    if not is_target(task) or task.name in task.trains_on:
        facts |= _split_facts(task, "train", [part.language for part in trained(task)], place)
    facts |= _original_facts(task)
    for name in dict.fromkeys(name.removesuffix(FILES) for name in _sources(task)):
        facts |= _terms(name, registry, f"{name}{FILES}" in _sources(task))
    return facts


def _original_facts(task: Task) -> dict[str, str]:
    """How to give original files: for which languages they are needed, and what the folder holds."""
    if not isinstance(task, HubTask) or task.original is None or task.repository == task.name:
        return {}  # a task of a registry over files has no other data than those
    original = task.original
    splits = [f"{split}: {' or '.join(paths)}" for split, paths in original.paths.items()]
    pool = [f"searched: {' or '.join(original.pool)}"] if original.pool else []
    called = ", ".join(f"{code} {name}" for code, name in original.names.items() if code in task.off_hub)
    lines = [
        f"{task.folder or 'none is named'}; in registry.yaml: files: {{{task.name}: FOLDER}}",
        _needed(task),
        "once named, it is read for every language",
        *splits,
        *pool,
        f"{{language}} is {called}" if called else "",
    ]
    return {"folder of original files": "\n".join(filter(None, lines))}


def _needed(task: HubTask) -> str:
    if not task.off_hub:
        return "not needed"
    return "needed" if set(task.off_hub) >= set(task.languages) else f"needed for {', '.join(task.off_hub)}"


def _split_facts(task: Task, split: Split, codes: Sequence[str], place: Place) -> dict[str, str]:
    first = task.data(split, codes[0])
    if isinstance(first, MadeData):
        return {f"{split} data": f"made by the task itself, version {first.version}"}
    counts = {code: rows_in(task.data(split, code), place) for code in codes}
    return {f"{split} data": f"{_where(first)} (in {codes[0]})", f"{split} rows": _counted(counts.items())}


def _where(data: Data) -> str:
    if isinstance(data, FileData):
        return f"files, read as {data.reader}: {', '.join(data.patterns) or 'no folder is named'}"
    return f"joined from {spoken(data)}" if isinstance(data, JoinedData) else spoken(data)


def _counted(counts: Iterable[tuple[str, int | None]]) -> str:
    """`de 500, en 500; not at hand: el, ru`."""
    counts = list(counts)
    here = ", ".join(f"{code} {count:,}" for code, count in counts if count is not None)
    absent = ", ".join(code for code, count in counts if count is None)
    return "; ".join(filter(None, [here, absent and f"not at hand: {absent}"]))


def _terms(name: str, registry: Registry, files: bool) -> dict[str, str]:
    source = registry.sources.get(name)
    if source is None:
        return {}
    facts = {
        "licence": source.licence,
        "citation": source.citation,
        "revision": source.revision or ("" if files else "not pinned"),
        "mirrors": ", ".join(source.mirrors),
        "to know": source.note,
    }
    return {f"{fact} of {name}": value for fact, value in facts.items() if value}
