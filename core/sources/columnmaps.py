"""From the columns that a declared task names to the reader of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from xeval.columns import Reader, answers_of, choice_number, has_label, label_name
from xeval.facts.taskentries import Columns, TaskEntry
from xeval.values import (
    Answer,
    Document,
    Example,
    FormatName,
    LabelledText,
    MultipleChoice,
    Question,
    Row,
    SentencePair,
    TaggedTokens,
)

Named = tuple[str, str, str]  # the uid, language and group of an example
Making = Callable[[Row, TaskEntry, Named], Example | None]


def reader_for(task: TaskEntry) -> Reader[Example]:
    """A reader of rows with the columns that a task names.

    With an id column, items of one id are translations of each other; without, no item has a translation.
    """
    make, columns = MAKING[task.format], task.columns

    def read(rows: Iterable[Row], language: str) -> Iterator[Example]:
        for number, row in enumerate(rows):
            uid = str(row[columns.id]) if columns.id else f"{language}-{number}"
            group = str(row[columns.group]) if columns.group else ""
            example = make(row, task, (uid, language, group))
            if example is not None:
                yield example

    return read


def _labelled(row: Row, task: TaskEntry, named: Named) -> LabelledText | None:
    """A row without a label is left out."""
    columns = task.columns
    if not has_label(row[columns.label]):
        return None
    uid, language, group = named
    texts = tuple(str(row[name]) for name in (columns.text, columns.second) if name)
    return LabelledText(uid, language, texts, label_name(task.labels, row[columns.label]), group)


def _tagged(row: Row, task: TaskEntry, named: Named) -> TaggedTokens:
    uid, language, group = named
    tags = tuple(label_name(task.labels, tag) for tag in _items(row[task.columns.tags]))
    return TaggedTokens(uid, language, tuple(map(str, _items(row[task.columns.tokens]))), tags, group)


def _items(value: Any) -> Sequence[Any]:
    """A list, or the words of a text."""
    return value.split() if isinstance(value, str) else list(value)


def _question(row: Row, task: TaskEntry, named: Named) -> Question:
    (uid, language, group), columns = named, task.columns
    context = str(row[columns.context])
    answers = answers_of(row[columns.answers], context) if columns.answers else _answer(row, columns, context)
    return Question(uid, language, str(row[columns.question]), context, answers, group or context)


def _answer(row: Row, columns: Columns, context: str) -> tuple[Answer, ...]:
    """One answer, at the place that is said, or the first where it stands; an empty one is none. Raises ValueError."""
    text = str(row[columns.answer] or "")
    if not text:
        return ()
    if columns.answer_start:
        return (Answer(text, int(row[columns.answer_start])),)
    if text not in context:
        raise ValueError(f"the answer {text!r} is not in its context")
    return (Answer(text, context.index(text)),)


def _choice(row: Row, task: TaskEntry, named: Named) -> MultipleChoice | None:
    """A row without an answer is left out."""
    columns = task.columns
    if not has_label(row[columns.answer]):
        return None
    uid, language, group = named
    listed = len(columns.choices) == 1
    choices = row[columns.choices[0]] if listed else [row[name] for name in columns.choices]
    answer = choice_number(columns.answer_names or (() if listed else columns.choices), row[columns.answer])
    return MultipleChoice(uid, language, str(row[columns.prompt]), tuple(map(str, choices)), answer, group)


def _pair(row: Row, task: TaskEntry, named: Named) -> SentencePair:
    uid, language, group = named
    text, translation = (str(row[name]).strip() for name in (task.columns.text, task.columns.translation))
    return SentencePair(uid, language, text, translation, group)


def _document(row: Row, task: TaskEntry, named: Named) -> Document:
    """With its translation into the source language, where there is one."""
    uid, language, group = named
    text = str(row[task.columns.text])
    translation = str(row[task.columns.translation] or "") if task.columns.translation else ""
    if not translation or language == task.source:
        return Document(uid, language, (text,), group=group)
    return Document(uid, language, (translation, text), task.source, group)


MAKING: Mapping[FormatName, Making] = {
    "classification": _labelled,
    "tagging": _tagged,
    "span_qa": _question,
    "multiple_choice": _choice,
    "retrieval": _pair,
    "masked_lm": _document,
}
