"""UD-POS: the part of speech of each word, in treebanks of Universal Dependencies.

The headline is what XTREME calls F1 here: it counts runs of equal tags, by the rules of one old version of a library.
Token accuracy, which is another number, stands beside it.
"""

from __future__ import annotations

from xeval.api import HubTask, Original, hookimpl, tagged_tokens
from xeval.tasks.target.settings import TAGGING
from xeval.tasks.treebanks import TREEBANKS

TAGS = "ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X"  # as the hub numbers them
LABELS = tuple(TAGS.split())
ADDED = ("lt", "pl", "ro", "uk", "wo")  # by XTREME-R, from release 2.7; no copy on the hub has these columns

UDPOS = HubTask(
    name="udpos",
    format="tagging",
    repository="google/xtreme",
    config="udpos.{language}",
    names=TREEBANKS,
    columns=("tokens", "pos_tags"),
    read=tagged_tokens("pos_tags", LABELS),
    training=TAGGING,
    labels=LABELS,
    languages=(*TREEBANKS, *ADDED),
    off_hub=ADDED,
    metric="xtreme_f1",
    trains_on=("udpos",),
    original=Original(  # all treebanks of a language, by the code that their files begin with, as XTREME takes them
        "conllu",
        {
            "train": ("**/{language}_*-ud-train.conllu",),
            "validation": ("**/{language}_*-ud-dev.conllu",),
            "test": ("**/{language}_*-ud-test.conllu",),
        },
    ),
)


@hookimpl
def xeval_target_tasks() -> list[HubTask]:
    """UD-POS."""
    return [UDPOS]
