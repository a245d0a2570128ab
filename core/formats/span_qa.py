"""A question, a context, and an answer that stands in the context."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np

from xeval.formats.features import Feature, FloatArray, Format, IntArray
from xeval.formats.subwords import Ids, Offsets, Subwords
from xeval.tuning import Training
from xeval.values import Answer, Prediction, Question

BEST = 20  # starts and ends that are tried in a window, as in the official scripts
NO_ANSWER: IntArray = np.zeros(2, dtype=np.int64)  # the first sub-word stands for it


def encode(
    examples: Sequence[Question], subwords: Subwords, settings: Training, labels: Sequence[str]
) -> list[Feature]:
    """One feature for each window of the context; neighbouring windows share `settings.stride` sub-words.

    A question keeps its first `settings.max_query` sub-words. The overlap is at most half a window, so that every
    window moves on.
    """
    questions = subwords.pieces(example.question for example in examples)
    contexts = subwords.pieces_with_offsets(example.context for example in examples)
    features: list[Feature] = []
    for number, (example, question, context) in enumerate(zip(examples, questions, contexts, strict=True)):
        features += windows(number, example, question, context, subwords, settings)
    return features


def windows(
    number: int, example: Question, question: Ids, context: tuple[Ids, Offsets], subwords: Subwords, settings: Training
) -> Iterator[Feature]:
    """The features of one example."""
    room = subwords.room(settings.max_length, 2)
    question = question[: min(settings.max_query, room // 2)]
    width = room - len(question)
    step = max(1, width - min(settings.stride, width // 2))
    ids, offsets = context
    answer = place(example.answers[0], offsets) if example.answers else None
    for first in range(0, max(1, len(ids) - width + step), step):
        part = slice(first, first + width)
        here = None if answer is None or answer[0] < first or answer[1] >= first + width else answer - first
        yield window(number, question, (ids[part], offsets[part]), subwords, here)


def window(
    number: int, question: Ids, context: tuple[Ids, Offsets], subwords: Subwords, answer: IntArray | None
) -> Feature:
    """One input; its trace gives the characters of each sub-word, -1 outside the context."""
    ids, offsets = context
    start = len(subwords.start) + len(question) + len(subwords.middle)
    sequence = subwords.pair(question, ids)
    trace = np.full((len(sequence), 2), -1, dtype=np.int32)
    trace[start : start + len(ids)] = offsets
    return Feature(number, (sequence,), (start,), NO_ANSWER if answer is None else answer + start, trace)


def place(answer: Answer, offsets: Offsets) -> IntArray | None:
    """The first and last sub-word that an answer touches, counted in the whole context; None if it touches none."""
    stop = answer.start + len(answer.text)
    touched = np.flatnonzero((offsets[:, 1] > answer.start) & (offsets[:, 0] < stop))
    return touched[[0, -1]].astype(np.int64) if len(touched) else None


def decode(
    examples: Sequence[Question],
    features: Sequence[Feature],
    outputs: Sequence[FloatArray],
    settings: Training,
    labels: Sequence[str],
) -> list[Prediction]:
    """The best span of any window, as the characters of the context that it stands for.

    Among examples of which some have no answer (SQuAD v2), the answer is empty where the score of "no answer",
    the lowest of all windows, is higher than that of the best span.
    """
    refusing = not all(example.answers for example in examples)
    of: list[list[tuple[Feature, FloatArray]]] = [[] for _ in examples]
    for feature, scores in zip(features, outputs, strict=True):
        of[feature.example].append((feature, scores))
    return [
        Prediction(example.uid, answer_in(example.context, mine, settings.max_answer, refusing))
        for example, mine in zip(examples, of, strict=True)
    ]


def answer_in(context: str, seen: Sequence[tuple[Feature, FloatArray]], max_answer: int, refusing: bool) -> str:
    """The answer that the windows of one example give; empty if no span is valid."""
    spans = [span for feature, scores in seen if (span := best_span(feature, scores, max_answer)) is not None]
    if not spans:
        return ""
    score, start, stop = max(spans, key=lambda span: span[0])  # the first window of equals
    nothing = min(float(scores[0].sum()) for _, scores in seen)
    return "" if refusing and nothing > score else slice_of(context, start, stop)


def slice_of(context: str, start: int, stop: int) -> str:
    """Characters of a context, with the marks on the last one: a tokenizer that strips accents does not count them."""
    while stop < len(context) and unicodedata.category(context[stop]).startswith("M"):
        stop += 1
    return context[start:stop].strip()


def best_span(feature: Feature, scores: FloatArray, max_answer: int) -> tuple[float, int, int] | None:
    """The best score of a valid span, and its characters: start before end, not too long, inside the context."""
    inside = np.flatnonzero(feature.trace[:, 0] >= 0)
    starts, ends = (inside[np.argsort(-scores[inside, side], kind="stable")[:BEST]] for side in (0, 1))
    length = ends[None, :] - starts[:, None] + 1
    sums = scores[starts, 0][:, None] + scores[ends, 1][None, :]
    sums = np.where((length >= 1) & (length <= max_answer), sums, -np.inf)
    if not sums.size or np.isneginf(sums.max()):
        return None
    row, column = np.unravel_index(int(np.argmax(sums)), sums.shape)
    return float(sums[row, column]), int(feature.trace[starts[row], 0]), int(feature.trace[ends[column], 1])


SPAN_QA = Format("span_qa", "span", encode, decode)
