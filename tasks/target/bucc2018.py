"""BUCC 2018: which sentences of another language translate which English ones?

What the hub has are the gold pairs alone, without the sentences that translate nothing. Mining among them is easier
than XTREME's task: no score from it is comparable with a published one. A folder of the original files has all, and
then the threshold is tuned on the sample, as in XTREME.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xeval.api import HubTask, Original, Row, SentencePair, Training, hookimpl


def read(rows: Iterable[Row], language: str) -> Iterator[SentencePair]:
    """Pairs and single sentences; where the languages should stand, the ids of the two sentences do."""
    for row in rows:
        text, translation = row["source_sentence"].strip(), row["target_sentence"].strip()
        yield SentencePair(str(row["source_lang"] or row["target_lang"]), language, text, translation)


def sides(split: str) -> str:
    """The three files of a split, at any depth."""
    return " + ".join(f"**/{{language}}-en.{split}.{side}" for side in ("{language}", "en", "gold"))


BUCC = HubTask(
    name="bucc2018",
    format="retrieval",
    repository="google/xtreme",
    config="bucc18.{language}",
    columns=("source_sentence", "target_sentence", "source_lang", "target_lang"),
    read=read,
    training=Training(max_length=512),  # sub-words of a sentence; nothing is trained
    languages=("de", "fr", "ru", "zh"),
    metric="mining_f1",
    original=Original(  # XTREME tunes the threshold on the sample, and scores the training set
        "bucc",
        {"validation": (sides("dev"), sides("sample")), "test": (sides("test"), sides("training"))},
        tunes_on="validation",
    ),
)


@hookimpl
def xeval_target_tasks() -> list[HubTask]:
    """BUCC 2018, on gold pairs only."""
    return [BUCC]
