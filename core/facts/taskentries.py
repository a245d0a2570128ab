"""Tasks that a registry file declares: data, columns, labels and languages, and no code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Literal

from xeval.errors import nearest
from xeval.facts.yamlfile import Node, Problems, complain
from xeval.tuning import Training
from xeval.values import FormatName, Json, Split

SPLITS: tuple[Split, ...] = ("train", "validation", "test")
READERS = ("csv", "tsv", "jsonl", "json", "parquet", "conll", "conllu", "wikiann", "squad", "parallel")
ReaderName = Literal["", "csv", "tsv", "jsonl", "json", "parquet", "conll", "conllu", "wikiann", "squad", "parallel"]
NEEDED: Mapping[FormatName, tuple[str, ...]] = {
    "classification": ("text", "label"),
    "tagging": ("tokens", "tags"),
    "span_qa": ("question", "context"),
    "multiple_choice": ("prompt", "choices", "answer"),
    "retrieval": ("text", "translation"),
    "masked_lm": ("text",),
}
ALLOWED: Mapping[FormatName, tuple[str, ...]] = {
    **NEEDED,
    "classification": ("text", "second", "label"),
    "span_qa": ("question", "context", "answers", "answer", "answer_start"),
    "multiple_choice": ("prompt", "choices", "answer", "answer_names"),
    "masked_lm": ("text", "translation"),
}
ALWAYS = ("id", "group")
LABELLED = ("classification", "tagging")


@dataclass(frozen=True)
class Columns:
    """Which column of the data holds what; which of them a format needs is in NEEDED and ALLOWED."""

    id: str = ""  # the same for all translations of an item
    group: str = ""  # what items have in common, such as a passage
    text: str = ""
    second: str = ""
    label: str = ""
    tokens: str = ""
    tags: str = ""
    question: str = ""
    context: str = ""
    answers: str = ""  # as in SQuAD: {"text": [...], "answer_start": [...]}
    answer: str = ""  # span_qa: its text; multiple_choice: the number, from 0, or the name of the right one
    answer_start: str = ""
    prompt: str = ""
    choices: tuple[str, ...] = ()  # one column for each, or one that holds lists
    answer_names: tuple[str, ...] = ()  # what the data call the choices, in their order; not a column
    translation: str = ""

    def said(self) -> dict[str, Json]:
        """What is not empty."""
        return {one.name: value for one in fields(self) if (value := getattr(self, one.name))}

    def read(self) -> tuple[str, ...]:
        """The names of the columns that are read."""
        said = {name: value for name, value in self.said().items() if name != "answer_names"}
        listed = [value if isinstance(value, tuple) else (value,) for value in said.values()]
        return tuple(dict.fromkeys(name for names in listed for name in names))


@dataclass(frozen=True)
class TaskEntry:
    """A task in YAML. `folder` is that of its file, which relative paths are from; `where` is file and line.

    In `files` and `config`, {language} stands for a language's code, or for what `names` calls it; in `files`, {split}
    stands for a split, or for what `splits` calls it.
    """

    name: str
    folder: str
    where: str
    format: FormatName
    columns: Columns
    languages: tuple[str, ...]
    kind: Literal["target", "intermediate", "both"] = "target"
    files: str = ""
    reader: ReaderName = ""
    repository: str = ""
    config: str = ""
    splits: Mapping[str, str] = field(default_factory=dict, hash=False)
    names: Mapping[str, str] = field(default_factory=dict, hash=False)
    language_column: str = ""
    labels: tuple[str, ...] = ()
    source_language: str = ""
    metric: str = ""
    training: Mapping[str, Json] = field(default_factory=dict, hash=False, metadata={"partly": Training})
    trains_on: tuple[str, ...] | None = None
    evaluates_on: Split = "test"
    licence: str = ""
    citation: str = ""
    note: str = ""

    @property
    def source(self) -> str:
        """The source language: the first one, unless it is said."""
        return self.source_language or self.languages[0]


def check_task(node: Node, entry: TaskEntry, languages: Sequence[str], problems: Problems) -> None:
    """Complain of what does not go together, at the line where it is said."""
    if bool(entry.files) == bool(entry.repository):
        complain(problems, node, "needs either files or a repository, and not both")
    if entry.files and not reader_of(entry):
        complain(problems, node.get("files") or node, f"has no known ending; add reader: one of {', '.join(READERS)}")
    if (entry.format in LABELLED) != bool(entry.labels):
        lack = "lacks 'labels'" if entry.format in LABELLED else f"{entry.format} has no labels"
        complain(problems, node.get("labels") or node, lack)
    if not entry.languages:
        complain(problems, node.get("languages") or node, "names no language")
    for code in (*entry.languages, *filter(None, [entry.source_language])):
        if code not in languages:
            complain(problems, node.get("languages") or node, f"no language is called {code!r}{_near(code, languages)}")
    for name in (name for name in entry.splits if name not in SPLITS):
        complain(problems, node.get("splits") or node, f"{name!r} is none of {', '.join(SPLITS)}")
    _check_columns(node.get("columns") or node, entry, problems)


def reader_of(entry: TaskEntry) -> str:
    """How the files are read: as said, or by the ending of their name; empty if neither tells."""
    ending = entry.files.rpartition(".")[2]
    by_ending = {one: one for one in READERS} | {"ndjson": "jsonl", "txt": ""}
    return entry.reader or by_ending.get(ending, "")


def _check_columns(node: Node, entry: TaskEntry, problems: Problems) -> None:
    said, allowed = entry.columns.said(), (*ALLOWED[entry.format], *ALWAYS)
    for name in NEEDED[entry.format]:
        if name not in said:
            complain(problems, node, f"lacks {name!r}, which {entry.format} needs")
    for name in said:
        if name not in allowed:
            complain(problems, node, f"{name!r} is no column of {entry.format}; it has {', '.join(allowed)}")
    if entry.format == "span_qa" and ("answers" in said) == ("answer" in said):
        complain(problems, node, "needs either 'answers' or 'answer', and not both")


def _near(name: str, known: Sequence[str]) -> str:
    close = nearest(name, known)
    return f"; did you mean {close!r}?" if close else ""
