"""A perturbation applied to each type of example, so that labels, tags and answer spans stay true."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from xeval.contracts import Perturbation
from xeval.errors import BadData
from xeval.perturbation import Policy
from xeval.text.contexts import CONTEXTS
from xeval.text.pieces import Damage, NewText, Text, damaged
from xeval.text.tokens import Ambiguous, follow, repaired, sentence
from xeval.values import (
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


def _check_answers(example: Question) -> None:
    for answer in example.answers:
        found = example.context[answer.start : answer.start + len(answer.text)]
        if answer.start < 0 or found != answer.text:
            raise _bad(example, f"the answer {answer.text!r} is not at character {answer.start} of the context")


def _bad(example: Example, reason: str) -> BadData:
    return BadData(f"example {example.uid!r} ({example.language})", reason)
