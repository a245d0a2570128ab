"""What the columns of data sets commonly hold, and how rows with them become examples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from xeval.values import Answer, LabelledText, Question, Row, TaggedTokens

T = TypeVar("T")
Reader = Callable[[Iterable[Row], str], Iterator[T]]  # of the rows of a split and their language

SLIP = 2  # characters
NO_LABEL = ("", "-1", "None")  # how data sets say that a row has none


def label_name(labels: Sequence[str], value: object) -> str:
    """The label that a value stands for: its number among `labels`, in figures or as text, or its name.

    What stands for none comes back as text, and the check of examples says so with its row.

    >>> label_name(("entailment", "neutral"), 1), label_name(("entailment", "neutral"), "7")
    ('neutral', '7')
    """
    text = str(value).strip()
    if text not in labels and text.isdecimal() and int(text) < len(labels):
        return labels[int(text)]
    return text


def has_label(value: object) -> bool:
    """Whether a row has a label; the hub's marks for none are -1, an empty text and null."""
    return str(value).strip() not in NO_LABEL


def choice_number(names: Sequence[str], value: object) -> int:
    """The number of the right choice, counted from 0, from its name or from the number itself. Raises ValueError.

    >>> choice_number(("A", "B", "C"), "B"), choice_number(("A", "B", "C"), 2)
    (1, 2)
    """
    text = str(value).strip()
    return names.index(text) if text in names else int(text)


def answers_of(answers: Mapping[str, Any], context: str) -> tuple[Answer, ...]:
    """The answers of a SQuAD-like row, each once: {"text": [...], "answer_start": [...]}.

    An offset that is wrong by up to two characters is put right: hub copies that trimmed contexts left such ones.
    """
    pairs = zip(answers["text"], answers["answer_start"], strict=True)
    return tuple(dict.fromkeys(Answer(text, _start(text, int(start), context)) for text, start in pairs))


def _start(text: str, start: int, context: str) -> int:
    near = (place for place in _around(start) if place >= 0 and context.startswith(text, place))
    return next(near, start)


def _around(start: int) -> Iterator[int]:
    yield start
    for slip in range(1, SLIP + 1):
        yield from (start - slip, start + slip)


# -------------------------------------------------------------------------------------------------- rows to examples
# Each takes the rows of a split and their language. uids are made so that translations of one item share theirs.


def questions(rows: Iterable[Row], language: str) -> Iterator[Question]:
    """SQuAD-like rows, with the columns id, question, context and answers; equal contexts are one group.

    Groups are numbered in the order of the rows, so in parallel data a passage has one name in all languages.
    """
    passages: dict[str, str] = {}
    for row in rows:
        context = row["context"]
        yield Question(
            uid=str(row["id"]),
            language=language,
            question=row["question"],
            context=context,
            answers=answers_of(row["answers"], context),
            group=passages.setdefault(context, f"passage {len(passages)}"),
        )


def labelled_pairs(first: str, second: str, labels: Sequence[str]) -> Reader[LabelledText]:
    """A reader of rows with two texts, in the columns named, and a `label`; rows without a label are left out.

    The uid is the `id` of the row, or else its number.
    """

    def read(rows: Iterable[Row], language: str) -> Iterator[LabelledText]:
        for number, row in enumerate(rows):
            if has_label(row["label"]):
                label = label_name(labels, row["label"])
                yield LabelledText(str(row.get("id", number)), language, (row[first], row[second]), label)

    return read


def tagged_tokens(tags: str, labels: Sequence[str]) -> Reader[TaggedTokens]:
    """A reader of rows with `tokens` and, in the column named, their tags; no item has a translation."""

    def read(rows: Iterable[Row], language: str) -> Iterator[TaggedTokens]:
        for number, row in enumerate(rows):
            names = tuple(label_name(labels, tag) for tag in row[tags])
            yield TaggedTokens(f"{language}-{number}", language, tuple(row["tokens"]), names)

    return read
