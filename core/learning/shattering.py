"""How many sub-words the words of texts fall into, before and after they were perturbed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xeval.formats.subwords import Subwords
from xeval.learning.models import SHARED, open_subwords, open_tokenizer, tokenizer_name
from xeval.text.manywords import words_of
from xeval.text.severity import sample, text_of
from xeval.values import Example, Language

COUNTED = 40_000  # characters whose sub-words are counted: the ratio is then off by less than a hundredth


def shattering(
    subwords: Subwords, clean: Sequence[Example], new: Sequence[Example], language: Language
) -> dict[str, float]:
    """Sub-words per word of the clean texts, before and after; of as many examples as hold COUNTED characters."""
    chosen = sample(clean, COUNTED)
    before, after = ([text_of(examples[number]) for number in chosen] for examples in (clean, new))
    words = max(1, len(words_of(before, language.script).starts))
    counts = [sum(map(len, subwords.pieces(texts))) for texts in (before, after)]
    return {"tokens_per_word": round(counts[0] / words, 4), "tokens_per_word_after": round(counts[1] / words, 4)}


def subwords_in(folder: Path) -> Subwords:
    """The sub-words of a model folder, opened once."""
    return SHARED.get(tokenizer_name(folder)) or open_subwords(folder, open_tokenizer(folder))
