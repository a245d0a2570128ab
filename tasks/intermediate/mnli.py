"""MNLI: does one sentence follow from another? From ten kinds of English text.

Its other languages are the training splits of XNLI: MNLI translated by machine into 14 languages, in the same order.
"""

from __future__ import annotations

from xeval.api import HubTask, hookimpl, labelled_pairs
from xeval.tasks.intermediate.settings import SENTENCES

LABELS = ("entailment", "neutral", "contradiction")  # as the hub numbers them
TRANSLATED = ("ar", "bg", "de", "el", "es", "fr", "hi", "ru", "sw", "th", "tr", "ur", "vi", "zh")

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
    languages=("en", *TRANSLATED),
    elsewhere={code: ("facebook/xnli", code) for code in TRANSLATED},
)


@hookimpl
def xeval_intermediate_tasks() -> list[HubTask]:
    """MNLI."""
    return [MNLI]
