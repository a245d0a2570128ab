"""CCG supertagging: which of 1,363 categories of combinatory categorial grammar has each word? And a free stand-in.

CCGbank is licensed, so its files must be the user's own: a sentence in each line, its words, a tab, its tags; and
tags_to_id.json, which numbers the tags, as jiant has them.
"""

from __future__ import annotations

from dataclasses import replace

from xeval.api import HubTask, Original, hookimpl, tagged_tokens
from xeval.tasks.intermediate.settings import SENTENCES

TAGS = "ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X"  # as the hub numbers them
UPOS = tuple(TAGS.split())

CCG = HubTask(
    name="ccg",
    format="tagging",
    repository="CCGbank",
    columns=("tokens", "tags"),
    read=tagged_tokens("tags", ()),
    training=SENTENCES,
    original=Original(
        "supertags",
        {
            "train": ("ccg.train", "train.tsv"),
            "validation": ("ccg.dev", "dev.tsv"),
            "test": ("ccg.test", "test.tsv"),
        },
        labels="tags_to_id.json",
    ),
    off_hub=("en",),
)

STAND_IN = HubTask(
    name="ccg-stand-in",
    format="tagging",
    repository="google/xtreme",
    config="udpos.English",
    columns=("tokens", "pos_tags"),
    read=tagged_tokens("pos_tags", UPOS),
    training=replace(SENTENCES, max_length=128),
    labels=UPOS,
)


@hookimpl
def xeval_intermediate_tasks() -> list[HubTask]:
    """CCG supertagging, and English parts of speech in its place: syntax too, but 17 tags, and not comparable."""
    return [CCG, STAND_IN]
