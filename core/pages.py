"""Lists and info pages: what is installed, and what the registry knows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from xeval.catalogue import Catalogue, Offer, PluginEntry, Shelf
from xeval.contracts import Task
from xeval.discovery import discover
from xeval.overlays import overlays
from xeval.chains import said
from xeval.registry import Registry, load_registry
from xeval.render import console, listing
from xeval.values import HubData, Split


def plugins(as_json: bool) -> int:
    """Every installed plugin, what it offers, and whether it can be used."""
    catalogue = discover()
    found = [_plugin_facts(entry, catalogue) for entry in catalogue.entries]
    if as_json:
        click.echo(json.dumps({"schema": "xeval.plugins/1", "plugins": found}, indent=1))
        return 0
    rows = [[p["name"], f"{p['distribution']} {p['version']}", _offers_line(p), p["state"]] for p in found]
    console().print(listing("Plugins", ["name", "from", "offers", "state"], rows))
    return 0


def plugin(name: str) -> int:
    """What one plugin offers, in detail."""
    catalogue = discover([name])
    entry = catalogue.entry(name)
    console().print(f"{entry.name}: {entry.distribution} {entry.version}, module {entry.module}", highlight=False)
    for shelf in _shelves(catalogue):
        offers = [offer for offer in shelf.offers.values() if offer.entry == entry]
        if offers:
            rows = [[offer.name, offer.plugin.version, _about(offer)] for offer in offers]
            console().print(listing(f"{shelf.kind.capitalize()}s", ["name", "version", "what it is"], rows))
    return 0


def tasks(asked: Sequence[str]) -> int:
    """Every task: what it is made of and what it is scored by."""
    catalogue = discover(asked)
    for shelf in (catalogue.targets, catalogue.intermediates):
        rows = [_task_row(shelf[name]) for name in shelf]
        columns = ["name", "format", "languages", "headline metric", "fine-tuned on", "plugin"]
        for row, offer in zip(rows, shelf.offers.values(), strict=True):
            row.append(offer.entry.name)
        console().print(listing(f"{shelf.kind.capitalize()}s", columns, rows))
    return 0


def task(name: str, asked: Sequence[str]) -> int:
    """Where a task's data are, under what licence, how to cite them, and how it is trained on and scored."""
    catalogue, registry = discover([*asked, name.split(".")[0]]), load_registry(overlays())
    for shelf in (catalogue.targets, catalogue.intermediates):
        if name in shelf:
            facts = _task_facts(shelf[name], registry)
            console().print(listing(f"{shelf.kind.capitalize()} {name}", ["", ""], list(facts.items())))
    catalogue.task(name)  # raises with the nearest name
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


def _shelves(catalogue: Catalogue) -> tuple[Shelf[Any], ...]:
    return (catalogue.perturbations, catalogue.orders, catalogue.intermediates, catalogue.targets)


def _plugin_facts(entry: PluginEntry, catalogue: Catalogue) -> dict[str, Any]:
    offers = {shelf.kind: shelf.of(entry.name) for shelf in _shelves(catalogue)}
    return {
        **asdict(entry),
        "state": catalogue.aside.get(entry.name, "ready"),
        "offers": {kind: names for kind, names in offers.items() if names},
    }


def _offers_line(facts: Mapping[str, Any]) -> str:
    return "; ".join(_counted(kind, names) for kind, names in facts["offers"].items())


def _counted(kind: str, names: Sequence[str]) -> str:
    return f"{kind} {names[0]}" if len(names) == 1 else f"{len(names)} {kind}s"


def _about(offer: Offer[Any]) -> str:
    return (type(offer.plugin).__doc__ or "").strip().split("\n")[0]


def _task_row(task: Task) -> list[str]:
    languages = str(len(task.languages)) if len(task.languages) > 4 else ", ".join(task.languages)
    metric, trains_on = getattr(task, "metric", ""), getattr(task, "trains_on", None)
    fine_tuned = "" if trains_on is None else ", ".join(trains_on) or "nothing: it is evaluated as it is"
    return [task.name, task.format, languages, metric, fine_tuned]


def _task_facts(task: Task, registry: Registry) -> dict[str, str]:
    settings = ", ".join(f"{name} {value}" for name, value in said(task.training).items())
    facts = {
        "format": task.format,
        "version": task.version,
        "languages": ", ".join(task.languages),
        "source language": task.source_language,
        "labels": ", ".join(task.labels),
        "headline metric": getattr(task, "metric", ""),
        "fine-tuned on": ", ".join(getattr(task, "trains_on", ())),
        "training": settings,
        **_data_facts(task, registry),
    }
    return {name: value for name, value in facts.items() if value}


def _data_facts(task: Task, registry: Registry) -> dict[str, str]:
    splits: tuple[Split, ...] = ("train", "test") if not hasattr(task, "evaluates_on") else ("train", task.evaluates_on)
    found: dict[str, str] = {}
    for split in dict.fromkeys(splits):
        if split == "train" and hasattr(task, "trains_on") and task.name not in task.trains_on:
            continue
        if split == "test" and not hasattr(task, "evaluates_on"):
            continue
        language = next((code for code in task.languages if code != task.source_language), task.source_language)
        data = task.data(split, task.source_language if split == "train" else language)
        if isinstance(data, HubData):
            where = " ".join(part for part in (data.repository, data.config, data.split) if part)
            found[f"{split} data"] = f"{where} (in {task.source_language if split == 'train' else language})"
            found |= _source_facts(data.repository, registry)
        else:
            found[f"{split} data"] = f"made by the task itself, version {data.version}"
    return found


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
