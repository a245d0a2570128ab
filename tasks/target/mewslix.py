"""Mewsli-X: each mention of something in the news is to find its description, in whatever language that is written.

Fine-tuned as a dual encoder on English mentions in Wikipedia, as in XTREME-R, or, as `mewslix-zero-shot`, searched with
the vectors of the encoder as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from xeval.api import HubTask, Original, Passage, Query, Row, hookimpl
from xeval.tasks.target.settings import MENTIONS

LANGUAGES = ("ar", "de", "en", "es", "fa", "ja", "pl", "ro", "ta", "tr", "uk")
MARKED = re.compile(r"\{(.*?)\}")  # what looks like the marks of a mention gets round brackets


def read(rows: Iterable[Row], language: str) -> Iterator[Query]:
    """The mentions in one language; rows of pairs for training have one each, with the description that is right."""
    for row in rows:
        pair = row.get("contextual_mention")
        found = pair or row
        if found["context"]["language"] == language:
            passage = described(row["entity"]) if pair else ""
            for mention in [found["mention"]] if pair else found["mentions"]:
                yield query(mention, found["context"], passage)


def query(mention: Mapping[str, Any], context: Mapping[str, Any], passage: str) -> Query:
    """A mention as a query, with a group for what stands in the same document."""
    text = marked(mention["mention_span"], context)
    uid, document = str(mention["example_id"]), str(context["document_id"])
    return Query(uid, context["language"], text, mention["entity_id"].strip(), passage=passage, group=document)


def marked(span: Mapping[str, Any], context: Mapping[str, Any]) -> str:
    """`mention: left { mention } right`, in its sentence, as the reference's preprocess_mention has it.

    Raises ValueError for a mention that is in no sentence, or is not where it is said to be.
    """
    text, start, end, spoken = context["text"], span["start"], span["end"], span["text"]
    if text[start:end] != spoken:
        raise ValueError(f"the mention {spoken!r} is not at {start}, where {text[start:end]!r} stands")
    within = [(s["start"], s["end"]) for s in context["sentence_spans"] if s["start"] <= start and end <= s["end"]]
    if not within:
        raise ValueError(f"the mention {spoken!r} at {start} is within no sentence")
    first, last = within[0]
    left, right = (MARKED.sub(r"(\1)", part) for part in (text[first:start], text[end:last]))
    return plain(f"{spoken}: {left} {{ {spoken} }} {right}")


def described(entity: Mapping[str, Any]) -> str:
    """The sentences of an entity's description."""
    text = entity["description"]
    return plain(" ".join(text[span["start"] : span["end"]] for span in entity["sentence_spans"]))


def plain(text: str) -> str:
    """A text on one line, as the reference smooths it: pairs of spaces become one, once."""
    return " ".join(text.splitlines()).replace("  ", " ").strip()


def descriptions(rows: Iterable[Row], language: str) -> Iterator[Passage]:
    """The entities to be found; each has one description, in a language of its own."""
    for row in rows:
        entity = str(row["entity_id"])
        yield Passage(entity, row["description_language"], described(row), (entity,))


MEWSLIX = HubTask(
    name="mewslix",
    format="ranking",
    repository="Mewsli-X",
    columns=(),  # mentions, pairs and entities have each their own, one within the other
    read=read,
    training=MENTIONS,
    languages=LANGUAGES,
    metric="map_at_20",
    trains_on=("mewslix",),
    original=Original(
        "jsonl",
        {
            "train": ("**/wikipedia_pairs-train.jsonl",),
            "validation": ("**/wikinews_mentions-dev.jsonl", "**/wikinews_mentions/dev-{language}.jsonl"),
            "test": ("**/wikinews_mentions-test.jsonl", "**/wikinews_mentions/test-{language}.jsonl"),
        },
        pool=("**/candidate_set_entities.jsonl",),
    ),
    off_hub=LANGUAGES,
    pool_languages=("mul",),
    read_pool=descriptions,
)


@hookimpl
def xeval_target_tasks() -> list[HubTask]:
    """Mewsli-X, fine-tuned as in XTREME-R and not fine-tuned."""
    return [MEWSLIX, replace(MEWSLIX, name="mewslix-zero-shot", trains_on=())]
