"""BUCC 2018: which sentences of another language translate which English ones?

What the hub has are the gold pairs alone, without the sentences that translate nothing. Mining among them is easier
than XTREME's task: no score from it is comparable with a published one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xeval.api import HubTask, Row, SentencePair, Training, hookimpl


def read(rows: Iterable[Row], language: str) -> Iterator[SentencePair]:
    """Gold pairs; in `source_lang` stands the id of the sentence that is not English."""
    for row in rows:
        text, translation = row["source_sentence"].strip(), row["target_sentence"].strip()
        yield SentencePair(str(row["source_lang"]), language, text, translation)


BUCC = HubTask(
    name="bucc2018",
    format="retrieval",
    repository="google/xtreme",
    config="bucc18.{language}",
    columns=("source_sentence", "target_sentence", "source_lang"),
    read=read,
    training=Training(max_length=512),  # sub-words of a sentence; nothing is trained
    languages=("de", "fr", "ru", "zh"),
    metric="mining_f1",
)


@hookimpl
def xeval_target_tasks() -> list[HubTask]:
    """BUCC 2018, on gold pairs only."""
    return [BUCC]
