"""One scored example for people: its texts, what would be right, what was said."""

from __future__ import annotations

from dataclasses import dataclass

from xeval.values import (
    Example,
    Json,
    LabelledText,
    MultipleChoice,
    Query,
    Question,
    SentencePair,
    TaggedTokens,
)

FEW = 3  # of what was found, in the order of the search


@dataclass(frozen=True)
class Looked:
    """An example as texts by name, what is right, what was said, and its score by the headline metric alone."""

    uid: str
    texts: tuple[tuple[str, str], ...]
    gold: str
    said: str
    score: float
    is_right: bool


def texts_of(example: Example) -> dict[str, str]:
    """The texts of an example by what they are."""
    if isinstance(example, LabelledText):
        names = ("text",) if len(example.texts) == 1 else tuple(f"text {n}" for n in range(1, len(example.texts) + 1))
        return dict(zip(names, example.texts, strict=True))
    if isinstance(example, TaggedTokens):
        return {"tokens": " ".join(example.tokens)}
    if isinstance(example, Question):
        return {"question": example.question, "context": example.context}
    if isinstance(example, MultipleChoice):
        choices = {f"choice {number}": choice for number, choice in enumerate(example.choices)}
        return {"prompt": example.prompt} | choices
    if isinstance(example, SentencePair):
        return {"text": example.text, "translation": example.translation}
    return {"text": example.text} if isinstance(example, Query) else {}


def gold_of(example: Example) -> str:
    """What would be right."""
    if isinstance(example, LabelledText):
        return example.label
    if isinstance(example, TaggedTokens):
        return " ".join(f"{token}:{tag}" for token, tag in zip(example.tokens, example.tags, strict=True) if tag != "O")
    if isinstance(example, Question):
        return " | ".join(dict.fromkeys(answer.text for answer in example.answers)) or "no answer"
    if isinstance(example, MultipleChoice):
        return str(example.answer)
    if isinstance(example, SentencePair):
        return example.uid
    return " | ".join(example.relevant[:FEW]) if isinstance(example, Query) else ""


def said_of(example: Example, value: Json) -> str:
    """What a model said: of tags, those that are not as they should be; of what it found, the first."""
    if isinstance(example, TaggedTokens) and isinstance(value, list):
        triples = zip(example.tokens, example.tags, value, strict=False)
        wrong = [f"{token}:{got}" for token, tag, got in triples if got != tag]
        return " ".join(wrong) or "all tags"
    if isinstance(value, list):
        return " | ".join(map(str, value[:FEW]))
    return "nothing" if value in (None, "") else str(value)
