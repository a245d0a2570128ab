"""PAN-X, or WikiANN: persons, organisations and places in sentences of Wikipedia."""

from __future__ import annotations

from xeval.api import HubTask, Original, hookimpl, tagged_tokens
from xeval.tasks.target.settings import TAGGING

LABELS = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
CODES = """
    af ar bg bn de el en es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr ms my nl pt ru sw ta te th tl tr ur vi
    yo zh
"""
ADDED = ("az", "gu", "lt", "pa", "pl", "qu", "ro", "uk")  # by XTREME-R

PANX = HubTask(
    name="panx",
    format="tagging",
    repository="google/xtreme",
    config="PAN-X.{language}",
    columns=("tokens", "ner_tags"),
    read=tagged_tokens("ner_tags", LABELS),
    training=TAGGING,
    labels=LABELS,
    languages=(*CODES.split(), *ADDED),
    elsewhere=dict.fromkeys(ADDED, ("unimelb-nlp/wikiann", "{language}")),
    metric="f1",
    trains_on=("panx",),
    original=Original(  # as XTREME prepares the files, or as they were published, unpacked a folder a language
        "wikiann",
        {
            "train": ("train-{language}.tsv", "{language}/train"),
            "validation": ("dev-{language}.tsv", "{language}/dev"),
            "test": ("test-{language}.tsv", "{language}/test"),
        },
    ),
)


@hookimpl
def xeval_target_tasks() -> list[HubTask]:
    """PAN-X."""
    return [PANX]
