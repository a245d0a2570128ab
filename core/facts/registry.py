"""The catalogue of facts: languages, models, data sources, suites and published scores, from YAML files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from xeval.errors import BadValue
from xeval.facts.registrychecks import check_numbers, check_scores, check_script, check_suite
from xeval.facts.registryfolders import folder_of, placed
from xeval.facts.registrymerge import SECTIONS, Entries, merged
from xeval.facts.schema import read_as, read_record
from xeval.facts.taskchecks import check_task
from xeval.facts.taskentries import TaskEntry
from xeval.facts.translators import TranslatorEntry
from xeval.facts.typology import with_distances
from xeval.facts.yamlfile import Node, Problems, read_yaml, refuse
from xeval.tuning import Pretraining, Retrieval, Training
from xeval.values import Json, Language

SHIPPED = Path(__file__).parent.parent / "registry.yaml"


@dataclass(frozen=True)
class ModelEntry:
    """An encoder: weights from a repository, or one that is pretrained on the spot.

    `revision` is a commit; empty is whatever the repository holds now. `training` replaces settings of the tasks.
    """

    name: str
    repository: str = ""
    revision: str = ""
    family: str = ""
    pretraining: Pretraining | None = None
    training: Mapping[str, Json] = field(default_factory=dict, hash=False, metadata={"partly": Training})
    retrieval: Retrieval = field(default_factory=Retrieval)
    note: str = ""

    def __post_init__(self) -> None:
        if bool(self.repository) == bool(self.pretraining):
            raise BadValue("needs either a repository or a pretraining, and not both")
        Training(**self.training)  # raises BadValue for a setting that nothing can be trained with


@dataclass(frozen=True)
class SourceEntry:
    """A data set: where it is, under what terms, how to cite it, and what to know before trusting it.

    `mirrors` are repositories with the same configs, splits and columns, tried in turn.
    """

    repository: str
    licence: str
    citation: str
    revision: str = ""
    mirrors: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Suite:
    """A named choice of what to compare; an empty part is left to the user or to the tasks.

    `controls` are models that run with the empty recipe only.
    """

    name: str
    description: str
    models: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    intermediates: tuple[str, ...] = ()
    intermediate_languages: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    perturbations: tuple[str, ...] = ()
    levels: tuple[float, ...] = ()
    languages: tuple[str, ...] = ()
    seeds: tuple[int, ...] = ()


@dataclass(frozen=True)
class ReferenceScore:
    """A published score of a system on a task: a share, the mean over the benchmark's languages."""

    system: str
    benchmark: str
    task: str
    metric: str
    score: float
    source: str
    note: str = ""


@dataclass(frozen=True)
class Registry:
    """Everything the files say.

    `allowed` are distributions whose plugins may be imported without being named. `files` are folders of original
    files, by the name of the task that reads them.
    """

    languages: Mapping[str, Language]
    models: Mapping[str, ModelEntry]
    sources: Mapping[str, SourceEntry]
    suites: Mapping[str, Suite]
    scores: tuple[ReferenceScore, ...] = ()
    allowed: tuple[str, ...] = ()
    tasks: Mapping[str, TaskEntry] = field(default_factory=dict)
    files: Mapping[str, Path] = field(default_factory=dict)
    translators: Mapping[str, TranslatorEntry] = field(default_factory=dict)
    sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # of intermediate tasks, for recipes


@dataclass(frozen=True)
class _Row:
    """Published scores of one system, in percent: task -> metric -> score."""

    system: str
    benchmark: str
    source: str
    scores: Mapping[str, Mapping[str, float]]
    note: str = ""


def load_registry(overlays: Sequence[Path] = ()) -> Registry:
    """The shipped registry and the user's files over it. Raises BadFile with every mistake of the first bad file.

    A file adds entries; to replace one that is there, an entry says `override: true`.
    """
    entries: Entries = {section: {} for section in SECTIONS}
    rows: list[_Row] = []
    allowed: list[str] = []
    for path in (SHIPPED, *overlays):
        problems: Problems = []
        tree = read_yaml(path)
        entries = merged(entries, tree, problems)
        check_scores(tree.get("scores"), problems)
        rows += _rows(tree.get("scores"), problems)
        allowed += _allowed(tree.get("allowed"), problems)
        registry = _registry(entries, rows, allowed, problems)
        refuse(str(path), problems)
    return registry


def _registry(entries: Entries, rows: Sequence[_Row], allowed: Sequence[str], problems: Problems) -> Registry:
    tasks = _tasks(entries["tasks"], problems)
    registry = Registry(
        languages=with_distances(
            _read(Language, "code", entries["languages"], problems), entries["distances"], problems
        ),
        models=placed(_read(ModelEntry, "name", entries["models"], problems), entries["models"]),
        sources={**_terms(tasks), **_read(SourceEntry, "repository", entries["sources"], problems)},
        suites=_read(Suite, "name", entries["suites"], problems),
        scores=tuple(chain.from_iterable(map(_scores, rows))),
        allowed=tuple(dict.fromkeys(allowed)),
        tasks=tasks,
        translators=placed(_read(TranslatorEntry, "name", entries["translators"], problems), entries["translators"]),
        sets={name: tuple(read_as(tuple[str, ...], node, problems)) for name, node in entries["sets"].items()},
        files={name: folder for name, node in entries["files"].items() if (folder := folder_of(node, problems))},
    )
    for language in entries["languages"].values():
        check_numbers(language, {"resource": (0, 5)}, problems)
        check_script(language.get("script"), problems)
        check_numbers(language.get("distances"), {}, problems)
    for suite in entries["suites"].values():
        check_suite(suite, list(registry.models), list(registry.languages), problems)
    for name, task in registry.tasks.items():
        if task is not None:
            check_task(entries["tasks"][name], task, list(registry.languages), problems)
    return registry


def _read(kind: Any, name: str, entries: Mapping[str, Node], problems: Problems) -> dict[str, Any]:
    return {key: read_record(kind, entry, problems, **{name: key}) for key, entry in entries.items()}


def _tasks(entries: Mapping[str, Node], problems: Problems) -> dict[str, TaskEntry]:
    return {
        name: read_record(TaskEntry, node, problems, name=name, where=node.where, folder=str(Path(node.file).parent))
        for name, node in entries.items()
    }


def _terms(tasks: Mapping[str, TaskEntry]) -> dict[str, SourceEntry]:
    """What declared tasks over files say of their data."""
    said = [task for task in tasks.values() if task and task.files and (task.licence or task.citation or task.note)]
    return {task.name: SourceEntry(task.name, task.licence, task.citation, note=task.note) for task in said}


def _rows(node: Node | None, problems: Problems) -> list[_Row]:
    before = len(problems)
    rows = read_as(tuple[_Row, ...], node, problems) if node else ()
    return list(rows) if len(problems) == before else []


def _allowed(node: Node | None, problems: Problems) -> Sequence[str]:
    return tuple(read_as(tuple[str, ...], node, problems)) if node else ()


def _scores(row: _Row) -> list[ReferenceScore]:
    return [
        ReferenceScore(row.system, row.benchmark, task, metric, round(percent / 100, 6), row.source, row.note)
        for task, metrics in row.scores.items()
        for metric, percent in metrics.items()
    ]
