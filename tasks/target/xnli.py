"""XNLI: does one sentence follow from another? Premises and hypotheses translated by people into 14 languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from xeval.api import HubTask, LabelledText, Row, hookimpl, labelled_pairs
from xeval.tasks.target.settings import PAIRS

LABELS = ("entailment", "neutral", "contradiction")  # as the hub numbers them; XTREME's files have another order
HYPOTHESES = 3  # of each premise, one after the other


def read(rows: Iterable[Row], language: str) -> Iterator[LabelledText]:
    """Rows in the same order in every language, so that the number of a row names its item."""
    for example in labelled_pairs("premise", "hypothesis", LABELS)(rows, language):
        yield replace(example, group=f"premise {int(example.uid) // HYPOTHESES}")


XNLI = HubTask(
    name="xnli",
    format="classification",
    repository="facebook/xnli",
    config="{language}",
    columns=("premise", "hypothesis", "label"),
    read=read,
    training=replace(PAIRS, learning_rate=3e-5),
    labels=LABELS,
    languages=("ar", "bg", "de", "el", "en", "es", "fr", "hi", "ru", "sw", "th", "tr", "ur", "vi", "zh"),
    metric="accuracy",
    trains_on=("xnli",),  # its English training split is MNLI
)


@hookimpl
def xeval_target_tasks() -> list[HubTask]:
    """XNLI."""
    return [XNLI]
