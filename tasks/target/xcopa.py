"""XCOPA: which of two sentences is the more plausible cause, or effect, of another? In eleven languages.

XTREME-R fine-tunes on Social IQa and then on COPA. `xcopa-from-copa` is fine-tuned on COPA alone: another number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from xeval.api import HubTask, MultipleChoice, Row, Training, choice_number, has_label, hookimpl

# The data say only `cause` or `effect`; the question is put in English in every language.
CHOICES = ("choice1", "choice2")
ASKED = {"cause": "What was the cause?", "effect": "What was the effect?"}


def read(rows: Iterable[Row], language: str) -> Iterator[MultipleChoice]:
    """Rows with one idx in all languages. Their labels are numbers."""
    for row in rows:
        if has_label(row["label"]):
            prompt = f"{row['premise']} {ASKED[row['question']]}"
            choices = tuple(row[name] for name in CHOICES)
            yield MultipleChoice(str(row["idx"]), language, prompt, choices, choice_number(CHOICES, row["label"]))


XCOPA = HubTask(
    name="xcopa",
    format="multiple_choice",
    repository="cambridgeltl/xcopa",
    config="{language}",
    columns=("premise", "choice1", "choice2", "question", "label", "idx"),
    read=read,
    training=Training(learning_rate=3e-5, batch_size=32, epochs=5, max_length=128, warmup=0.0),
    languages=("et", "ht", "id", "it", "qu", "sw", "ta", "th", "tr", "vi", "zh"),
    metric="accuracy",  # there is no English in it: COPA, its model, has no public test labels
    trains_on=("siqa", "copa"),
)
FROM_COPA = replace(XCOPA, name="xcopa-from-copa", trains_on=("copa",))


@hookimpl
def xeval_target_tasks() -> list[HubTask]:
    """XCOPA, fine-tuned in two ways."""
    return [XCOPA, FROM_COPA]
