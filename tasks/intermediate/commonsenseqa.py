"""CommonsenseQA: which of five words answers a question that asks for common sense?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xeval.api import HubTask, MultipleChoice, Row, choice_number, has_label, hookimpl
from xeval.tasks.intermediate.settings import SENTENCES


def read(rows: Iterable[Row], language: str) -> Iterator[MultipleChoice]:
    """Rows without an answer, as all of the test split are, are left out."""
    for number, row in enumerate(rows):
        if has_label(row["answerKey"]):
            letters, choices = row["choices"]["label"], tuple(row["choices"]["text"])
            yield MultipleChoice(
                str(number), language, row["question"], choices, choice_number(letters, row["answerKey"])
            )


COMMONSENSEQA = HubTask(
    name="commonsenseqa",
    format="multiple_choice",
    repository="tau/commonsense_qa",
    config="",
    columns=("question", "choices", "answerKey"),
    read=read,
    training=SENTENCES,
)


@hookimpl
def xeval_intermediate_tasks() -> list[HubTask]:
    """CommonsenseQA."""
    return [COMMONSENSEQA]
