"""The languages of the testbed: how each is built, and what the registry says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

SOURCE = "qen"


@dataclass(frozen=True)
class Design:
    """The grammar of a language, where its words come from, and how much of it is written down.

    `identical` and `cognate` are the shares of the vocabulary that it has from its parent as it is, and by regular
    sound change. `first_letter` is the code point that stands for the letter a (the others follow it); 0 is Latin.
    """

    code: str
    name: str
    family: str
    script: str  # ISO 15924
    resource: int  # a class as in Joshi et al. 2020; here it only orders the languages by the size of their corpus
    documents: int
    bilingual: float = 0.0  # share of the documents that are in two languages
    parent: str = ""
    identical: float = 0.0
    cognate: float = 0.0
    first_letter: int = 0
    latin_names: float = 1.0  # chance that a name is written in Latin letters
    order: Literal["SVO", "SOV", "VSO"] = "SVO"
    adjective_first: bool = True
    adposition: Literal["before", "after", "suffix"] = "before"
    article: Literal["word", "suffix", "none"] = "word"
    accusative: bool = False
    negation: Literal["word", "suffix"] = "word"
    sounds: int = 0  # which sound change


CYRILLIC, GEORGIAN, ARMENIAN = 0x430, 0x10D0, 0x561

DESIGNS: Mapping[str, Design] = {
    design.code: design
    for design in (
        Design("qen", "Mini English", "Mini A", "Latn", 5, documents=6000),
        Design(
            "qaa",
            "Mini A-Alpha",
            "Mini A",
            "Latn",
            4,
            documents=5000,
            bilingual=0.10,
            parent="qen",
            identical=0.45,
            cognate=0.35,
        ),
        Design(
            "qab",
            "Mini A-Beta",
            "Mini A",
            "Latn",
            4,
            documents=4500,
            bilingual=0.12,
            parent="qen",
            identical=0.30,
            cognate=0.40,
            adjective_first=False,
            sounds=1,
        ),
        Design(
            "qac",
            "Mini A-Gamma",
            "Mini A",
            "Cyrl",
            3,
            documents=4000,
            bilingual=0.20,
            parent="qen",
            cognate=0.60,
            first_letter=CYRILLIC,
            latin_names=0.5,
            accusative=True,
            sounds=2,
        ),
        Design(
            "qba",
            "Mini B-Alpha",
            "Mini B",
            "Latn",
            3,
            documents=4000,
            bilingual=0.15,
            parent="qen",
            identical=0.04,
            order="SOV",
            adposition="after",
            article="none",
            accusative=True,
        ),
        Design(
            "qbb",
            "Mini B-Beta",
            "Mini B",
            "Latn",
            1,
            documents=1500,
            bilingual=0.15,
            parent="qba",
            identical=0.45,
            cognate=0.35,
            order="SOV",
            adposition="after",
            article="none",
            accusative=True,
            sounds=1,
        ),
        Design(
            "qca",
            "Mini C",
            "Mini C",
            "Geor",
            2,
            documents=3000,
            bilingual=0.20,
            first_letter=GEORGIAN,
            latin_names=0.4,
            order="VSO",
            adjective_first=False,
            article="suffix",
        ),
        Design(
            "qda",
            "Mini D",
            "Mini D",
            "Armn",
            0,
            documents=1000,
            bilingual=0.15,
            first_letter=ARMENIAN,
            latin_names=0.3,
            order="SOV",
            adposition="suffix",
            article="none",
            accusative=True,
            negation="suffix",
        ),
    )
}
LANGUAGES = tuple(DESIGNS)
_TRAITS = ("order", "adjective_first", "adposition", "article", "accusative", "negation")


def syntactic_distance(design: Design) -> float:
    """The share of the grammatical traits in which a language differs from the source language."""
    source = DESIGNS[SOURCE]
    return sum(bool(getattr(design, trait) != getattr(source, trait)) for trait in _TRAITS) / len(_TRAITS)
