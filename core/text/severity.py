"""What a perturbation really did to some texts: measured, not requested."""

from __future__ import annotations

from collections.abc import Sequence

from sacrebleu.metrics.chrf import CHRF

from xeval.text.change import Changed
from xeval.values import Example, Json, LabelledText, MultipleChoice, Query, Question, SentencePair, TaggedTokens


def severity(clean: Sequence[Example], changes: Sequence[Changed]) -> dict[str, Json]:
    """The share of eligible units changed, how many examples changed and were left alone, and chrF to the clean text.

    chrF (Popović 2015, as sacrebleu computes it, 0 to 100) is over all texts of the examples; 100 is unchanged.
    """
    units = sum(change.units for change in changes)
    hit = sum(change.units_changed for change in changes)
    score = CHRF().corpus_score([text_of(change.example) for change in changes], [[text_of(e) for e in clean]])
    return {
        "units": units,
        "units_changed": round(hit / units, 6) if units else 0.0,
        "examples_changed": sum(change.units_changed > 0 for change in changes),
        "skipped": sum(change.skipped for change in changes),
        "chrf": round(float(score.score), 2),
    }


def text_of(example: Example) -> str:
    """All of an example's text that a perturbation may change, in one line."""
    if isinstance(example, TaggedTokens):
        return " ".join(example.tokens)
    if isinstance(example, Question):
        return f"{example.question} {example.context}"
    if isinstance(example, MultipleChoice):
        return " ".join((example.prompt, *example.choices))
    if isinstance(example, SentencePair | Query):
        return example.text
    assert isinstance(example, LabelledText), f"{type(example).__name__} is not evaluated"
    return " ".join(example.texts)
