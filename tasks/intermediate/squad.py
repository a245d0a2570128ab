"""SQuAD 1.1: questions that a passage of Wikipedia answers.

Its other languages are the translations by machine that XTREME publishes, the languages of XQuAD. No hub has them: the
folder of original files does, with `squad.translate.train.en-de.json` and its like anywhere in it.
"""

from __future__ import annotations

from xeval.api import HubTask, Original, hookimpl, questions
from xeval.tasks.intermediate.settings import QUESTIONS

TRANSLATED = ("ar", "de", "el", "es", "hi", "ru", "th", "tr", "vi", "zh")

SQUAD = HubTask(
    name="squad",
    format="span_qa",
    repository="rajpurkar/squad",
    config="plain_text",
    columns=("id", "question", "context", "answers"),
    read=questions,
    training=QUESTIONS,
    languages=("en", *TRANSLATED),
    off_hub=TRANSLATED,
    original=Original(
        "squad",
        {"train": ("{language}.json", "**/{language}.json"), "validation": ("dev-v1.1.json",)},
        names={"en": "train-v1.1", **{code: f"squad.translate.train.en-{code}" for code in TRANSLATED}},
    ),
)


@hookimpl
def xeval_intermediate_tasks() -> list[HubTask]:
    """SQuAD 1.1."""
    return [SQUAD]
