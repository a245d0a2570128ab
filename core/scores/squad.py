"""Scores against gold answers as in SQuAD v1.1 and v2, and the threshold for giving none that would have been best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from xeval.scores.answers import exact_match, normalised
from xeval.values import Prediction, Question


def squad(compare: Callable[[str, str], float]) -> Callable[[Question, Prediction], tuple[float, ...]]:
    """(the best comparison with any gold answer, 1); a question without one wants the answer \"\"."""

    def statistics(example: Question, said: Prediction) -> tuple[float, ...]:
        if not example.answers:
            return exact_match("", said.value), 1.0
        return max(compare(gold.text, said.value) for gold in example.answers), 1.0

    return statistics


def squad2(compare: Callable[[str, str], float]) -> Callable[[Question, Prediction], tuple[float, ...]]:
    """(the best comparison with any gold answer that has words, or with \"\" if none has, 1)."""

    def statistics(example: Question, said: Prediction) -> tuple[float, ...]:
        return max(compare(gold, said.value) for gold in golds_of(example)), 1.0

    return statistics


class Threshold(NamedTuple):
    """The mean score (a share) at the best threshold, and that threshold: above it, no answer is given."""

    score: float
    value: float


def golds_of(question: Question) -> list[str]:
    """Gold answers that still have words when normalised; \"\" alone if there is none."""
    return [answer.text for answer in question.answers if normalised(answer.text)] or [""]


def best_threshold(
    scores: Sequence[float], no_answer: Sequence[float], answerable: Sequence[bool], said: Sequence[str]
) -> Threshold:
    """The threshold that makes the mean of SQuAD v2 scores largest, as its script finds it (`best_f1`, `best_exact`).

    `scores` are those of the answers that were said, each against its gold answers; `no_answer` is how likely the
    system held it that there is none. At first every answer is withheld; then they are given in the order of that
    number: one to a question with an answer adds its score, one to a question without takes 1 away. What is found so
    was tuned on the very data that it is the score of. It is a maximum over an order of all examples, not a function
    of a sum: an interval for it is that of `squad2_f1` with the threshold held where it is.
    """
    unanswerable = float(sum(not has for has in answerable))
    best, current = Threshold(unanswerable, 0.0), unanswerable
    for number in sorted(range(len(scores)), key=lambda i: no_answer[i]):
        loss = -1.0 if said[number] else 0.0
        current += scores[number] if answerable[number] else loss
        if current > best.score:
            best = Threshold(current, no_answer[number])
    return Threshold(best.score / max(1, len(scores)), best.value)


def withheld(said: Sequence[str], no_answer: Sequence[float], threshold: float) -> list[str]:
    """Answers with \"\" where the system was surer than the threshold that there is none."""
    return ["" if doubt > threshold else answer for answer, doubt in zip(said, no_answer, strict=True)]
