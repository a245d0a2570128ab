"""Examples that are translations of each other, as pairs of texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xeval.text.tokens import sentence
from xeval.values import Example, LabelledText, MultipleChoice, Question, SentencePair, TaggedTokens

ENOUGH = 10  # pairs of texts, below which nothing can be learned


def parallel_texts(examples: Iterable[Example], others: Iterable[Example]) -> list[tuple[str, str]]:
    """The texts of `examples`, each with its translation: what the one of `others` with the same uid says there.

    A sentence that comes with its translation has that one, if there are no others; and of others the one that comes
    with the same translation, since their names count lines.
    """
    known = {_name(other): other for other in others}
    found = (pair for example in examples for pair in _pairs(example, known.get(_name(example)), bool(known)))
    return [pair for pair in found if all(pair)]


def _name(example: Example) -> str:
    return example.translation if isinstance(example, SentencePair) else example.uid


def _pairs(example: Example, other: Example | None, are_others: bool) -> Iterator[tuple[str, str]]:
    if isinstance(example, SentencePair) and not are_others:
        yield example.text, example.translation
    elif other is not None and len(texts_of(example)) == len(texts_of(other)):
        yield from zip(texts_of(example), texts_of(other), strict=True)


def texts_of(example: Example) -> tuple[str, ...]:
    """The texts of an example, in an order that its translations share."""
    match example:
        case LabelledText():
            return example.texts
        case SentencePair():
            return (example.text,)
        case TaggedTokens():
            return (sentence(example.tokens).text,)
        case Question():
            return (example.question, example.context)
        case MultipleChoice():
            return (example.prompt, *example.choices)
    return ()
