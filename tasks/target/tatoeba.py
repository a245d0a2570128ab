"""Tatoeba: for each English sentence, find its translation among a thousand sentences of another language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xeval.api import HubTask, Original, Row, SentencePair, Training, hookimpl

NAMES = {
    "af": "afr",
    "ar": "ara",
    "bg": "bul",
    "bn": "ben",
    "de": "deu",
    "el": "ell",
    "es": "spa",
    "et": "est",
    "eu": "eus",
    "fa": "pes",
    "fi": "fin",
    "fr": "fra",
    "he": "heb",
    "hi": "hin",
    "hu": "hun",
    "id": "ind",
    "it": "ita",
    "ja": "jpn",
    "jv": "jav",
    "ka": "kat",
    "kk": "kaz",
    "ko": "kor",
    "ml": "mal",
    "mr": "mar",
    "nl": "nld",
    "pt": "por",
    "ru": "rus",
    "sw": "swh",
    "ta": "tam",
    "te": "tel",
    "th": "tha",
    "tl": "tgl",
    "tr": "tur",
    "ur": "urd",
    "vi": "vie",
    "zh": "cmn",
}
ADDED = {"az": "aze", "lt": "lit", "pl": "pol", "ro": "ron", "uk": "ukr"}  # by XTREME-R; not in google/xtreme


def read(rows: Iterable[Row], language: str) -> Iterator[SentencePair]:
    """Pairs in the order of the file; its sentences end with a newline, and what it calls languages are file names."""
    for number, row in enumerate(rows):
        text, translation = row["source_sentence"].strip(), row["target_sentence"].strip()
        yield SentencePair(f"{language}-{number}", language, text, translation)


TATOEBA = HubTask(
    name="tatoeba",
    format="retrieval",
    repository="google/xtreme",
    config="tatoeba.{language}",
    names=NAMES,
    columns=("source_sentence", "target_sentence"),
    read=read,
    training=Training(max_length=512),  # sub-words of a sentence; nothing is trained
    off_hub=tuple(ADDED),
    languages=(*NAMES, *ADDED),  # English is what every sentence is found from, and no language of its own here
    metric="accuracy",
    evaluates_on="validation",
    original=Original(
        "parallel",
        {"validation": ("tatoeba.{language}-eng.{language} + tatoeba.{language}-eng.eng",)},
        NAMES | ADDED,
    ),
)


@hookimpl
def xeval_target_tasks() -> list[HubTask]:
    """Tatoeba."""
    return [TATOEBA]
