"""Examples as labelled units: what is to be told, and the words that it may be told from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from xeval.studies.coding import Unit
from xeval.values import Document, Example, LabelledText, MultipleChoice, Query, Question, SentencePair, TaggedTokens

Words = Callable[[str], Sequence[str]]


def units_of(examples: Sequence[Example], words: Words) -> list[Unit]:
    """The labelled units of all examples; none for what has no labels."""
    return [unit for example in examples for unit in units_in(example, words)]


def units_in(example: Example, words: Words) -> Iterator[Unit]:
    """A text has one label, a token one tag; a choice is right or wrong; a word of a context is answer or not."""
    match example:
        case LabelledText(texts=texts, label=label):
            yield (
                tuple(f"{n}:{word}" for n, text in enumerate(texts) for word in words(text)) + shared(texts, words),
                label,
            )
        case TaggedTokens(tokens=tokens, tags=tags):
            around = ("", *tokens, "")
            for n, tag in enumerate(tags):
                yield (f"0:{around[n + 1]}", f"-:{around[n]}", f"+:{around[n + 2]}"), tag
        case MultipleChoice(prompt=prompt, choices=choices, answer=answer):
            for n, choice in enumerate(choices):
                features = tuple(f"1:{word}" for word in words(choice)) + shared((prompt, choice), words)
                yield features, "right" if n == answer else "wrong"
        case Question():
            yield from units_in_context(example, words)
        case SentencePair() | Query() | Document():
            return


def shared(texts: Sequence[str], words: Words) -> tuple[str, ...]:
    """How much two texts share: the share of the second's words that the first has, in tenths."""
    if len(texts) != 2:
        return ()
    first, second = set(words(texts[0])), words(texts[1])
    found = sum(word in first for word in second) / max(1, len(second))
    return (f"shared:{round(10 * found)}",)


def units_in_context(example: Question, words: Words) -> Iterator[Unit]:
    """Every word of the context: is it part of an answer? Told from itself, its neighbours, and the question."""
    asked = set(words(example.question))
    there = words(example.context)
    answers = {word for answer in example.answers for word in words(answer.text)}
    around = ("", *there, "")
    for n, word in enumerate(there):
        near = [f"asked:{place}" for place in (-1, 0, 1) if around[n + 1 + place] in asked]
        yield (f"0:{word}", *near), "answer" if word in answers else "rest"


def texts_of(example: Example) -> tuple[str, ...]:
    """The texts of an example that are in its own language."""
    match example:
        case LabelledText(texts=texts) | Document(texts=texts):
            return texts
        case TaggedTokens(tokens=tokens):
            return (" ".join(tokens),)
        case MultipleChoice(prompt=prompt, choices=choices):
            return (prompt, *choices)
        case Question(question=question, context=context):
            return (question, context)
        case SentencePair(text=text) | Query(text=text):
            return (text,)
