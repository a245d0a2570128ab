"""Pages about tasks, and about what the registry knows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xeval.chains import said
from xeval.contracts import TargetTask, Task
from xeval.discovery import discover
from xeval.listings import console, listing
from xeval.overlays import overlays
from xeval.registry import Registry, load_registry
from xeval.values import HubData, Split


def list_tasks(asked: Sequence[str]) -> int:
    """Every task: what it is made of and what it is scored by."""
    catalogue = discover(asked)
    targets = [
        [
            *_task_row(offer.plugin),
            offer.plugin.metric,
            ", ".join(offer.plugin.trains_on) or "nothing",
            offer.entry.name,
        ]
        for offer in catalogue.targets.offers.values()
    ]
    columns = ["name", "format", "languages"]
    console().print(listing("Target tasks", [*columns, "headline metric", "fine-tuned on", "plugin"], targets))
    intermediates = [[*_task_row(o.plugin), o.entry.name] for o in catalogue.intermediates.offers.values()]
    console().print(listing("Intermediate tasks", [*columns, "plugin"], intermediates))
    return 0


def show_task(name: str, asked: Sequence[str]) -> int:
    """Where a task's data are, under what licence, how to cite them, and how it is trained on and scored."""
    catalogue, registry = discover([*asked, name.split(".")[0]]), load_registry(overlays())
    catalogue.task(name)  # raises with the nearest name
    if name in catalogue.targets:
        target = catalogue.targets[name]
        facts = _task_facts(target) | _target_facts(target, registry)
        console().print(listing(f"Target task {name}", ["", ""], list(facts.items())))
    if name in catalogue.intermediates:
        task = catalogue.intermediates[name]
        facts = _task_facts(task) | _data_facts(task, "train", task.source_language, registry)
        console().print(listing(f"Intermediate task {name}", ["", ""], list(facts.items())))
    return 0


def models(files: Sequence[Path]) -> int:
    """The models of the registry."""
    rows = [
        [
            entry.name,
            entry.family,
            entry.repository or f"made on the spot from {entry.pretraining and entry.pretraining.corpus}",
            entry.revision[:12],
            entry.note,
        ]
        for entry in load_registry(overlays(files)).models.values()
    ]
    console().print(listing("Models", ["name", "family", "weights", "revision", "note"], rows))
    return 0


def languages(files: Sequence[Path]) -> int:
    """The languages of the registry."""
    known = load_registry(overlays(files)).languages.values()
    measures = list(dict.fromkeys(measure for language in known for measure in language.distances))
    rows = [
        [
            language.code,
            language.name,
            language.family,
            language.script,
            "" if language.resource is None else str(language.resource),
            *(f"{language.distances[m]:.2f}" if m in language.distances else "" for m in measures),
        ]
        for language in known
    ]
    columns = ["code", "name", "family", "script", "resource class", *measures]
    console().print(listing("Languages, and their distance from the source language", columns, rows))
    return 0


def suites(files: Sequence[Path]) -> int:
    """The suites of the registry."""
    rows = [
        [suite.name, suite.description, ", ".join(suite.targets), ", ".join(suite.models)]
        for suite in load_registry(overlays(files)).suites.values()
    ]
    console().print(listing("Suites", ["name", "what it is", "target tasks", "models"], rows))
    return 0


def _task_row(task: Task) -> list[str]:
    languages = str(len(task.languages)) if len(task.languages) > 4 else ", ".join(task.languages)
    return [task.name, task.format, languages]


def _task_facts(task: Task) -> dict[str, str]:
    facts = {
        "format": task.format,
        "version": task.version,
        "languages": ", ".join(task.languages),
        "source language": task.source_language,
        "labels": ", ".join(task.labels),
        "training": ", ".join(f"{name} {value}" for name, value in said(task.training).items()),
    }
    return {name: value for name, value in facts.items() if value}


def _target_facts(task: TargetTask, registry: Registry) -> dict[str, str]:
    other = next((code for code in task.languages if code != task.source_language), task.source_language)
    own = task.name in task.trains_on
    return {
        "headline metric": task.metric,
        "fine-tuned on": ", ".join(task.trains_on) or "nothing: it is evaluated as it is",
        **(_data_facts(task, "train", task.source_language, registry) if own else {}),
        **_data_facts(task, task.evaluates_on, other, registry),
    }


def _data_facts(task: Task, split: Split, language: str, registry: Registry) -> dict[str, str]:
    data = task.data(split, language)
    if not isinstance(data, HubData):
        return {f"{split} data": f"made by the task itself, version {data.version}"}
    where = " ".join(part for part in (data.repository, data.config, data.split) if part)
    return {f"{split} data": f"{where} (in {language})", **_source_facts(data.repository, registry)}


def _source_facts(repository: str, registry: Registry) -> dict[str, str]:
    source = registry.sources.get(repository)
    if source is None:
        return {}
    facts = {
        "licence": source.licence,
        "citation": source.citation,
        "revision": source.revision or "not pinned",
        "mirrors": ", ".join(source.mirrors),
        "to know": source.note,
    }
    return {f"{name} of {repository}": value for name, value in facts.items() if value}
