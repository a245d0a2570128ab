"""Tasks that a registry file declares: data, columns, labels and languages, and no code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Literal

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


def reader_of(entry: TaskEntry) -> str:
    """How the files are read: as said, or by the ending of their name; empty if neither tells."""
    ending = entry.files.rpartition(".")[2]
    by_ending = {one: one for one in READERS} | {"ndjson": "jsonl", "txt": ""}
    return entry.reader or by_ending.get(ending, "")
