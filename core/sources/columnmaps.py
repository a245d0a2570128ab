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
    if not _is_given(row[columns.label], task.labels):
        return None
    uid, language, group = named
    texts = tuple(_text(row, name) for name in (columns.text, columns.second) if name)
    return LabelledText(uid, language, texts, label_name(task.labels, row[columns.label]), group)


def _is_given(value: Any, names: Sequence[str]) -> bool:
    """Whether a row has a label; `None` and `-1` are marks for none unless the task has such a label."""
    return has_label(value) or (value is not None and str(value).strip() in names)


def _text(row: Row, column: str) -> str:
    """The text in a column; a null is an empty one. Raises ValueError for what is no text."""
    return _said(row[column], column)


def _said(value: Any, column: str) -> str:
    if isinstance(value, list | tuple | dict):
        raise ValueError(
            f"the column {column!r} holds {'an object' if isinstance(value, dict) else 'a list'}, not text"
        )
    return "" if value is None else str(value)


def _number(row: Row, column: str) -> int:
    """The whole number in a column. Raises ValueError."""
    try:
        return int(row[column])
    except (TypeError, ValueError):
        raise ValueError(f"the column {column!r} holds {row[column]!r}, not a number") from None


def _tagged(row: Row, task: TaskEntry, named: Named) -> TaggedTokens:
    uid, language, group = named
    tags = tuple(label_name(task.labels, tag) for tag in _items(row[task.columns.tags]))
    tokens = tuple(_said(token, task.columns.tokens) for token in _items(row[task.columns.tokens]))
    return TaggedTokens(uid, language, tokens, tags, group)


def _items(value: Any) -> Sequence[Any]:
    """A list, or the words of a text."""
    return value.split() if isinstance(value, str) else list(value)


def _question(row: Row, task: TaskEntry, named: Named) -> Question:
    (uid, language, group), columns = named, task.columns
    context = _text(row, columns.context)
    answers = answers_of(row[columns.answers], context) if columns.answers else _answer(row, columns, context)
    return Question(uid, language, _text(row, columns.question), context, answers, group or context)


def _answer(row: Row, columns: Columns, context: str) -> tuple[Answer, ...]:
    """One answer, at the place that is said, or the first where it stands; an empty one is none. Raises ValueError."""
    text = _text(row, columns.answer)
    if not text:
        return ()
    if columns.answer_start:
        return (Answer(text, _number(row, columns.answer_start)),)
    if text not in context:
        raise ValueError(f"the answer {text!r} is not in its context")
    return (Answer(text, context.index(text)),)


def _choice(row: Row, task: TaskEntry, named: Named) -> MultipleChoice | None:
    """A row without an answer is left out."""
    columns = task.columns
    if not _is_given(row[columns.answer], columns.answer_names):
        return None
    uid, language, group = named
    listed = len(columns.choices) == 1
    choices = _listed(row, columns.choices[0]) if listed else [_text(row, name) for name in columns.choices]
    answer = _right_one(columns.answer_names or (() if listed else columns.choices), row[columns.answer])
    return MultipleChoice(uid, language, _text(row, columns.prompt), tuple(choices), answer, group)


def _listed(row: Row, column: str) -> list[str]:
    """The choices in a column. Raises ValueError for a text, no list of its letters, and an object, none of keys."""
    if isinstance(row[column], str | dict) or row[column] is None:
        raise ValueError(f"the column {column!r} holds {row[column]!r}, not a list; name a column for each choice")
    return [_said(choice, column) for choice in row[column]]


def _right_one(names: Sequence[str], value: Any) -> int:
    try:
        return choice_number(names, value)
    except (TypeError, ValueError):
        known = f", and none of {', '.join(names)}" if names else ""
        raise ValueError(f"its answer {value!r} is no number from 0{known}") from None


def _pair(row: Row, task: TaskEntry, named: Named) -> SentencePair:
    uid, language, group = named
    text, translation = (_text(row, name).strip() for name in (task.columns.text, task.columns.translation))
    return SentencePair(uid, language, text, translation, group)


def _document(row: Row, task: TaskEntry, named: Named) -> Document:
    """With its translation into the source language, where there is one."""
    uid, language, group = named
    text = _text(row, task.columns.text)
    translation = _text(row, task.columns.translation) if task.columns.translation else ""
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
