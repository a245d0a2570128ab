"""SNLI: does one sentence follow from another? About pictures; rows on which people did not agree are left out."""

from __future__ import annotations

from xeval.api import HubTask, hookimpl, labelled_pairs
from xeval.tasks.intermediate.settings import SENTENCES

LABELS = ("entailment", "neutral", "contradiction")  # as the hub numbers them

SNLI = HubTask(
    name="snli",
    format="classification",
    repository="stanfordnlp/snli",
    config="plain_text",
    columns=("premise", "hypothesis", "label"),
    read=labelled_pairs("premise", "hypothesis", LABELS),
    training=SENTENCES,
    labels=LABELS,
)


@hookimpl
def xeval_intermediate_tasks() -> list[HubTask]:
    """SNLI."""
    return [SNLI]
