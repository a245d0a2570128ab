"""The things xeval speaks of: languages, examples, changed text, settings. Frozen; nothing looks anything up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from xeval.errors import BadValue

Json = Any  # what canonical JSON can say; mypy has no recursive alias that reads better
Row = Mapping[str, Any]
Split = Literal["train", "validation", "test"]
FormatName = Literal["classification", "tagging", "span_qa", "multiple_choice", "retrieval", "masked_lm"]
FORMATS: tuple[FormatName, ...] = (
    "classification",
    "tagging",
    "span_qa",
    "multiple_choice",
    "retrieval",
    "masked_lm",
)


@dataclass(frozen=True)
class Language:
    """A language and what is known of it.

    `script` is an ISO 15924 code, `resource` the class of Joshi et al. 2020 (0 to 5; None if unknown), `distances`
    maps a measure to the distance from English (from the testbed's source language for a constructed one), 0 to 1;
    `iso3` is the code of ISO 639-3.
    """

    code: str
    name: str
    family: str
    script: str
    resource: int | None = None
    distances: Mapping[str, float] = field(default_factory=dict, hash=False)
    constructed: bool = False
    iso3: str = ""


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
class Document:
    """Running text in segments, for masked-LM training. `partner` is the second language of a bilingual one."""

    uid: str
    language: str
    texts: tuple[str, ...]
    partner: str = ""
    group: str = ""


Example = LabelledText | TaggedTokens | Question | MultipleChoice | SentencePair | Document


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


@dataclass(frozen=True)
class PerturbationRef:
    """A perturbation by name, at a level: the share of eligible units that it changes, 0 to 1."""

    name: str
    level: float

    def __post_init__(self) -> None:
        # 1 and 1.0 are equal in Python and different in JSON; 0.1 + 0.2 is not 0.3. One level, one key.
        object.__setattr__(self, "level", round(float(self.level), 6))
        if not 0.0 <= self.level <= 1.0:
            raise BadValue(
                f"Perturbation {self.name!r} got level {self.level:g}; a level is a share between 0 and 1.",
                hint=f"Write {self.name}@0.2 to change 20% of the units.",
            )

    def __str__(self) -> str:
        return f"{self.name}@{self.level:g}"

    @classmethod
    def parse(cls, text: str) -> PerturbationRef:
        """Read NAME@LEVEL.

        >>> PerturbationRef.parse("noise.swap@0.2")
        PerturbationRef(name='noise.swap', level=0.2)
        """
        name, at, level = text.partition("@")
        try:
            return cls(name.strip(), float(level))
        except ValueError:
            problem = f"level {level!r} is not a number" if at else "it has no level"
            raise BadValue(f"{text!r} is not NAME@LEVEL: {problem}.", hint="Write noise@0.2, for example.") from None


# ------------------------------------------------------------------------------------------------ order of languages


@dataclass(frozen=True)
class Phase:
    """Languages trained on together, in equal parts, for a share (0 to 1) of the recipe's budget of examples."""

    languages: tuple[str, ...]
    share: float


# -------------------------------------------------------------------------------------------------------------- data


@dataclass(frozen=True)
class HubData:
    """Rows of one split of a data set on the hub, or in a local folder in the hub's layout.

    `columns` are those that the task reads; a data set without them is refused before anything is run. Of a split that
    holds many languages, `only` says which rows are meant: a column, and what stands in it, alone or before a hyphen.
    """

    repository: str
    split: str
    config: str = ""
    columns: tuple[str, ...] = ()
    only: tuple[str, str] | None = None


@dataclass(frozen=True)
class FileData:
    """Rows of files of the user's own.

    `name` is the data set's, for messages and terms. `patterns` are tried in turn: each is a path in which * and **
    stand for anything, or several joined by ` + ` that are read side by side. `reader` is how: see xeval.rowfiles.
    """

    name: str
    split: str
    language: str
    patterns: tuple[str, ...]
    reader: str
    columns: tuple[str, ...] = ()
    only: tuple[str, str] | None = None


@dataclass(frozen=True)
class MadeData:
    """Examples that a task makes itself, from nothing but `params`; raise `version` when their meaning changes."""

    name: str
    version: str
    params: tuple[tuple[str, Json], ...]
    make: Callable[[], Iterable[Any]] = field(compare=False, repr=False)


@dataclass(frozen=True)
class JoinedData:
    """Rows of several splits, one after the other; a row's number of its part is under `PART`.

    Of `optional` parts, those that are not at hand are left out, as long as one is there. Those `beside` come after
    them, are numbered on, and are left out too if not at hand; they alone are not enough.
    """

    parts: tuple[HubData, ...]
    optional: bool = False
    beside: tuple[HubData, ...] = ()


PART = "@part"
Data = HubData | FileData | MadeData | JoinedData


@dataclass(frozen=True)
class Training:
    """How a task is trained on: everything here changes results, so all of it is in the key of the stage."""

    learning_rate: float = 2e-5
    batch_size: int = 32  # examples in an optimiser step
    epochs: float = 3.0
    max_examples: int | None = None  # of the training split, drawn by seed; None is all
    max_length: int = 128  # sub-words of one input
    warmup: float = 0.1  # share of steps
    weight_decay: float = 0.01  # not on biases and layer norms
    clip: float = 1.0  # gradient norm
    freeze_embeddings: bool = False
    pooling: Literal["cls", "mean", "match"] = "cls"  # what a sentence-level head reads; see heads
    stride: int = 128  # span_qa: overlap of the windows of a long context, in sub-words
    max_query: int = 64  # span_qa: sub-words of the question
    max_answer: int = 30  # span_qa: sub-words of an answer
    mask: float = 0.15  # masked_lm: share of sub-words predicted


@dataclass(frozen=True)
class Retrieval:
    """How sentence vectors are made: from which hidden state (0: embeddings), pooled how, centred by language or not.

    Then each translation finds the nearest sentence, or pairs are mined in both directions; a task's metric decides.
    """

    layer: int = -1
    pooling: Literal["mean", "cls"] = "mean"
    centre: bool = False
    search: Literal["nearest", "mined"] = "nearest"


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model said of one example: a label, tags, an answer text, the number of a choice, or the uid found."""

    uid: str
    value: Json


@dataclass(frozen=True)
class Pretraining:
    """An encoder of the XLM-R architecture made on the spot: from which corpus, by which strategy, how large.

    `strategy` is any of `warm-start` (count-based sub-word embeddings), `mlm` (masked LM on monolingual documents) and
    `tlm` (masked LM on the bilingual ones, as translation LM in XLM, Conneau and Lample 2019); none is a random start.
    """

    corpus: str  # an intermediate task of the format masked_lm
    strategy: tuple[Literal["warm-start", "mlm", "tlm"], ...] = ("warm-start", "mlm", "tlm")
    hidden: int = 64
    layers: int = 2
    heads: int = 4
    feed_forward: int = 128
    max_length: int = 80
    vocabulary: int = 1600
    initializer_range: float = 0.08
    steps: int = 1500
    batch_size: int = 64
    learning_rate: float = 5e-3
    mask: float = 0.2


# ----------------------------------------------------------------------------------------------------------- computing


@dataclass(frozen=True)
class Compute:
    """How to compute: may change speed and memory, never what is asked for; only `precision` is in keys."""

    device: str = "cpu"
    precision: Literal["fp32", "bf16"] = "fp32"
    batch_tokens: int = 16384  # of an evaluation batch, padding included


@dataclass(frozen=True)
class Progress:
    """How far a stage is: steps done of all, and sub-words seen so far."""

    done: int
    total: int
    tokens: int = 0


@dataclass(frozen=True)
class Report:
    """What a training tells of itself for the manifest. `losses` are means over twentieths of the training."""

    steps: int
    examples: int
    tokens: int  # real sub-words, padding left out
    padding: float  # share of computed positions that were padding
    seconds: float
    losses: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()  # what a reader should know: a degenerate training, a strategy that did not apply


Watch = Callable[[Progress], None]


# -------------------------------------------------------------------------------------------------------------- results

CellState = Literal["done", "failed", "not-offered", "not-run"]


@dataclass(frozen=True)
class Cell:
    """The score of one pipeline on one language under one perturbation at one level; a hole has no score.

    Scores are shares, 0 to 1; `low` and `high` bound the 95% bootstrap interval over examples. `scores` has every
    metric of the evaluation, the headline among them; `data` is the data set whose rows were scored, `files of` it if
    they were the user's own. Records of earlier versions lack both.
    """

    model: str
    recipe: str
    target: str
    language: str
    source: str
    perturbation: str | None
    level: float
    seed: int
    metric: str
    score: float | None
    low: float | None
    high: float | None
    n: int
    state: CellState
    key: str = ""  # of the evaluate stage, "" for a hole that has none
    reason: str = ""  # why it is a hole
    scores: Mapping[str, float] = field(default_factory=dict, hash=False)
    data: str = ""
