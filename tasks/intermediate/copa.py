"""COPA: which of two sentences is the more plausible cause, or effect, of another? The English of XCOPA."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xeval.api import HubTask, MultipleChoice, Row, Training, choice_number, has_label, hookimpl

CHOICES = ("choice1", "choice2")
ASKED = {"cause": "What was the cause?", "effect": "What was the effect?"}


def read(rows: Iterable[Row], language: str) -> Iterator[MultipleChoice]:
    """Rows without a label, as all of the test split are, are left out."""
    for row in rows:
        if has_label(row["label"]):
            prompt = f"{row['premise']} {ASKED[row['question']]}"
            choices = tuple(row[name] for name in CHOICES)
            yield MultipleChoice(str(row["idx"]), language, prompt, choices, choice_number(CHOICES, row["label"]))


COPA = HubTask(
    name="copa",
    format="multiple_choice",
    repository="aps/super_glue",
    config="copa",
    columns=("premise", *CHOICES, "question", "label", "idx"),
    read=read,
    training=Training(learning_rate=3e-5, batch_size=32, epochs=5, max_length=128, warmup=0.0),
)


@hookimpl
def xeval_intermediate_tasks() -> list[HubTask]:
    """COPA."""
    return [COPA]
