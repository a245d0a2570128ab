"""Examples in another language: the texts to translate, and the example made of their translations. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from xeval.errors import BadValue
from xeval.text.tokens import runs_on
from xeval.values import Answer, Document, Example, LabelledText, MultipleChoice, Question

END = re.compile(r"""[.!?।؟]+["')\]»”’]*\s+|[。！？]+[」』”’]*\s*|\s*\n\s*""")
Sentence = tuple[str, int]  # and the character that it starts at


def sentences(text: str) -> list[Sentence]:
    """A text in sentences, without the space around them, each with its place; a rule, good enough to translate by."""
    ends = [0, *(match.end() for match in END.finditer(text)), len(text)]
    stretches = ((text[first:last], first) for first, last in pairwise(ends))
    return [(one.strip(), first + len(one) - len(one.lstrip())) for one, first in stretches if one.strip()]


def texts_of(example: Example) -> Iterator[str]:
    """What of an example is translated, sentence by sentence. Raises BadValue for tags, which belong to words."""
    match example:
        case LabelledText() | Document():
            yield from (part for text in example.texts for part, _ in sentences(text))
        case MultipleChoice():
            yield from (part for text in (example.prompt, *example.choices) for part, _ in sentences(text))
        case Question():
            yield from (part for text in (example.question, example.context) for part, _ in sentences(text))
            yield from (answer.text for answer in example.answers)
        case _:
            raise BadValue("Tags belong to words, and do not follow a translation.")


def translated(example: Example, by: Mapping[str, str], language: str) -> Example | None:
    """The example in a language, with what its texts are `by`; None if its answer is nowhere in the translation."""
    match example:
        case LabelledText():
            return replace(example, language=language, texts=tuple(whole(text, by) for text in example.texts))
        case Document():
            texts = tuple(whole(text, by) for text in example.texts)
            return replace(example, language=language, texts=texts, partner="")
        case MultipleChoice():
            choices = tuple(whole(text, by) for text in example.choices)
            return replace(example, language=language, prompt=whole(example.prompt, by), choices=choices)
        case Question():
            return question(example, by, language)
    return None


def whole(text: str, by: Mapping[str, str]) -> str:
    """The translations of a text's sentences, one after the other."""
    return laid_out(text, by)[0]


def laid_out(text: str, by: Mapping[str, str]) -> tuple[str, list[int]]:
    """The translation of a text, and where that of each of its sentences starts."""
    result, starts = "", []
    for sentence, _ in sentences(text):
        new = by[sentence]
        result += " " if result and new and not runs_on(result[-1:], new[:1]) else ""
        starts.append(len(result))
        result += new
    return result, starts


def question(example: Question, by: Mapping[str, str], language: str) -> Question | None:
    """A question with the answers that are found again; None if there were some and none is."""
    context, starts = laid_out(example.context, by)
    found = [aligned(answer, example.context, (context, starts), by) for answer in example.answers]
    answers = tuple(dict.fromkeys(answer for answer in found if answer))
    if example.answers and not answers:
        return None
    return replace(example, language=language, question=whole(example.question, by), context=context, answers=answers)


def aligned(answer: Answer, old: str, new: tuple[str, list[int]], by: Mapping[str, str]) -> Answer | None:
    """An answer where its translation stands in the translation of its sentence, in whatever case; None if nowhere.

    Punctuation that a translator adds to a text as short as an answer is left out.
    """
    (context, starts), places = new, [start for _, start in sentences(old)]
    number = sum(start <= answer.start for start in places) - 1
    if number < 0:
        return None
    first = starts[number]
    last = starts[number + 1] if number + 1 < len(starts) else len(context)
    wanted = by[answer.text].strip().strip(".。!?").strip()
    stretch = context[first:last]
    at = stretch.find(wanted)
    if at < 0 and len(stretch.lower()) == len(stretch):
        at = stretch.lower().find(wanted.lower())
    return Answer(stretch[at : at + len(wanted)], first + at) if wanted and at >= 0 else None
