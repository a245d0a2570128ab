"""Metrics as sufficient statistics: a short vector per example, and the score of a sum of such vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from xeval.answers import exact_match, word_f1
from xeval.errors import UnknownName
from xeval.values import Example, FormatName, LabelledText, MultipleChoice, Prediction, Question, TaggedTokens

FloatArray = npt.NDArray[np.float64]
Chunk = tuple[str, int, int]


@dataclass(frozen=True)
class Metric:
    """A score that is a function of a sum over examples, so that any resample of them is one matrix product.

    `statistics` gives k numbers for an example and its prediction; `score` maps sums of shape (..., k) to scores of
    shape (...), shares from 0 to 1; `chance` is what the best constant answer, or a blind guess, would be given.
    """

    name: str
    statistics: Callable[[Any, Prediction], tuple[float, ...]]
    score: Callable[[FloatArray], FloatArray]
    chance: Callable[[Sequence[Example]], float]


def metric(name: str) -> Metric:
    """The metric of that name. Raises UnknownName."""
    if name not in METRICS:
        raise UnknownName("metric", name, METRICS)
    return METRICS[name]


def metrics_of(format_name: FormatName) -> tuple[str, ...]:
    """The names of a format's metrics; the first is its usual headline."""
    return METRICS_OF[format_name]


def scored(of: Metric, examples: Sequence[Example], predictions: Sequence[Prediction]) -> FloatArray:
    """Statistics of examples and their predictions: (n, k). Raises ValueError if they do not pair."""
    rows = [of.statistics(example, said) for example, said in paired(examples, predictions)]
    return np.array(rows, dtype=np.float64)


def paired(examples: Sequence[Example], predictions: Sequence[Prediction]) -> Iterator[tuple[Example, Prediction]]:
    """Each example with its prediction; never one of another example."""
    for example, said in zip(examples, predictions, strict=True):
        if example.uid != said.uid:
            raise ValueError(f"a prediction for {said.uid!r} stands where one for {example.uid!r} should")
        yield example, said


# ------------------------------------------------------------------------------------------------- sums to scores


def ratio(sums: FloatArray) -> FloatArray:
    """Hits over count, from sums (..., 2); 0 where nothing was counted."""
    hits, count = sums[..., 0], sums[..., 1]
    return np.divide(hits, count, out=np.zeros_like(hits), where=count > 0)


def f_score(sums: FloatArray) -> FloatArray:
    """Micro-averaged F1 from sums (..., 3) of chunks found rightly, found, and there; 0 where there is no chunk."""
    right, both = sums[..., 0], sums[..., 1] + sums[..., 2]
    return np.divide(2 * right, both, out=np.zeros_like(right), where=both > 0)


# ------------------------------------------------------------------------------------- classes, choices, neighbours


def gold_answer(example: Example) -> object:
    """The one right answer: a label, the number of a choice, or the uid that a translation should find."""
    if isinstance(example, LabelledText):
        return example.label
    return example.answer if isinstance(example, MultipleChoice) else example.uid


def accuracy(example: Example, said: Prediction) -> tuple[float, ...]:
    """(right, 1)."""
    return float(said.value == gold_answer(example)), 1.0


def accuracy_chance(examples: Sequence[Example]) -> float:
    """The commonest label's share; a blind guess among choices; one neighbour of all."""
    if not examples:
        return 0.0
    if isinstance(examples[0], LabelledText):
        return commonest_share([gold_answer(example) for example in examples])
    guesses = [1 / len(e.choices) if isinstance(e, MultipleChoice) else 1 / len(examples) for e in examples]
    return sum(guesses) / len(guesses)


def commonest_share(values: Sequence[object]) -> float:
    """How much of the values is the commonest of them."""
    return max(Counter(values).values(), default=0) / max(1, len(values))


# ----------------------------------------------------------------------------------------------------------- tags


def chunks(tags: Sequence[str]) -> list[Chunk]:
    """Chunks as (type, first token, last token), as conlleval and seqeval's default mode find them.

    An I- that nothing began begins a chunk. A tag without prefix is a type of its own, and a run of it is one chunk,
    as in seqeval 0.0.12, by which XTREME scores parts of speech: its first letter stands for the prefix, so that
    neighbouring SYM or SCONJ are chunks of one token each.

    >>> chunks(["B-PER", "I-PER", "O", "I-LOC"])
    [('PER', 0, 1), ('LOC', 3, 3)]
    """
    found: list[Chunk] = []
    before = "O"
    for here, tag in enumerate(tags):
        if tag != "O" and (before == "O" or parted(before, tag)):
            found.append((chunk_type(tag), here, here))
        elif tag != "O":
            found[-1] = (*found[-1][:2], here)
        before = tag
    return found


def parted(left: str, right: str) -> bool:
    """Whether two neighbouring tags, neither of them O, belong to two chunks."""
    return left[0] in "ES" or right[0] in "BS" or chunk_type(left) != chunk_type(right)


def chunk_type(tag: str) -> str:
    """`PER` of `B-PER`; a tag without prefix is its own type."""
    return tag.partition("-")[2] or tag


def chunk_counts(example: TaggedTokens, said: Prediction) -> tuple[float, ...]:
    """(chunks found rightly, chunks found, chunks there)."""
    there, found = chunks(example.tags), chunks(said.value)
    return float(len(set(there) & set(found))), float(len(found)), float(len(there))


def tag_counts(example: TaggedTokens, said: Prediction) -> tuple[float, ...]:
    """(tokens tagged rightly, tokens)."""
    right = sum(gold == tag for gold, tag in zip(example.tags, said.value, strict=True))
    return float(right), float(len(example.tags))


def tag_chance(examples: Sequence[Example]) -> float:
    """The share of the commonest tag."""
    return commonest_share([tag for example in examples if isinstance(example, TaggedTokens) for tag in example.tags])


# -------------------------------------------------------------------------------------------------------- answers


def best_over_golds(compare: Callable[[str, str], float]) -> Callable[[Question, Prediction], tuple[float, ...]]:
    """(the best comparison with any gold answer, 1); a question without one has the gold answer \"\"."""

    def statistics(example: Question, said: Prediction) -> tuple[float, ...]:
        golds = [answer.text for answer in example.answers] or [""]
        return max(compare(gold, said.value) for gold in golds), 1.0

    return statistics


def no_chance(examples: Sequence[Example]) -> float:
    """Nothing to be had by a constant answer."""
    return 0.0


METRICS = {
    m.name: m
    for m in (
        Metric("accuracy", accuracy, ratio, accuracy_chance),
        Metric("f1", chunk_counts, f_score, no_chance),
        Metric("token_accuracy", tag_counts, ratio, tag_chance),
        Metric("squad_f1", best_over_golds(word_f1), ratio, no_chance),
        Metric("squad_em", best_over_golds(exact_match), ratio, no_chance),
    )
}
METRICS_OF: dict[FormatName, tuple[str, ...]] = {
    "classification": ("accuracy",),
    "tagging": ("f1", "token_accuracy"),
    "span_qa": ("squad_f1", "squad_em"),
    "multiple_choice": ("accuracy",),
    "retrieval": ("accuracy",),
    "masked_lm": (),
}
