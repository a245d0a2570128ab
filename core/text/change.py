"""A perturbation applied to each type of example, so that labels, tags and answer spans stay true."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from xeval.contracts import Perturbation
from xeval.errors import BadData
from xeval.text.pieces import Damage, NewText, Span, Text, damaged, moved
from xeval.text.tokens import Ambiguous, follow, repaired, sentence
from xeval.values import (
    Answer,
    Document,
    Example,
    LabelledText,
    Language,
    MultipleChoice,
    Policy,
    Query,
    Question,
    SentencePair,
    TaggedTokens,
)



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
    """Damage the texts of one example, as `changed_all` does."""
    return changed_all([example], by, level, language, seed, policy)[0]


def changed_all(
    examples: Sequence[Example],
    by: Perturbation,
    level: float,
    language: Language,
    seed: int,
    policy: Policy = "protect",
) -> list[Changed]:
    """Damage the texts of examples.

    Chance depends on seed, perturbation, language, example and field alone, so neither the order of the examples nor
    the number of workers can change a result, and a higher level changes what a lower one does, and more. The `policy`
    is for contexts that hold answers: `protect` leaves the answers as they are, `remap` lets them be changed like the
    rest, `question-only` leaves the whole context. Raises BadPlugin for pieces that are none, and BadData for an
    example whose answers or tags are wrong already.
    """
    damage = Damage(by, level, language, seed)
    found: list[Changed] = []
    for first in range(0, len(examples), BATCH):
        works = [_work(example, policy) for example in examples[first : first + BATCH]]
        wanted = [next(work) for work in works]
        new = iter(damaged([text for texts in wanted for text in texts], damage))
        found += [_end(work, list(islice(new, len(texts)))) for work, texts in zip(works, wanted, strict=True)]
    return found


# An example asks for its texts to be damaged, is handed what became of them, and makes itself anew.
Work = Generator[list[Text], list[NewText], Changed]
BATCH = 4096  # examples at a time: enough to be fast, and little to hold


def _end(work: Work, new: list[NewText]) -> Changed:
    try:
        work.send(new)
    except StopIteration as end:
        made: Changed = end.value
        return made
    raise AssertionError("an example asks once")


def _work(example: Example, policy: Policy) -> Work:
    match example:
        case LabelledText():
            return _texts(example, "texts", example.texts)
        case Document():
            return _texts(example, "texts", example.texts)
        case SentencePair() | Query():
            return _pair(example)
        case MultipleChoice():
            return _choices(example)
        case TaggedTokens():
            return _tagged(example)
        case Question():
            return _question(example, policy)


def _texts(example: LabelledText | Document, field: str, texts: Sequence[str]) -> Work:
    new = yield [Text(text, example.uid, f"{field}.{number}") for number, text in enumerate(texts)]
    return _summed(replace(example, texts=tuple(one.text for one in new)), new)


def _pair(example: SentencePair | Query) -> Work:
    (new,) = yield [Text(example.text, example.uid, "text")]
    return Changed(replace(example, text=new.text), new.units, new.units_changed)


def _choices(example: MultipleChoice) -> Work:
    choices = [Text(text, example.uid, f"choices.{number}") for number, text in enumerate(example.choices)]
    prompt, *new = yield [Text(example.prompt, example.uid, "prompt"), *choices]
    return _summed(replace(example, prompt=prompt.text, choices=tuple(one.text for one in new)), [prompt, *new])


def _summed(example: Example, new: Sequence[NewText]) -> Changed:
    return Changed(example, sum(one.units for one in new), sum(one.units_changed for one in new))


# ------------------------------------------------------------------------------------------------------------ tagging


def _tagged(example: TaggedTokens) -> Work:
    if len(example.tokens) != len(example.tags):
        raise _bad(example, f"{len(example.tokens)} tokens have {len(example.tags)} tags")
    old = sentence(example.tokens)
    (new,) = yield [Text(old.text, example.uid, "tokens")]
    if not new.units_changed and new.text == old.text:
        return Changed(example, new.units, 0)
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


def _question(example: Question, policy: Policy) -> Work:
    _check_answers(example)
    asked, made = CONTEXTS[policy](example)
    question, *new = yield [Text(example.question, example.uid, "question"), *asked]
    context, answers = made(new)
    if answers is None:
        return Changed(example, question.units + sum(part.units for part in context), 0, skipped=True)
    text = "".join(part.text for part in context)
    changed = replace(example, question=question.text, context=text, answers=answers)
    _check_answers(changed)
    return _summed(changed, [question, *context])


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


def _check_answers(example: Question) -> None:
    for answer in example.answers:
        found = example.context[answer.start : answer.start + len(answer.text)]
        if answer.start < 0 or found != answer.text:
            raise _bad(example, f"the answer {answer.text!r} is not at character {answer.start} of the context")


def _bad(example: Example, reason: str) -> BadData:
    return BadData(f"example {example.uid!r} ({example.language})", reason)
