"""From the columns that a declared task names to the reader of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from xeval.columns import Reader, answers_of, choice_number, has_label, label_name
from xeval.taskentries import Columns
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
Making = Callable[[Row, Columns, Sequence[str], Named], Example | None]


def reader_for(form: FormatName, columns: Columns, labels: Sequence[str]) -> Reader[Example]:
    """A reader of rows with these columns.

    With an id column, items of one id are translations of each other; without, no item has a translation.
    """
    make = MAKING[form]

    def read(rows: Iterable[Row], language: str) -> Iterator[Example]:
        for number, row in enumerate(rows):
            uid = str(row[columns.id]) if columns.id else f"{language}-{number}"
            group = str(row[columns.group]) if columns.group else ""
            example = make(row, columns, labels, (uid, language, group))
            if example is not None:
                yield example

    return read


def _labelled(row: Row, columns: Columns, labels: Sequence[str], named: Named) -> LabelledText | None:
    """A row without a label is left out."""
    if not has_label(row[columns.label]):
        return None
    uid, language, group = named
    texts = tuple(str(row[name]) for name in (columns.text, columns.second) if name)
    return LabelledText(uid, language, texts, label_name(labels, row[columns.label]), group)


def _tagged(row: Row, columns: Columns, labels: Sequence[str], named: Named) -> TaggedTokens:
    uid, language, group = named
    tags = tuple(label_name(labels, tag) for tag in _items(row[columns.tags]))
    return TaggedTokens(uid, language, tuple(map(str, _items(row[columns.tokens]))), tags, group)


def _items(value: Any) -> Sequence[Any]:
    """A list, or the words of a text."""
    return value.split() if isinstance(value, str) else list(value)


def _question(row: Row, columns: Columns, labels: Sequence[str], named: Named) -> Question:
    uid, language, group = named
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


def _choice(row: Row, columns: Columns, labels: Sequence[str], named: Named) -> MultipleChoice | None:
    """A row without an answer is left out."""
    if not has_label(row[columns.answer]):
        return None
    uid, language, group = named
    listed = len(columns.choices) == 1
    choices = row[columns.choices[0]] if listed else [row[name] for name in columns.choices]
    answer = choice_number(columns.answer_names or (() if listed else columns.choices), row[columns.answer])
    return MultipleChoice(uid, language, str(row[columns.prompt]), tuple(map(str, choices)), answer, group)


def _pair(row: Row, columns: Columns, labels: Sequence[str], named: Named) -> SentencePair:
    uid, language, group = named
    return SentencePair(uid, language, str(row[columns.text]).strip(), str(row[columns.translation]).strip(), group)


def _document(row: Row, columns: Columns, labels: Sequence[str], named: Named) -> Document:
    uid, language, group = named
    return Document(uid, language, (str(row[columns.text]),), group=group)


MAKING: Mapping[FormatName, Making] = {
    "classification": _labelled,
    "tagging": _tagged,
    "span_qa": _question,
    "multiple_choice": _choice,
    "retrieval": _pair,
    "masked_lm": _document,
}
