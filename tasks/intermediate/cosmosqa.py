"""Cosmos QA: what probably caused, or followed from, what somebody wrote in a blog?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xeval.api import HubTask, MultipleChoice, Row, choice_number, has_label, hookimpl
from xeval.tasks.intermediate.settings import SENTENCES

ANSWERS = ("answer0", "answer1", "answer2", "answer3")


def read(rows: Iterable[Row], language: str) -> Iterator[MultipleChoice]:
    """The context and the question are the prompt, as in jiant; rows without an answer are left out."""
    for number, row in enumerate(rows):
        if has_label(row["label"]):
            prompt = f"{row['context']} {row['question']}"
            choices = tuple(row[name] for name in ANSWERS)
            yield MultipleChoice(str(number), language, prompt, choices, choice_number(ANSWERS, row["label"]))


COSMOSQA = HubTask(
    name="cosmosqa",
    format="multiple_choice",
    repository="allenai/cosmos_qa",
    config="",
    columns=("context", "question", *ANSWERS, "label"),
    read=read,
    training=SENTENCES,
)


@hookimpl
def xeval_intermediate_tasks() -> list[HubTask]:
    """Cosmos QA."""
    return [COSMOSQA]
