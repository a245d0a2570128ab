"""The catalogue as a registry completes it: tasks declared in YAML, and tasks that read original files of a folder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from xeval.errors import BadFile, nearest
from xeval.facts.registry import Registry
from xeval.facts.taskentries import SPLITS, TaskEntry, reader_of
from xeval.hashing import digest
from xeval.hubtask import HubTask, Original
from xeval.plans.catalogue import Catalogue, Offer, PluginEntry, Shelf
from xeval.plans.settings import Setting, with_settings
from xeval.running.discovery import discover
from xeval.scores.metrics import metrics_of
from xeval.sources.columnmaps import reader_for
from xeval.sources.tablefiles import text_of
from xeval.tuning import Training

FURTHER = {"tagging": ("xtreme_f1", "micro_f1"), "span_qa": ("squad2_f1",), "retrieval": ("mining_f1",)}


def load_catalogue(asked: Iterable[str], registry: Registry, settings: Sequence[Setting] = ()) -> Catalogue:
    """The plugins at hand, what the registry adds to them, set up as is wished.

    Raises BadFile for a task that cannot be, and for settings that cannot.
    """
    return with_settings(completed(discover(asked, registry.allowed), registry), settings)


def completed(catalogue: Catalogue, registry: Registry) -> Catalogue:
    """The catalogue with the declared tasks on its shelves, and with folders for the tasks that the registry names."""
    both = (("target", catalogue.targets), ("intermediate", catalogue.intermediates))
    targets, intermediates = (_shelf(kind, shelf, registry) for kind, shelf in both)
    for name in registry.files:
        if not any(name in shelf and _takes_files(shelf[name]) for shelf in (targets, intermediates)):
            known = [one for shelf in (targets, intermediates) for one in shelf if _takes_files(shelf[one])]
            close = nearest(name, known)
            hint = f"Did you mean {close!r}?" if close else f"These can: {', '.join(sorted(set(known)))}."
            raise BadFile("registry.yaml", [f"files.{name}: no task of this name reads files of a folder."], hint=hint)
    return replace(catalogue, targets=targets, intermediates=intermediates)


def _shelf(kind: str, shelf: Shelf[Any], registry: Registry) -> Shelf[Any]:
    offers = {name: _with_folder(offer, registry.files) for name, offer in shelf.offers.items()}
    for name, entry in registry.tasks.items():
        if entry.kind in (kind, "both"):
            _check(entry, offers.get(name))
            plugin = PluginEntry("registry", entry.where, Path(entry.where).name.rpartition(":")[0], "", shipped=False)
            offers[name] = Offer(name, plugin, task_of(entry))
    return replace(shelf, offers=offers)


def _with_folder(offer: Offer[Any], files: Mapping[str, Path]) -> Offer[Any]:
    if offer.name not in files or not _takes_files(offer.plugin):
        return offer
    folder = files[offer.name]
    task = replace(offer.plugin, folder=str(folder), tunes_on=offer.plugin.original.tunes_on)
    if task.original.labels:
        task = replace(task, labels=read_labels(folder / task.original.labels))
    return replace(offer, plugin=task)


def read_labels(path: Path) -> tuple[str, ...]:
    """The labels of a JSON object from label to number, in the order of the numbers. Raises BadFile."""
    try:
        numbers = json.loads(text_of(path))
        return tuple(sorted(numbers, key=lambda label: int(numbers[label])))
    except (OSError, ValueError, TypeError) as error:
        raise BadFile(str(path), [f"{path}: holds no labels: {error}"]) from None


def _takes_files(task: Any) -> bool:
    return isinstance(task, HubTask) and task.original is not None


def _check(entry: TaskEntry, other: Offer[Any] | None) -> None:
    """Raise BadFile for a name that is taken, and for a metric that the format does not have."""
    file = entry.where.rpartition(":")[0]
    if other is not None:
        reason = f"is taken: {other.entry.distribution} offers a task of this name; choose another"
        raise BadFile(file, [f"{entry.where}: tasks.{entry.name}: {reason}"])
    known = (*metrics_of(entry.format), *FURTHER.get(entry.format, ()))
    if entry.metric and entry.metric not in known:
        close = nearest(entry.metric, known)
        near = f"; did you mean {close!r}?" if close else f"; known: {', '.join(known)}"
        problem = f"{entry.format} has no metric {entry.metric!r}{near}"
        raise BadFile(file, [f"{entry.where}: tasks.{entry.name}.metric: {problem}"])


def task_of(entry: TaskEntry) -> HubTask:
    """The task that an entry declares."""
    splits = {split: entry.splits.get(split, split) for split in SPLITS}
    read = reader_for(entry)
    meaning = {"columns": entry.columns.said(), "language_column": entry.language_column, "reader": reader_of(entry)}
    return HubTask(
        name=entry.name,
        format=entry.format,
        repository=entry.repository or entry.name,
        columns=entry.columns.read(),
        read=read,
        training=Training(**entry.training),
        config=entry.config,
        names=entry.names,
        splits={split: (name,) for split, name in splits.items()},
        labels=entry.labels,
        languages=entry.languages,
        source_language=entry.source,
        metric=entry.metric or _usual_metric(entry),
        trains_on=_trains_on(entry),
        evaluates_on=entry.evaluates_on,
        version=digest(meaning)[:8],
        only=(entry.language_column, "{language}") if entry.language_column else None,
        original=_original(entry, splits) if entry.files else None,
        folder=entry.folder,
        off_hub=() if entry.repository else entry.languages,
    )


def _usual_metric(entry: TaskEntry) -> str:
    """The usual headline of the format; of tags that are no chunks, as parts of speech are, the share that is right."""
    if entry.format == "tagging" and not any(label[:2] in ("B-", "I-") for label in entry.labels):
        return "token_accuracy"
    return (metrics_of(entry.format) or ("",))[0]


def _trains_on(entry: TaskEntry) -> tuple[str, ...]:
    """What is said; otherwise itself, unless it is retrieval, which is evaluated as it is."""
    if entry.trains_on is not None:
        return entry.trains_on
    return () if entry.format == "retrieval" else (entry.name,)


def _original(entry: TaskEntry, splits: Mapping[Any, str]) -> Original:
    pattern = str(Path(entry.files).expanduser())
    paths = {split: (pattern.replace("{split}", name),) for split, name in splits.items()}
    return Original(reader_of(entry), paths, entry.names)
