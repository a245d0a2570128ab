"""Questions of SQuAD 1.1 and the sentences that answer them: pairs on which a dual encoder learns to find answers.

XTREME-R fine-tunes on such pairs for LAReQA. Sentences are parted here by a rule of our own, which is simpler than the
reference's; how often the two differ was not measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from xeval.api import HubTask, Original, Query, Row, Training, hookimpl

END = re.compile(r"[.!?]+[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[A-Z0-9])")  # a sentence's end, and what begins another
SHORT = re.compile(  # what ends with a dot and no sentence: initials, and words that stand before names and numbers
    r"(?:\b[A-Z]|\b(?:Mr|Mrs|Ms|Dr|St|Jr|Sr|Prof|Gen|Col|Lt|Sgt|Capt|Rev|Hon|Gov|Sen|Rep|vs|No|Vol|Fig|ca|cf|etc|e\.g|i\.e))\.\s+$"
)


def read(rows: Iterable[Row], language: str) -> Iterator[Query]:
    """Each question with the sentence in which its first answer begins, followed by its whole passage."""
    passages: dict[str, str] = {}
    for row in rows:
        context, starts = row["context"], row["answers"]["answer_start"]
        if starts:
            sentence = next(context[a:b] for a, b in breaks(context) if a <= int(starts[0]) < b)
            group = passages.setdefault(context, f"passage {len(passages)}")
            uid, passage = str(row["id"]), (sentence + context).replace("\n", "")
            yield Query(uid, language, row["question"], uid, passage=passage, group=group)


def breaks(text: str) -> Iterator[tuple[int, int]]:
    """Where the sentences of an English text begin and end; together they are the whole text.

    >>> [text[a:b] for text in ["Dr. Ada wrote it. Who read it?"] for a, b in breaks(text)]
    ['Dr. Ada wrote it. ', 'Who read it?']
    """
    start = 0
    for match in END.finditer(text):
        if not SHORT.search(text[start : match.end()]):
            yield start, match.end()
            start = match.end()
    if start < len(text):
        yield start, len(text)


SQUAD_SENTENCES = HubTask(
    name="squad-sentences",
    format="ranking",
    repository="rajpurkar/squad",
    config="plain_text",
    columns=("id", "question", "context", "answers"),
    read=read,
    training=Training(
        learning_rate=2e-5, batch_size=16, epochs=3, max_length=256, max_query=96, warmup=0.0, weight_decay=0.0
    ),
    original=Original("squad", {"train": ("train-v1.1.json",), "validation": ("dev-v1.1.json",)}),
)


@hookimpl
def xeval_intermediate_tasks() -> list[HubTask]:
    """Questions and answering sentences of SQuAD 1.1."""
    return [SQUAD_SENTENCES]
