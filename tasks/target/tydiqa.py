"""TyDi QA, the task with the gold passage: questions asked by speakers of each language, not translated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from xeval.api import HubTask, Original, Question, Row, hookimpl, questions
from xeval.tasks.target.settings import QUESTIONS

NAMES = {
    "ar": "arabic",
    "bn": "bengali",
    "en": "english",
    "fi": "finnish",
    "id": "indonesian",
    "ko": "korean",
    "ru": "russian",
    "sw": "swahili",
    "te": "telugu",
}


def read(rows: Iterable[Row], language: str) -> Iterator[Question]:
    """A passage is a group of its language: nothing here is a translation."""
    for question in questions(rows, language):
        yield replace(question, group=f"{language} {question.group}")


TYDIQA = HubTask(
    name="tydiqa",
    format="span_qa",
    repository="google/xtreme",
    config="tydiqa",  # one file for all languages, in which an id begins with the language's name
    only=("id", "{language}"),
    names=NAMES,
    columns=("id", "question", "context", "answers"),
    read=read,
    training=QUESTIONS,
    languages=tuple(NAMES),
    metric="squad_f1",
    trains_on=("tydiqa",),
    evaluates_on="validation",  # XTREME scores the development files: the test files are not public
    original=Original(
        "squad",
        {
            "train": ("**/tydiqa.goldp.{language}.train.json",),
            "validation": ("**/tydiqa.goldp.{language}.dev.json",),
        },
    ),
)


@hookimpl
def xeval_target_tasks() -> list[HubTask]:
    """TyDi QA."""
    return [TYDIQA]
