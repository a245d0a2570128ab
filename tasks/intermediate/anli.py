"""Adversarial NLI: pairs on which the models of three rounds failed; all rounds together."""

from __future__ import annotations

from xeval.api import HubTask, hookimpl, labelled_pairs
from xeval.tasks.intermediate.settings import SENTENCES

LABELS = ("entailment", "neutral", "contradiction")  # as the hub numbers them

ANLI = HubTask(
    name="anli",
    format="classification",
    repository="facebook/anli",
    config="plain_text",
    columns=("premise", "hypothesis", "label"),
    read=labelled_pairs("premise", "hypothesis", LABELS),
    training=SENTENCES,
    labels=LABELS,
    splits={
        "train": ("train_r1", "train_r2", "train_r3"),
        "validation": ("dev_r1", "dev_r2", "dev_r3"),
        "test": ("test_r1", "test_r2", "test_r3"),
    },
)


@hookimpl
def xeval_intermediate_tasks() -> list[HubTask]:
    """ANLI."""
    return [ANLI]
