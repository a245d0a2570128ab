"""Social IQa: which of three answers fits a question about why people do what they do, and what comes of it?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xeval.api import HubTask, MultipleChoice, Row, Training, choice_number, has_label, hookimpl

ANSWERS = ("answerA", "answerB", "answerC")
NUMBERS = ("1", "2", "3")  # as the data count them


def read(rows: Iterable[Row], language: str) -> Iterator[MultipleChoice]:
    """The context and the question are the prompt; rows without an answer are left out."""
    for number, row in enumerate(rows):
        if has_label(row["label"]):
            prompt = f"{row['context']} {row['question']}"
            choices = tuple(row[name] for name in ANSWERS)
            yield MultipleChoice(str(number), language, prompt, choices, choice_number(NUMBERS, row["label"]))


SIQA = HubTask(
    name="siqa",
    format="multiple_choice",
    repository="lighteval/siqa",  # allenai/social_i_qa is a loading script, which no current library runs
    config="",
    columns=("context", "question", *ANSWERS, "label"),
    read=read,
    training=Training(learning_rate=3e-5, batch_size=32, epochs=5, max_length=128, warmup=0.0),  # as XTREME-R
)


@hookimpl
def xeval_intermediate_tasks() -> list[HubTask]:
    """Social IQa."""
    return [SIQA]
