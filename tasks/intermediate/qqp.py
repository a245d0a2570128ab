"""Quora Question Pairs: do two questions ask the same?"""

from __future__ import annotations

from xeval.api import HubTask, hookimpl, labelled_pairs
from xeval.tasks.intermediate.settings import SENTENCES

LABELS = ("not_duplicate", "duplicate")  # as the hub numbers them

QQP = HubTask(
    name="qqp",
    format="classification",
    repository="nyu-mll/glue",
    config="qqp",
    columns=("question1", "question2", "label"),
    read=labelled_pairs("question1", "question2", LABELS),
    training=SENTENCES,
    labels=LABELS,
)


@hookimpl
def xeval_intermediate_tasks() -> list[HubTask]:
    """QQP."""
    return [QQP]
