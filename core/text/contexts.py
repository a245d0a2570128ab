"""A context that holds answers: which parts of it are damaged, and where the answers are afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from xeval.perturbation import Policy
from xeval.text.pieces import NewText, Span, Text, moved
from xeval.values import Answer, Question

Context = tuple[list[NewText], tuple[Answer, ...] | None]  # in parts; no answers if they did not survive
Made = Callable[[list[NewText]], Context]


def _protected(example: Question) -> tuple[list[Text], Made]:
    """The stretches between the answers are damaged, each as a text of its own."""
    stretches = [*_stretches(example), (len(example.context),) * 2]
    bounds = zip([0, *(end for _, end in stretches)], [start for start, _ in stretches], strict=False)
    asked = [Text(example.context[a:b], example.uid, f"context.{number}") for number, (a, b) in enumerate(bounds)]

    def made(new: list[NewText]) -> Context:
        parts: list[NewText] = []
        shifts: list[tuple[Span, int]] = []  # a stretch with answers, and how far it moved
        at = 0
        for before, (start, end) in zip(new, stretches, strict=True):
            at += len(before.text)
            shifts.append(((start, end), at - start))
            parts += [before, _as_it_is(example.context[start:end])]
            at += end - start
        return parts, tuple(_shifted(answer, shifts) for answer in example.answers)

    return asked, made


def _stretches(example: Question) -> Iterator[Span]:
    """The stretches of the context that are answers, overlapping ones as one."""
    start = end = -1
    for answer in sorted(example.answers, key=lambda answer: (answer.start, len(answer.text))):
        if answer.start > end:
            if end >= 0:
                yield start, end
            start, end = answer.start, answer.start
        end = max(end, answer.start + len(answer.text))
    if end >= 0:
        yield start, end


def _shifted(answer: Answer, shifts: Sequence[tuple[Span, int]]) -> Answer:
    by = next(shift for (start, end), shift in shifts if start <= answer.start <= end)
    return replace(answer, start=answer.start + by)


def _remapped(example: Question) -> tuple[list[Text], Made]:
    """The whole context is damaged, and the answers are what became of them."""

    def made(new: list[NewText]) -> Context:
        (whole,) = new
        spans = [moved((a.start, a.start + len(a.text)), example.context, whole.pieces) for a in example.answers]
        found = tuple(Answer(whole.text[span[0] : span[1]], span[0]) for span in spans if span)
        lost = len(found) < len(spans) or not all(answer.text.strip() for answer in found)
        return new, None if lost else found

    return [Text(example.context, example.uid, "context")], made


def _untouched(example: Question) -> tuple[list[Text], Made]:
    return [], lambda new: ([_as_it_is(example.context)], example.answers)


def _as_it_is(text: str) -> NewText:
    return NewText(text, (), 0, 0)


CONTEXTS: dict[Policy, Callable[[Question], tuple[list[Text], Made]]] = {
    "protect": _protected,
    "remap": _remapped,
    "question-only": _untouched,
}
