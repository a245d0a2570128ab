"""The things xeval speaks of: languages, examples, changed text, predictions. Frozen; nothing looks anything up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Json = Any  # what canonical JSON can say; mypy has no recursive alias that reads better
Row = Mapping[str, Any]
Split = Literal["train", "validation", "test"]
FormatName = Literal["classification", "tagging", "span_qa", "multiple_choice", "retrieval", "ranking", "masked_lm"]
FORMATS: tuple[FormatName, ...] = (
    "classification",
    "tagging",
    "span_qa",
    "multiple_choice",
    "retrieval",
    "ranking",
    "masked_lm",
)


@dataclass(frozen=True)
class Language:
    """A language and what is known of it.

    `script` is an ISO 15924 code, `resource` the class of Joshi et al. 2020 (0 to 5; None if unknown), `distances`
    maps a measure to the distance from English (from the testbed's source language for a constructed one), 0 to 1;
    `iso3` is the code of ISO 639-3. `apart` maps measures of the user's to the distance from other languages by code.
    """

    code: str
    name: str
    family: str
    script: str
    resource: int | None = None
    distances: Mapping[str, float] = field(default_factory=dict, hash=False)
    constructed: bool = False
    iso3: str = ""
    apart: Mapping[str, Mapping[str, float]] = field(default_factory=dict, hash=False)


# ---------------------------------------------------------------------------------------------------- examples
# `uid` names an item within its task; translations of one item share it, so that tests can pair and resample
# across languages. `group` is what is resampled together (the passage of a question); empty means the item itself.


@dataclass(frozen=True, slots=True)
class LabelledText:
    """One text, or a pair of texts, with a label. Format: classification."""

    uid: str
    language: str
    texts: tuple[str, ...]
    label: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class TaggedTokens:
    """Tokens with one tag each. Format: tagging."""

    uid: str
    language: str
    tokens: tuple[str, ...]
    tags: tuple[str, ...]
    group: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it stands in the context, and the character it starts at."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a context, with its gold answers; none means that it cannot be answered. Format: span_qa."""

    uid: str
    language: str
    question: str
    context: str
    answers: tuple[Answer, ...]
    group: str = ""


@dataclass(frozen=True, slots=True)
class MultipleChoice:
    """A prompt with choices, of which the one numbered `answer` is right. Format: multiple_choice."""

    uid: str
    language: str
    prompt: str
    choices: tuple[str, ...]
    answer: int
    group: str = ""


@dataclass(frozen=True, slots=True)
class SentencePair:
    """A sentence in `language` and its translation in the task's source language. Format: retrieval."""

    uid: str
    language: str
    text: str
    translation: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A text that is to find passages: those of its task's pool that have `seeks` among their keys. Format: ranking.

    `relevant` are their uids, filled in when the pool is known; `passage` is one of their texts, to train on.
    """

    uid: str
    language: str
    text: str
    seeks: str
    relevant: tuple[str, ...] = ()
    passage: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that queries may find, and the keys by which it is right: it is itself nothing that is scored."""

    uid: str
    language: str
    text: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """Running text in segments, for masked-LM training. `partner` is the second language of a bilingual one."""

    uid: str
    language: str
    texts: tuple[str, ...]
    partner: str = ""
    group: str = ""


Example = LabelledText | TaggedTokens | Question | MultipleChoice | SentencePair | Query | Document


# ------------------------------------------------------------------------------------------------- perturbation


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a changed text: `text` stands for characters `start` to `end` of the old one.

    A kept stretch has `text == old[start:end]`; an insertion has `start == end`; a deletion is a gap between
    pieces, or a piece with empty text; a reordering is pieces out of order.
    """

    text: str
    start: int
    end: int


# ------------------------------------------------------------------------------------------------ order of languages


@dataclass(frozen=True)
class Phase:
    """Languages trained on together, in equal parts, for a share (0 to 1) of the recipe's budget of examples."""

    languages: tuple[str, ...]
    share: float


# ---------------------------------------------------------------------------------------------------------- prediction


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model said of one example: a label, tags, an answer text, a choice's number, the uid found, or several."""

    uid: str
    value: Json
