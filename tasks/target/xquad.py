"""XQuAD: questions of SQuAD and their passages, translated by people into eleven languages."""

from __future__ import annotations

from xeval.api import HubTask, Original, hookimpl, questions
from xeval.tasks.target.settings import QUESTIONS

XQUAD = HubTask(
    name="xquad",
    format="span_qa",
    repository="google/xtreme",
    config="XQuAD.{language}",
    columns=("id", "question", "context", "answers"),
    read=questions,
    training=QUESTIONS,
    languages=("ar", "de", "el", "en", "es", "hi", "ro", "ru", "th", "tr", "vi", "zh"),
    elsewhere={"ro": ("google/xquad", "xquad.ro")},  # came with XTREME-R
    metric="squad_f1",
    trains_on=("squad",),
    evaluates_on="validation",
    original=Original("squad", {"validation": ("xquad.{language}.json",)}),
)


@hookimpl
def xeval_target_tasks() -> list[HubTask]:
    """XQuAD."""
    return [XQUAD]
