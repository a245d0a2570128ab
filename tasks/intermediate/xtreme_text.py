"""Text in the languages of XTREME, for making a small encoder on the spot.

What it reads: the training splits of PAN-X and UD-POS, and the validation split of XNLI, which is the same text in
fifteen languages and so gives translations. No test split is in it. It is little text, of two kinds: an encoder made of
it shows that everything works, and is no rival of one trained on the web.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, zip_longest

from xeval.api import PART, Document, FormatName, HubData, JoinedData, Row, Split, Training, hookimpl
from xeval.tasks.treebanks import TREEBANKS

UNSPACED = ("ja", "th", "zh")  # scripts without spaces between words
XNLI = ("ar", "bg", "de", "el", "es", "fr", "hi", "ru", "sw", "th", "tr", "ur", "vi", "zh")
CODES = """
    af ar bg bn de el en es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr ms my nl pt ru sw ta te th tl tr ur vi
    yo zh
"""
COLUMNS = ("premise", "hypothesis")


@dataclass(frozen=True)
class XtremeText:
    """Sentences in each language, and sentences of XNLI together with their English."""

    name: str = "xtreme-text"
    version: str = "1"
    format: FormatName = "masked_lm"
    labels: tuple[str, ...] = ()
    languages: tuple[str, ...] = tuple(CODES.split())
    source_language: str = "en"
    training: Training = field(default_factory=lambda: Training(learning_rate=5e-5, max_length=128, epochs=1))

    def data(self, split: Split, language: str) -> JoinedData:
        """What there is of text in the language, whichever split is asked for: nothing is scored on it."""
        parts = [HubData("google/xtreme", "train", f"PAN-X.{language}", ("tokens",))]
        if language in TREEBANKS:
            parts.append(HubData("google/xtreme", "train", f"udpos.{TREEBANKS[language]}", ("tokens",)))
        if language in ("en", *XNLI):
            parts.append(HubData("facebook/xnli", "validation", language, COLUMNS))
        english = (HubData("facebook/xnli", "validation", "en", COLUMNS),) if language in XNLI else ()
        return JoinedData(tuple(parts), optional=True, beside=english)

    def examples(self, rows: Iterable[Row], language: str) -> Iterator[Document]:
        """A document for each sentence; those of XNLI with their English where that is at hand, every second one."""
        english = len(self.data("train", language).parts)
        sentences: list[Document] = []
        mine: list[Row] = []
        theirs: list[Row] = []
        for number, row in enumerate(rows):
            if "tokens" in row:
                text = ("" if language in UNSPACED else " ").join(row["tokens"])
                sentences.append(Document(f"{language}-{number}", language, (text,)))
            else:
                (theirs if row[PART] == english else mine).append(row)
        # in turn, so that the first few hundred, which may be all that is wanted, are of both kinds
        pairs = zip_longest(_sentences(mine, theirs if mine else [], language), sentences)
        return (document for document in chain.from_iterable(pairs) if document)


def _sentences(mine: list[Row], english: list[Row], language: str) -> Iterator[Document]:
    """XNLI has the same rows in the same order in all languages; two numbers of rows raise ValueError."""
    own = [row[column] for column in COLUMNS for row in mine]
    translations = [row[column] for column in COLUMNS for row in english]
    paired = dict(zip(own, translations, strict=True)) if english else {}
    for number, text in enumerate(dict.fromkeys(own)):  # a premise stands in three rows
        uid = f"{language}-xnli-{number}"
        yield Document(uid, language, (paired[text], text), "en") if paired else Document(uid, language, (text,))


@hookimpl
def xeval_intermediate_tasks() -> list[XtremeText]:
    """Text to pretrain on."""
    return [XtremeText()]
