"""A prompt and choices, each read together with the prompt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xeval.formats.features import Feature, FloatArray, Format
from xeval.formats.subwords import Ids, Subwords
from xeval.tuning import Training
from xeval.values import MultipleChoice, Prediction


def encode(
    examples: Sequence[MultipleChoice], subwords: Subwords, settings: Training, labels: Sequence[str]
) -> list[Feature]:
    """One feature per example, one sequence per choice; a prompt that is too long loses its beginning.

    The end of a prompt is its question, or what the choice goes on from.
    """
    pieces = iter(subwords.pieces(text for example in examples for text in (example.prompt, *example.choices)))
    room = subwords.room(settings.max_length, 2)
    features = []
    for number, example in enumerate(examples):
        prompt = next(pieces)
        pairs = [cut_prompt(prompt, next(pieces), room) for _ in example.choices]
        features.append(feature(number, pairs, subwords, example.answer))
    return features


def cut_prompt(prompt: Ids, choice: Ids, room: int) -> tuple[Ids, Ids]:
    """Prompt and choice, cut to fit: the prompt at its beginning, a choice longer than half the room at its end."""
    half = room // 2
    choice = choice[: max(half, room - len(prompt))]
    return prompt[max(0, len(prompt) + len(choice) - room) :], choice


def feature(number: int, pairs: Sequence[tuple[Ids, Ids]], subwords: Subwords, answer: int) -> Feature:
    """The input of one example."""
    around = len(subwords.start) + len(subwords.middle)
    return Feature(
        number,
        tuple(subwords.pair(prompt, choice) for prompt, choice in pairs),
        tuple(around + len(prompt) for prompt, _ in pairs),
        np.array([answer], dtype=np.int64),
    )


def decode(
    examples: Sequence[MultipleChoice],
    features: Sequence[Feature],
    outputs: Sequence[FloatArray],
    settings: Training,
    labels: Sequence[str],
) -> list[Prediction]:
    """The number of the choice with the highest score, the first of equals."""
    return [Prediction(e.uid, int(np.argmax(scores))) for e, scores in zip(examples, outputs, strict=True)]


MULTIPLE_CHOICE = Format("multiple_choice", "choice", encode, decode)
