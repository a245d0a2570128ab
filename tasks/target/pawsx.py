"""PAWS-X: are two sentences with much the same words paraphrases of each other?"""

from __future__ import annotations

from xeval.api import HubTask, hookimpl, labelled_pairs
from xeval.tasks.target.settings import PAIRS

LABELS = ("0", "1")  # different, paraphrase: the data set has no other names for them

PAWSX = HubTask(
    name="pawsx",
    format="classification",
    repository="google-research-datasets/paws-x",  # google/xtreme has lost rows of some languages
    config="{language}",
    columns=("id", "sentence1", "sentence2", "label"),
    read=labelled_pairs("sentence1", "sentence2", LABELS),
    training=PAIRS,
    labels=LABELS,
    languages=("de", "en", "es", "fr", "ja", "ko", "zh"),
    metric="accuracy",
    trains_on=("pawsx",),
)


@hookimpl
def xeval_target_tasks() -> list[HubTask]:
    """PAWS-X."""
    return [PAWSX]
