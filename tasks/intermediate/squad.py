"""SQuAD 1.1: questions that a passage of Wikipedia answers."""

from __future__ import annotations

from xeval.api import HubTask, Original, hookimpl, questions
from xeval.tasks.intermediate.settings import QUESTIONS

SQUAD = HubTask(
    name="squad",
    format="span_qa",
    repository="rajpurkar/squad",
    config="plain_text",
    columns=("id", "question", "context", "answers"),
    read=questions,
    training=QUESTIONS,
    original=Original("squad", {"train": ("train-v1.1.json",), "validation": ("dev-v1.1.json",)}),
)


@hookimpl
def xeval_intermediate_tasks() -> list[HubTask]:
    """SQuAD 1.1."""
    return [SQUAD]
