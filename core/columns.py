"""What the columns of data sets commonly hold: numbers of labels, answers with their offsets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from xeval.values import Answer

SLIP = 2  # characters


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


def passages(contexts: Iterable[str]) -> Iterator[str]:
    """A name for the passage of each row: equal contexts share it, and parallel data have equal names in all languages.

    >>> list(passages(["first", "first", "second"]))
    ['0', '0', '1']
    """
    seen: dict[str, str] = {}
    for context in contexts:
        yield seen.setdefault(context, str(len(seen)))
