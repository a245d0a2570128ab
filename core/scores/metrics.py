"""Metrics as sufficient statistics: a short vector per example, and the score of a sum of such vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from xeval.errors import UnknownName
from xeval.scores.answers import exact_match, shared_f1, word_f1
from xeval.scores.checklist import TESTS, by_case, passed
from xeval.scores.chunks import chunk_counts, tag_counts, token_counts
from xeval.scores.mlqa import mlqa, mlqa_exact, mlqa_f1
from xeval.scores.ranking import mined, precision_at_20
from xeval.scores.squad import squad, squad2
from xeval.values import Example, FormatName, LabelledText, MultipleChoice, Prediction, TaggedTokens

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Metric:
    """A score that is a function of a sum over examples, so that any resample of them is one matrix product.

    `statistics` gives k numbers for an example and its prediction; `score` maps sums of shape (..., k) to scores of
    shape (...), shares from 0 to 1; `chance` is what the best constant answer, or a blind guess, would be given.
    Where a group of examples is right or wrong as a whole, `fold` makes its numbers of those of its examples.
    """

    name: str
    statistics: Callable[[Any, Prediction], tuple[float, ...]]
    score: Callable[[FloatArray], FloatArray]
    chance: Callable[[Sequence[Example]], float]
    fold: Callable[[Sequence[tuple[float, ...]], Sequence[str]], list[tuple[float, ...]]] | None = None


def metric(name: str) -> Metric:
    """The metric of that name. Raises UnknownName."""
    if name not in METRICS:
        raise UnknownName("metric", name, METRICS)
    return METRICS[name]


def metrics_of(format_name: FormatName, headline: str = "") -> tuple[str, ...]:
    """The names of a format's metrics, or of those that a task's own headline calls for; the first is the headline."""
    usual = METRICS_OF[format_name]
    if headline in CALLED_FOR:
        return (headline, *CALLED_FOR[headline])
    return tuple(dict.fromkeys((headline, *usual))) if headline else usual


def scored(of: Metric, examples: Sequence[Example], predictions: Sequence[Prediction]) -> FloatArray:
    """Statistics of examples and their predictions: (n, k). Raises ValueError if they do not pair."""
    return np.array(statistics(of, examples, predictions), dtype=np.float64)


def statistics(of: Metric, examples: Sequence[Example], predictions: Sequence[Prediction]) -> list[tuple[float, ...]]:
    """The numbers of each example, those of a group folded where the metric folds them; ValueError as in `scored`."""
    rows = [of.statistics(example, said) for example, said in paired(examples, predictions)]
    return of.fold(rows, [example.group or example.uid for example in examples]) if of.fold else rows


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


def precision(sums: FloatArray) -> FloatArray:
    """Found rightly of all found, from sums (..., 3) as `f_score` takes them; 0 where nothing was found."""
    return ratio(sums[..., :2])


def recall(sums: FloatArray) -> FloatArray:
    """Found rightly of all there, from sums (..., 3) as `f_score` takes them; 0 where nothing was there."""
    return ratio(sums[..., ::2])


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


def tag_chance(examples: Sequence[Example]) -> float:
    """The share of the commonest tag."""
    return commonest_share([tag for example in examples if isinstance(example, TaggedTokens) for tag in example.tags])


def no_chance(examples: Sequence[Example]) -> float:
    """Nothing to be had by a constant answer."""
    return 0.0


# `xtreme_f1` is `f1` on tags without prefix: runs of equal tags, by which XTREME scores parts of speech. `micro_f1`
# counts tokens instead, as scikit-learn's micro average over all tags but O does: where every token has a tag and is
# given one, it is the token accuracy. SQuAD v2's best threshold is no function of a sum: see xeval.squad.
METRICS = {
    m.name: m
    for m in (
        Metric("accuracy", accuracy, ratio, accuracy_chance),
        Metric("f1", chunk_counts, f_score, no_chance),
        Metric("precision", chunk_counts, precision, no_chance),
        Metric("recall", chunk_counts, recall, no_chance),
        Metric("xtreme_f1", chunk_counts, f_score, no_chance),
        Metric("xtreme_precision", chunk_counts, precision, no_chance),
        Metric("xtreme_recall", chunk_counts, recall, no_chance),
        Metric("micro_f1", token_counts, f_score, no_chance),
        Metric("token_accuracy", tag_counts, ratio, tag_chance),
        Metric("squad_f1", squad(shared_f1), ratio, no_chance),
        Metric("squad_em", squad(exact_match), ratio, no_chance),
        Metric("squad2_f1", squad2(word_f1), ratio, no_chance),
        Metric("squad2_em", squad2(exact_match), ratio, no_chance),
        Metric("mlqa_f1", mlqa(mlqa_f1), ratio, no_chance),
        Metric("mlqa_em", mlqa(mlqa_exact), ratio, no_chance),
        Metric("mining_f1", mined, f_score, no_chance),
        Metric("mining_precision", mined, precision, no_chance),
        Metric("mining_recall", mined, recall, no_chance),
        Metric("map_at_20", precision_at_20, ratio, no_chance),
        Metric("pass_rate", passed(), ratio, no_chance, by_case),
        *(Metric(f"pass_{test}", passed(test), ratio, no_chance, by_case) for test in TESTS),
    )
}
METRICS_OF: dict[FormatName, tuple[str, ...]] = {
    "classification": ("accuracy",),
    "tagging": ("f1", "precision", "recall", "token_accuracy"),
    "span_qa": ("squad_f1", "squad_em"),
    "multiple_choice": ("accuracy",),
    "retrieval": ("accuracy",),
    "ranking": ("map_at_20",),
    "masked_lm": (),
}
CALLED_FOR: dict[str, tuple[str, ...]] = {  # beside a headline that is not one of its format's own
    "xtreme_f1": ("xtreme_precision", "xtreme_recall", "micro_f1", "token_accuracy"),
    "squad2_f1": ("squad2_em",),
    "mlqa_f1": ("mlqa_em", "squad_f1", "squad_em"),
    "mining_f1": ("mining_precision", "mining_recall"),
    "map_at_20": (),
    "pass_rate": tuple(f"pass_{test}" for test in TESTS),
}
