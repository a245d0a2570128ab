"""A perturbation applied to each type of example, so that labels, tags and answer spans stay true."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from xeval.contracts import Perturbation
from xeval.errors import BadData
from xeval.text.pieces import Damage, NewText, Span, damaged, moved
from xeval.text.tokens import Ambiguous, follow, repaired, sentence
from xeval.values import (
    Answer,
    Document,
    Example,
    LabelledText,
    Language,
    MultipleChoice,
    Query,
    Question,
    SentencePair,
    TaggedTokens,
)

Policy = Literal["protect", "remap", "question-only"]


@dataclass(frozen=True)
class Changed:
    """An example as it became, and how many of its units were changed of how many.

    `skipped` says that it could not be changed without making its label untrue; it is then as it was.
    """

    example: Example
    units: int
    units_changed: int
    skipped: bool = False


def changed(
    example: Example,
    by: Perturbation,
    level: float,
    language: Language,
    seed: int,
    policy: Policy = "protect",
) -> Changed:
    """Damage the texts of an example.

    Chance depends on seed, perturbation, language, example and field alone, so neither the order of the examples nor
    the number of workers can change a result, and a higher level changes what a lower one does, and more. The `policy`
    is for contexts that hold answers: `protect` leaves the answers as they are, `remap` lets them be changed like the
    rest, `question-only` leaves the whole context. Raises BadPlugin for pieces that are none, and BadData for an
    example whose answers or tags are wrong already.
    """
    damage = Damage(by, level, language, seed, example.uid)
    match example:
        case LabelledText():
            return _texts(example, damage, "texts", example.texts)
        case Document():
            return _texts(example, damage, "texts", example.texts)
        case SentencePair() | Query():
            new = damaged(example.text, "text", damage)
            return Changed(replace(example, text=new.text), new.units, new.units_changed)
        case MultipleChoice():
            return _choices(example, damage)
        case TaggedTokens():
            return _tagged(example, damage)
        case Question():
            return _question(example, damage, policy)


def _texts(example: LabelledText | Document, damage: Damage, field: str, texts: Sequence[str]) -> Changed:
    new = [damaged(text, f"{field}.{number}", damage) for number, text in enumerate(texts)]
    return _summed(replace(example, texts=tuple(one.text for one in new)), new)


def _choices(example: MultipleChoice, damage: Damage) -> Changed:
    prompt = damaged(example.prompt, "prompt", damage)
    choices = [damaged(text, f"choices.{number}", damage) for number, text in enumerate(example.choices)]
    new = replace(example, prompt=prompt.text, choices=tuple(one.text for one in choices))
    return _summed(new, [prompt, *choices])


def _summed(example: Example, new: Sequence[NewText]) -> Changed:
    return Changed(example, sum(one.units for one in new), sum(one.units_changed for one in new))


# ------------------------------------------------------------------------------------------------------------ tagging


def _tagged(example: TaggedTokens, damage: Damage) -> Changed:
    if len(example.tokens) != len(example.tags):
        raise _bad(example, f"{len(example.tokens)} tokens have {len(example.tags)} tags")
    old = sentence(example.tokens)
    new = damaged(old.text, "tokens", damage)
    try:
        left = follow(old, new.pieces)
    except Ambiguous:
        left = None
    if left is None or not left.tokens:
        return Changed(example, new.units, 0, skipped=bool(example.tokens))
    tags = repaired(example.tags, left.numbers)
    result = replace(example, tokens=left.tokens, tags=tags)
    refused = result == example and new.units_changed > 0
    return Changed(result, new.units, 0 if refused else max(0, new.units_changed - left.refused), skipped=refused)


# ---------------------------------------------------------------------------------------------------------- questions


def _question(example: Question, damage: Damage, policy: Policy) -> Changed:
    _check_answers(example)
    question = damaged(example.question, "question", damage)
    context, answers = CONTEXTS[policy](example, damage)
    if answers is None:
        return Changed(example, question.units + sum(part.units for part in context), 0, skipped=True)
    text = "".join(part.text for part in context)
    new = replace(example, question=question.text, context=text, answers=answers)
    _check_answers(new)
    return _summed(new, [question, *context])


Context = tuple[list[NewText], tuple[Answer, ...] | None]  # in parts; no answers if they did not survive


def _protected(example: Question, damage: Damage) -> Context:
    """The stretches between the answers are damaged, each as a text of its own."""
    parts: list[NewText] = []
    shifts: list[tuple[Span, int]] = []  # a stretch with answers, and how far it moved
    done = at = 0
    for number, (start, end) in enumerate([*_stretches(example), (len(example.context),) * 2]):
        before = damaged(example.context[done:start], f"context.{number}", damage)
        at += len(before.text)
        shifts.append(((start, end), at - start))
        parts += [before, _as_it_is(example.context[start:end])]
        at, done = at + end - start, end
    return parts, tuple(_shifted(answer, shifts) for answer in example.answers)


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


def _remapped(example: Question, damage: Damage) -> Context:
    """The whole context is damaged, and the answers are what became of them."""
    new = damaged(example.context, "context", damage)
    spans = [moved((a.start, a.start + len(a.text)), example.context, new.pieces) for a in example.answers]
    found = tuple(Answer(new.text[span[0] : span[1]], span[0]) for span in spans if span)
    lost = len(found) < len(spans) or not all(answer.text.strip() for answer in found)
    return [new], None if lost else found


def _untouched(example: Question, damage: Damage) -> Context:
    return [_as_it_is(example.context)], example.answers


def _as_it_is(text: str) -> NewText:
    return NewText(text, (), 0, 0)


CONTEXTS: dict[Policy, Callable[[Question, Damage], Context]] = {
    "protect": _protected,
    "remap": _remapped,
    "question-only": _untouched,
}


def _check_answers(example: Question) -> None:
    for answer in example.answers:
        found = example.context[answer.start : answer.start + len(answer.text)]
        if answer.start < 0 or found != answer.text:
            raise _bad(example, f"the answer {answer.text!r} is not at character {answer.start} of the context")


def _bad(example: Example, reason: str) -> BadData:
    return BadData(f"example {example.uid!r} ({example.language})", reason)
