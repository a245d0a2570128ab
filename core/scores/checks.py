"""What must hold of an example before anything is computed from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from xeval.contracts import Task
from xeval.errors import nearest
from xeval.values import (
    Document,
    Example,
    FormatName,
    LabelledText,
    MultipleChoice,
    Passage,
    Query,
    Question,
    SentencePair,
    TaggedTokens,
)

TYPES: Mapping[FormatName, type] = {
    "classification": LabelledText,
    "tagging": TaggedTokens,
    "span_qa": Question,
    "multiple_choice": MultipleChoice,
    "retrieval": SentencePair,
    "ranking": Query,
    "masked_lm": Document,
}


ANSWERABLE = ("squad_f1", "squad_em", "mlqa_f1", "mlqa_em")  # their scripts take the best of the answers there are


def check_example(example: Example, task: Task) -> str | None:
    """Why the example breaks the rules of its task, or None if it does not."""
    if task.format not in TYPES:
        return f"the task {task.name!r} has the format {task.format!r}, which does not exist"
    expected = TYPES[task.format]
    if type(example) is not expected:
        return f"the task {task.name!r} made a {type(example).__name__}; {task.format} needs {expected.__name__}"
    if not example.uid:
        return "it has no uid"
    strange = next((text for text in texts_in(example) if not isinstance(text, str)), None)
    if strange is not None or None in texts_in(example):
        return f"it has {strange!r} where a text should be"
    return _CHECKS[expected](example, task)


def texts_in(example: Example) -> tuple[object, ...]:
    """Everything in an example that must be a text: data may hold nulls and numbers for them."""
    if isinstance(example, LabelledText | Document):
        return example.texts
    if isinstance(example, TaggedTokens):
        return (*example.tokens, *example.tags)
    if isinstance(example, Question):
        return (example.question, example.context, *(answer.text for answer in example.answers))
    if isinstance(example, MultipleChoice):
        return (example.prompt, *example.choices)
    if isinstance(example, Query):
        return (example.text, example.seeks, example.passage)
    return (example.text, example.translation)


def check_passage(passage: Passage, task: Task) -> str | None:
    """Why a passage breaks the rules, or None if it does not."""
    if type(passage) is not Passage:
        return f"the pool of {task.name!r} has a {type(passage).__name__}; it holds Passages"
    if not passage.uid:
        return "it has no uid"
    if not isinstance(passage.text, str) or not passage.text.strip():
        return f"passage {passage.uid!r} has no text"
    return None


def _labelled(example: LabelledText, task: Task) -> str | None:
    # One text of a pair may be empty: QQP and PAWS-X have such rows, and the references count them.
    if not 1 <= len(example.texts) <= 2:
        return f"it has {len(example.texts)} texts; classification takes one or two"
    if not any(map(str.strip, example.texts)):
        return "its text is empty"
    return None if example.label in task.labels else _unknown("label", example.label, task)


def _tagged(example: TaggedTokens, task: Task) -> str | None:
    if not example.tokens:
        return "it has no tokens"
    if len(example.tokens) != len(example.tags):
        return f"it has {len(example.tokens)} tokens and {len(example.tags)} tags"
    stranger = next((tag for tag in example.tags if tag not in task.labels), None)
    return None if stranger is None else _unknown("tag", stranger, task)


def _question(example: Question, task: Task) -> str | None:
    if not example.question.strip() or not example.context.strip():
        return f"its {'context' if example.question.strip() else 'question'} is empty"
    metric = getattr(task, "metric", "")
    if not example.answers and metric in ANSWERABLE:
        return f"it has no answer, and {metric} is of questions that have one; squad2_f1 takes others too"
    for answer in example.answers:
        there = example.context[max(answer.start, 0) : max(answer.start, 0) + len(answer.text)]
        if not answer.text or answer.start < 0 or there != answer.text:
            return f"the answer {answer.text!r} is not in its context at {answer.start}, where {there!r} stands"
    return None


def _choice(example: MultipleChoice, task: Task) -> str | None:
    if len(example.choices) < 2:
        return f"it has {len(example.choices)} choices; two are the least"
    if not 0 <= example.answer < len(example.choices):
        return f"its answer is choice {example.answer} of {len(example.choices)}, counted from 0"
    if not all(map(str.strip, example.choices)):
        return f"choice {next(i for i, text in enumerate(example.choices) if not text.strip())} is empty"
    return None


def _pair(example: SentencePair, task: Task) -> str | None:
    if getattr(task, "metric", "").startswith("mining_") and (example.text + example.translation).strip():
        return None  # pairs are mined among sentences that mostly translate nothing
    if not example.text.strip() or not example.translation.strip():
        return f"its {'translation' if example.text.strip() else 'text'} is empty"
    return None


def _query(example: Query, task: Task) -> str | None:
    if not example.text.strip():
        return "its text is empty"
    if not example.seeks:
        return f"it does not say what {example.uid!r} should find: its labels are missing"
    return None


def _document(example: Document, task: Task) -> str | None:
    return None if any(map(str.strip, example.texts)) else "its text is empty"


_CHECKS: Mapping[type, Callable[[Any, Task], str | None]] = {
    LabelledText: _labelled,
    TaggedTokens: _tagged,
    Question: _question,
    MultipleChoice: _choice,
    SentencePair: _pair,
    Query: _query,
    Document: _document,
}


def _unknown(kind: str, value: str, task: Task) -> str:
    close = nearest(value, task.labels) if value else None
    hint = f"; did you mean {close!r}?" if close else ""
    return f"the {kind} {value!r} is not one of {', '.join(task.labels)}{hint}"
