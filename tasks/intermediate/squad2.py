"""SQuAD 2.0: questions that a passage of Wikipedia answers, or does not."""

from __future__ import annotations

from xeval.api import HubTask, Original, hookimpl, questions
from xeval.tasks.intermediate.settings import QUESTIONS

SQUAD2 = HubTask(
    name="squad2",
    format="span_qa",
    repository="rajpurkar/squad_v2",
    config="squad_v2",
    columns=("id", "question", "context", "answers"),
    read=questions,
    training=QUESTIONS,
    original=Original("squad", {"train": ("train-v2.0.json",), "validation": ("dev-v2.0.json",)}),
)


@hookimpl
def xeval_intermediate_tasks() -> list[HubTask]:
    """SQuAD 2.0."""
    return [SQUAD2]
