"""LAReQA (XQuAD-R): each question is to find the sentences that answer it, in eleven languages at once.

The pool holds every sentence of every passage in all languages, and the right ones are those that answer the same
question in any of them. Fine-tuned as a dual encoder on English questions and sentences of SQuAD, as in XTREME-R, or,
as `lareqa-zero-shot`, searched with the vectors of the encoder as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from xeval.api import HubTask, Original, Passage, Query, Row, hookimpl
from xeval.tasks.target.settings import ANSWERS

LANGUAGES = ("ar", "de", "el", "en", "es", "hi", "ru", "th", "tr", "vi", "zh")


def read(rows: Iterable[Row], language: str) -> Iterator[Query]:
    """The questions whose answer begins within a sentence; one id is one question in all languages."""
    for row in rows:
        if answering(row) is not None:
            question = str(row["id"])
            yield Query(question, language, row["question"], question, group=f"passage {row['paragraph']}")


def sentences(rows: Iterable[Row], language: str) -> Iterator[Passage]:
    """The sentences of every passage with a question, each before its whole passage, as the reference reads them."""
    passages: dict[int, Row] = {}
    keys: dict[tuple[int, int], list[str]] = {}
    for row in rows:
        if (place := answering(row)) is not None:
            passages.setdefault(row["paragraph"], row)
            keys.setdefault((row["paragraph"], place), []).append(str(row["id"]))
    for paragraph, row in passages.items():
        for place, (start, end) in enumerate(row["sentence_breaks"]):
            text = (row["context"][start:end] + row["context"]).replace("\n", "")
            answered = tuple(dict.fromkeys(keys.get((paragraph, place), ())))
            yield Passage(f"{language}_{paragraph}_{place}", language, text, answered)


def answering(row: Row) -> int | None:
    """The number of the first sentence that the answer begins in; None if a break cuts it off, or there is none."""
    starts = row["answers"]["answer_start"]
    within = (place for place, (start, end) in enumerate(row["sentence_breaks"]) if starts and start <= starts[0] < end)
    return next(within, None)


LAREQA = HubTask(
    name="lareqa",
    format="ranking",
    repository="XQuAD-R",
    columns=("id", "question", "context", "answers", "sentence_breaks", "paragraph"),
    read=read,
    training=ANSWERS,
    languages=LANGUAGES,
    metric="map_at_20",
    trains_on=("squad-sentences",),
    evaluates_on="validation",
    original=Original("squad", {"validation": ("{language}.json", "xquad-r/{language}.json")}),
    off_hub=LANGUAGES,
    pool_languages=LANGUAGES,
    read_pool=sentences,
)


@hookimpl
def xeval_target_tasks() -> list[HubTask]:
    """LAReQA, fine-tuned as in XTREME-R and not fine-tuned."""
    return [LAREQA, replace(LAREQA, name="lareqa-zero-shot", trains_on=())]
