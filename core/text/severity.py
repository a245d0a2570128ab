"""What a perturbation really did to some texts: measured, not requested."""

from __future__ import annotations

from collections.abc import Sequence

from xeval.hashing import seed_of
from xeval.perturbation import PerturbationRef
from xeval.text.change import Changed
from xeval.text.overlap import bleu, chrf
from xeval.values import (
    Document,
    Example,
    Json,
    LabelledText,
    Language,
    MultipleChoice,
    Query,
    Question,
    SentencePair,
    TaggedTokens,
)

MEASURED = 200_000  # characters that texts are compared on: chrF is then off by less than 0.2, and costs a tenth second


def severity(clean: Sequence[Example], changes: Sequence[Changed], language: Language) -> dict[str, Json]:
    """The share of eligible units changed, how many examples changed and were left alone, and what chrF and BLEU say.

    The counts are over all examples; chrF and BLEU (0 to 100; 100 is unchanged) over as many as hold MEASURED
    characters, chosen by their uids, of which `measured` is the number.
    """
    units = sum(change.units for change in changes)
    hit = sum(change.units_changed for change in changes)
    chosen = sample(clean)
    new, old = [text_of(changes[number].example) for number in chosen], [text_of(clean[number]) for number in chosen]
    return {
        "units": units,
        "units_changed": round(hit / units, 6) if units else 0.0,
        "examples": len(changes),
        "examples_changed": sum(change.units_changed > 0 for change in changes),
        "skipped": sum(change.skipped for change in changes),
        "chrf": round(chrf(new, old), 2),
        "bleu": round(bleu(new, old, language.script), 2),
        "measured": len(chosen),
    }


def sample(examples: Sequence[Example], characters: int = MEASURED) -> list[int]:
    """The numbers of the examples that texts are compared on: all, or the first in an order that their uids decide."""
    lengths = [len(text_of(example)) for example in examples]
    if sum(lengths) <= characters:
        return list(range(len(examples)))
    chosen: list[int] = []
    for number in sorted(range(len(examples)), key=lambda number: seed_of("severity", examples[number].uid)):
        if characters <= 0:
            break
        characters -= lengths[number]
        chosen.append(number)
    return sorted(chosen)


def text_of(example: Example) -> str:
    """All of an example's text that a perturbation may change, in one line."""
    match example:
        case TaggedTokens():
            return " ".join(example.tokens)
        case Question():
            return f"{example.question} {example.context}"
        case MultipleChoice():
            return " ".join((example.prompt, *example.choices))
        case SentencePair() | Query():
            return example.text
        case LabelledText() | Document():
            return " ".join(example.texts)


def checked_level(name: str, level: float) -> float:
    """A level from 0 to 1; raises BadValue for another, as a NAME@LEVEL does."""
    return PerturbationRef(name, level).level
