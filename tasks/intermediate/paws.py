"""PAWS: are two sentences with much the same words paraphrases of each other? The English that PAWS-X is made from."""

from __future__ import annotations

from xeval.api import HubTask, hookimpl, labelled_pairs
from xeval.tasks.intermediate.settings import SENTENCES

LABELS = ("0", "1")  # different, paraphrase: the data set has no other names for them
TRANSLATED = ("de", "es", "fr", "ja", "ko", "zh")  # by machine: the training splits of PAWS-X

PAWS = HubTask(
    name="paws",
    format="classification",
    repository="google-research-datasets/paws",
    config="labeled_final",
    columns=("id", "sentence1", "sentence2", "label"),
    read=labelled_pairs("sentence1", "sentence2", LABELS),
    training=SENTENCES,
    labels=LABELS,
    languages=("en", *TRANSLATED),
    elsewhere={code: ("google-research-datasets/paws-x", code) for code in TRANSLATED},
)


@hookimpl
def xeval_intermediate_tasks() -> list[HubTask]:
    """PAWS."""
    return [PAWS]
