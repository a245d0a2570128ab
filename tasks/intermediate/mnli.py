"""MNLI: does one sentence follow from another? From ten kinds of English text."""

from __future__ import annotations

from xeval.api import HubTask, hookimpl, labelled_pairs
from xeval.tasks.intermediate.settings import SENTENCES

LABELS = ("entailment", "neutral", "contradiction")  # as the hub numbers them

MNLI = HubTask(
    name="mnli",
    format="classification",
    repository="nyu-mll/glue",
    config="mnli",
    columns=("premise", "hypothesis", "label"),
    read=labelled_pairs("premise", "hypothesis", LABELS),
    training=SENTENCES,
    labels=LABELS,
    splits={"validation": ("validation_matched",)},
)


@hookimpl
def xeval_intermediate_tasks() -> list[HubTask]:
    """MNLI."""
    return [MNLI]
