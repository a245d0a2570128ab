"""What must hold of a task that a registry file declares, beyond the types of its entries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from xeval.errors import BadValue, nearest
from xeval.facts.taskentries import ALLOWED, ALWAYS, LABELLED, NEEDED, READERS, SPLITS, TaskEntry, reader_of
from xeval.facts.yamlfile import Node, Problems, complain
from xeval.tuning import Training

PLACEHOLDERS = {"files": ("language", "split"), "config": ("language",)}


def check_task(node: Node, entry: TaskEntry, languages: Sequence[str], problems: Problems) -> None:
    """Complain of what does not go together, at the line where it is said."""
    if bool(entry.files) == bool(entry.repository):
        complain(problems, node, "needs either files or a repository, and not both")
    if entry.files and not reader_of(entry):
        complain(problems, node.get("files") or node, f"has no known ending; add reader: one of {', '.join(READERS)}")
    if (entry.format in LABELLED) != bool(entry.labels):
        lack = "lacks 'labels'" if entry.format in LABELLED else f"{entry.format} has no labels"
        complain(problems, node.get("labels") or node, lack)
    for key, complaint in (
        *_languages(entry, languages),
        *_repeated(entry),
        *_placeholders(entry),
        *_same_rows(entry),
        *_training(entry.training),
    ):
        complain(problems, node.get(key) or node, complaint)
    _check_columns(node.get("columns") or node, entry, problems)


Complaints = Iterator[tuple[str, str]]  # the key that is wrong, and why


def _languages(entry: TaskEntry, known: Sequence[str]) -> Complaints:
    if not entry.languages:
        yield "languages", "names no language"
    for code in dict.fromkeys((*entry.languages, *filter(None, [entry.source_language]))):
        if code not in known:
            near = _near(code, known) or "; others are added under languages: with name, family and script"
            yield "languages", f"no language is called {code!r}{near}"
    own = (*entry.languages, entry.source_language)
    for code in (code for code in entry.names if code not in own):
        yield "names", f"{code!r} is no language of this task{_near(code, own)}"
    for name in (name for name in entry.splits if name not in SPLITS):
        yield "splits", f"{name!r} is none of {', '.join(SPLITS)}"


def _repeated(entry: TaskEntry) -> Complaints:
    for key, names in (("languages", entry.languages), ("labels", entry.labels)):
        for name in dict.fromkeys(name for name in names if names.count(name) > 1):
            yield key, f"names {name!r} twice"


def _placeholders(entry: TaskEntry) -> Complaints:
    for key, known in PLACEHOLDERS.items():
        for name in re.findall(r"{(\w*)}", getattr(entry, key)):
            if name not in known:
                yield key, f"{{{name}}} stands for nothing; known: {', '.join(f'{{{one}}}' for one in known)}"


def _same_rows(entry: TaskEntry) -> Complaints:
    """Splits, or languages, that would be read from the very same rows."""
    key = "files" if entry.files else "repository"
    part = "splits" if "{split}" in entry.files or entry.repository else "files"
    if _trains_on_itself(entry) and _split(entry, "train") == _split(entry, entry.evaluates_on):
        how = ". Write {split} in it, or trains_on: []" if part == "files" else ""
        yield part, f"it would be scored on what it is trained on: train and {entry.evaluates_on} are the same{how}"
    if entry.language_column:
        return
    pattern, place = (entry.files, "it") if entry.files else (entry.config, "`config`")
    found: dict[str, str] = {}
    for code in entry.languages:
        other = found.setdefault(pattern.replace("{language}", entry.names.get(code, code)), code)
        if other != code:
            way = f"Write {{language}} in {place}, or say language_column"
            yield key, f"{code!r} would have the rows of {other!r}. {way}"
            return


def _trains_on_itself(entry: TaskEntry) -> bool:
    if entry.kind == "intermediate" or entry.format in ("retrieval", "masked_lm"):
        return False
    return entry.trains_on is None or entry.name in entry.trains_on


def _split(entry: TaskEntry, split: str) -> str:
    name = entry.splits.get(split, split)
    return entry.files.replace("{split}", name) if entry.files else name


def _training(said: Mapping[str, object]) -> Complaints:
    try:
        Training(**said)  # type: ignore[arg-type]
    except BadValue as error:
        yield "training", str(error)
    except TypeError:
        return  # a value of another type was complained of before


def _check_columns(node: Node, entry: TaskEntry, problems: Problems) -> None:
    said, allowed = entry.columns.said(), (*ALLOWED[entry.format], *ALWAYS)
    for name in NEEDED[entry.format]:
        if name not in said:
            complain(problems, node, f"lacks {name!r}, which {entry.format} needs")
    for name in said:
        if name not in allowed:
            complain(problems, node, f"{name!r} is no column of {entry.format}; it has {', '.join(allowed)}")
    for name, column in _shared(said):
        complain(problems, node, f"{name} is the column {column!r} too, which holds something else")
    if entry.format == "span_qa" and ("answers" in said) == ("answer" in said):
        complain(problems, node, "needs either 'answers' or 'answer', and not both")


def _shared(said: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """What is read from a column that something else is read from; id and group may be any column."""
    taken: set[object] = set()
    for name, column in said.items():
        if name in ALWAYS or isinstance(column, tuple):
            continue
        if column in taken:
            yield name, column
        taken.add(column)


def _near(name: str, known: Sequence[str]) -> str:
    close = nearest(name, known)
    return f"; did you mean {close!r}?" if close else ""
