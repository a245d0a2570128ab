"""Inputs that are longer than a model reads: how many lost sub-words, and how many were read in several windows."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextvars import ContextVar

from xeval.formats.features import Feature
from xeval.formats.subwords import Subwords
from xeval.tuning import Training
from xeval.values import (
    Document,
    Example,
    LabelledText,
    MultipleChoice,
    Passage,
    Query,
    Question,
    SentencePair,
    TaggedTokens,
)

WINDOWED = (TaggedTokens, Question, Document)  # their formats cut none off: what is too long is read in several inputs
COUNT: ContextVar[Counter[str] | None] = ContextVar("lengths", default=None)


@contextlib.contextmanager
def measured() -> Iterator[Counter[str]]:
    """Count what is measured within the block: `examples`, and of these `cut` and `windowed` ones."""
    counts: Counter[str] = Counter()
    token = COUNT.set(counts)
    try:
        yield counts
    finally:
        COUNT.reset(token)


def measure(
    examples: Sequence[Example | Passage], features: Sequence[Feature], subwords: Subwords, settings: Training
) -> None:
    """Count examples by what became of those that were too long, if anybody counts.

    Only an input that is full can have lost something, so only the texts of these are split once more.
    """
    counts = COUNT.get()
    if counts is None:
        return
    counts["examples"] += len(examples)
    inputs = Counter(feature.example for feature in features)
    counts["windowed"] += sum(isinstance(examples[n], WINDOWED) and found > 1 for n, found in inputs.items())
    full = sorted({f.example for f in features if f.length >= shortest_full(examples[f.example], settings)})
    counts["cut"] += sum(is_cut(examples[number], subwords, settings) for number in full)


def shortest_full(example: Example | Passage, settings: Training) -> int:
    """Sub-words of an input from which on an example may have lost some."""
    return min(settings.max_length, settings.max_query) if isinstance(example, Query) else settings.max_length


def is_cut(example: Example | Passage, subwords: Subwords, settings: Training) -> bool:
    """Whether an example, of a format that cuts, has more sub-words than one of its inputs may have."""
    return any(
        sum(map(len, subwords.pieces(texts))) > subwords.room(longest, len(texts))
        for texts, longest in inputs_of(example, settings)
    )


def inputs_of(example: Example | Passage, settings: Training) -> list[tuple[tuple[str, ...], int]]:
    """The texts of each input of an example whose format cuts, and how many sub-words the input may have."""
    longest = settings.max_length
    if isinstance(example, Query):
        passage = [((example.passage,), longest)] if example.passage else []
        return [((example.text,), shortest_full(example, settings)), *passage]
    return [(texts, longest) for texts in texts_of(example)]


def texts_of(example: Example | Passage) -> list[tuple[str, ...]]:
    """The texts of each input of an example whose format cuts all its inputs alike."""
    if isinstance(example, LabelledText):
        return [example.texts[:2]]
    if isinstance(example, MultipleChoice):
        return [(example.prompt, choice) for choice in example.choices]
    if isinstance(example, SentencePair):
        return [(example.text,), (example.translation,)]
    if isinstance(example, Passage):
        return [(example.text,)]
    return []


def in_words(counts: Counter[str]) -> list[str]:
    """What was counted, in words; nothing where every input fitted."""
    ways = {
        "cut": "were longer than the model, or training.max_length, allows, and lost sub-words",
        "windowed": "were longer than one input, and were read in several",
    }
    return [f"{counts[k]:,} of {counts['examples']:,} examples {said}" for k, said in ways.items() if counts[k]]
