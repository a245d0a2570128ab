"""MLQA: questions to passages of Wikipedia, asked in the language of the passage, as XTREME does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from xeval.api import HubTask, Original, Question, Row, hookimpl, questions
from xeval.tasks.target.settings import QUESTIONS


def read(rows: Iterable[Row], language: str) -> Iterator[Question]:
    """A question has one id in all its languages; a passage has its own in each, for languages share few passages."""
    for question in questions(rows, language):
        yield replace(question, group=f"{language} {question.group}")


MLQA = HubTask(
    name="mlqa",
    format="span_qa",
    repository="google/xtreme",  # facebook/mlqa is a loading script, which no current library runs
    config="MLQA.{language}.{language}",
    columns=("id", "question", "context", "answers"),
    read=read,
    training=QUESTIONS,
    languages=("ar", "de", "en", "es", "hi", "vi", "zh"),
    metric="mlqa_f1",
    trains_on=("squad",),
    original=Original(
        "squad",
        {
            "validation": ("**/dev-context-{language}-question-{language}.json",),
            "test": ("**/test-context-{language}-question-{language}.json",),
        },
    ),
)


@hookimpl
def xeval_target_tasks() -> list[HubTask]:
    """MLQA."""
    return [MLQA]
