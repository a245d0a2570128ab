"""HellaSwag: which ending goes on with a story of everyday life?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xeval.api import HubTask, MultipleChoice, Row, choice_number, has_label, hookimpl
from xeval.tasks.intermediate.settings import SENTENCES


def read(rows: Iterable[Row], language: str) -> Iterator[MultipleChoice]:
    """The beginning of the last sentence goes with its endings, as in jiant; rows without an answer are left out."""
    for number, row in enumerate(rows):
        if has_label(row["label"]):
            choices = tuple(f"{row['ctx_b']} {ending}".strip() for ending in row["endings"])
            yield MultipleChoice(str(number), language, row["ctx_a"], choices, choice_number((), row["label"]))


HELLASWAG = HubTask(
    name="hellaswag",
    format="multiple_choice",
    repository="Rowan/hellaswag",
    config="",
    columns=("ctx_a", "ctx_b", "endings", "label"),
    read=read,
    training=SENTENCES,
)


@hookimpl
def xeval_intermediate_tasks() -> list[HubTask]:
    """HellaSwag."""
    return [HELLASWAG]
