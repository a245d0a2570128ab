"""How models are made, trained and read, and how work tells of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Literal

from xeval.errors import BadValue
from xeval.values import Json


def require_above(settings: Any, bound: float, *names: str) -> None:
    """Raise BadValue for the first of these settings that is not above a bound."""
    for name in names:
        if not getattr(settings, name) > bound:
            raise BadValue(
                f"{name} is {getattr(settings, name):g}; it must be {'above 0' if not bound else '0 or more'}"
            )


def require_share(settings: Any, *names: str) -> None:
    """Raise BadValue for the first of these settings that is above 1."""
    for name in names:
        if getattr(settings, name) > 1:
            raise BadValue(f"{name} is {getattr(settings, name):g}; it is a share, 0 to 1")


LEAST_LENGTH = 8  # four marks, as RoBERTa puts around a pair of texts, and two sub-words of each


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
    adapter: Literal["", "lora"] = ""  # what of the encoder is trained: all of it, or low-rank updates of its layers
    rank: int = 8  # of an adapter
    adapter_alpha: int = 16  # an update counts alpha / rank
    adapter_dropout: float = 0.0

    def __post_init__(self) -> None:
        require_above(self, 0, "batch_size", "epochs", "max_length", "clip", "max_query", "max_answer", "rank")
        require_above(self, -1e-12, "adapter_dropout", "learning_rate", "warmup", "weight_decay", "stride")
        require_share(self, "warmup", "mask", "adapter_dropout")
        if self.max_length < LEAST_LENGTH:
            raise BadValue(f"max_length is {self.max_length}; it must be {LEAST_LENGTH} or more, to hold two texts")
        if self.max_examples is not None and self.max_examples < 1:
            raise BadValue(f"max_examples is {self.max_examples}; it must be above 0")


@dataclass(frozen=True)
class Retrieval:
    """How sentence vectors are made: from which hidden state (0: embeddings), pooled how, centred by language or not.

    Then each translation finds the nearest sentence, or pairs are mined in both directions; a task's metric decides.
    """

    layer: int = -1
    pooling: Literal["mean", "cls"] = "mean"
    centre: bool = False
    search: Literal["nearest", "mined"] = "nearest"


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

    def __post_init__(self) -> None:
        sizes = ("hidden", "layers", "heads", "feed_forward", "max_length", "vocabulary", "batch_size")
        require_above(self, 0, *sizes, "initializer_range")
        require_above(self, -1e-12, "steps", "learning_rate")
        require_share(self, "mask")


MANNER = ("micro_tokens", "compile", "processes", "shard")


@dataclass(frozen=True)
class Compute:
    """How to compute: may change speed and memory, never what is asked for.

    What changes bits on one and the same machine is in keys: `precision`, and what `manner` gives.
    """

    device: str = "cpu"
    precision: Literal["fp32", "bf16"] = "fp32"
    batch_tokens: int = 16384  # of an evaluation batch, padding included
    checkpoint_minutes: float = 5.0  # between two checkpoints of a training; 0 is never
    micro_tokens: int | None = None  # of a training step computed at once, padding included; gradients are added up
    gradient_checkpointing: bool = False  # compute layers once more instead of keeping what is in them
    compile: bool = False  # the encoder of a training, by torch.compile
    processes: int = 1  # that compute one training together, each with a GPU of its own where there are GPUs
    shard: bool = False  # part weights, gradients and the optimizer's averages among these processes
    profile: str = ""  # a folder for traces of trainings; empty for none

    def __post_init__(self) -> None:
        if self.micro_tokens is not None:
            require_above(self, 0, "micro_tokens")

    @property
    def manner(self) -> dict[str, Json]:
        """What changes the last bits of a training, where it is not as ever: sums in another order, other dropout."""
        values = ((f.name, getattr(self, f.name), f.default) for f in fields(self) if f.name in MANNER)
        return {name: value for name, value, default in values if value != default}


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
    padding: float  # share of padding in batches as they come; telemetry tells how much of it was computed
    seconds: float
    losses: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()  # what a reader of scores should know: a degenerate training, a strategy without text
    remarks: tuple[str, ...] = ()  # how it was computed: from which checkpoint it went on, what was cut to fit


Watch = Callable[[Progress], None]
