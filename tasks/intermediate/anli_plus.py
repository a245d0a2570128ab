"""ANLI+: MNLI, SNLI and the three rounds of ANLI as one task, the largest intermediate task of Phang et al. 2020."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from xeval.api import FormatName, HubData, JoinedData, LabelledText, Row, Split, Training, hookimpl, labelled_pairs
from xeval.tasks.intermediate.settings import SENTENCES

LABELS = ("entailment", "neutral", "contradiction")  # as the hub numbers them in all three
COLUMNS = ("premise", "hypothesis", "label")
ROUNDS = (1, 2, 3)


@dataclass(frozen=True)
class AnliPlus:
    """Rows of all three data sets, one after the other: shuffled in training, each example counts once."""

    name: str = "anli-plus"
    version: str = "1"
    format: FormatName = "classification"
    labels: tuple[str, ...] = LABELS
    languages: tuple[str, ...] = ("en",)
    source_language: str = "en"
    training: Training = SENTENCES

    def data(self, split: Split, language: str) -> JoinedData:
        """What each data set calls the split; MNLI has a validation split for genres that it is trained on."""
        mnli = "validation_matched" if split == "validation" else split
        prefix = "dev" if split == "validation" else split
        rounds = (HubData("facebook/anli", f"{prefix}_r{number}", "plain_text", COLUMNS) for number in ROUNDS)
        first = HubData("nyu-mll/glue", mnli, "mnli", COLUMNS)
        return JoinedData((first, HubData("stanfordnlp/snli", split, "plain_text", COLUMNS), *rounds))

    def examples(self, rows: Iterable[Row], language: str) -> Iterator[LabelledText]:
        """Rows without a gold label, as SNLI has some, are left out."""
        return labelled_pairs("premise", "hypothesis", LABELS)(rows, language)


@hookimpl
def xeval_intermediate_tasks() -> list[AnliPlus]:
    """ANLI+."""
    return [AnliPlus()]
