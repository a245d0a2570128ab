"""A model opened to read: what it puts out for inputs of any length, in batches that fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from xeval.errors import BadValue
from xeval.formats.features import Batch, Feature, Format, HeadKind, Pooling, collated
from xeval.formats.subwords import Subwords
from xeval.learning.batching import IntArray, evaluation_batches, even_batches
from xeval.learning.heads import HeadModule, means, stored_head
from xeval.learning.inputs import Inputs, hidden_states, inputs_of, waste_of, way_of
from xeval.learning.models import open_model, read_head
from xeval.tuning import Compute, Retrieval

CPU_TOKENS = 4096  # measured: 16,384 are 5 to 10% slower with an encoder of 2 layers of 64
Output = Any  # a numpy array; the format knows its shape


@dataclass(frozen=True, eq=False)
class Reader:
    """A model ready to read: an encoder with a head, or with a layer whose states are pooled."""

    encoder: Any
    subwords: Subwords
    kind: HeadKind
    pooling: Pooling
    compute: Compute
    labels: tuple[str, ...] = ()
    head: HeadModule | None = None
    layer: int = -1


def opened(state: Path, of: Format, labels: tuple[str, ...], retrieval: Retrieval, compute: Compute) -> Reader:
    """The model in a folder, with what the format needs of it."""
    encoder, _, subwords = open_model(state)
    encoder.to(compute.device).eval()
    if of.head in ("vector", "dual"):
        layer = layer_of(encoder, retrieval.layer)
        return Reader(encoder, subwords, of.head, retrieval.pooling, compute, layer=layer)
    stored = read_head(state)
    if stored is None or stored.format != of.name or sorted(stored.labels) != sorted(labels):
        has = "no head" if stored is None else f"a head for {stored.format} with the labels {list(stored.labels)}"
        raise BadValue(
            f"{state} has {has}; {of.name} with the labels {list(labels)} needs one.", hint="Train it first."
        )
    head = stored_head(of.head, encoder, stored).to(compute.device).eval()
    return Reader(encoder, subwords, of.head, stored.pooling, compute, stored.labels, head)


def layer_of(encoder: Any, layer: int) -> int:
    """The number of a hidden state, which the encoder must have; negative ones count from the last."""
    depth = int(encoder.config.num_hidden_layers)
    if not -depth - 1 <= layer <= depth:
        raise BadValue(f"The encoder has the hidden states 0 to {depth}, not {layer}.", hint="Set retrieval.layer.")
    return layer % (depth + 1)


def outputs_of(reader: Reader, features: Sequence[Feature]) -> list[Output]:
    """What the model puts out for each feature: one array per feature, without padding."""
    rows = [row for feature in features for row in alone(feature)]
    outputs: list[Output] = [None] * len(rows)
    for numbers in batches_of(reader, [row.length for row in rows]):
        for number, output in zip(numbers, outputs_within(reader, [rows[i] for i in numbers]), strict=True):
            outputs[number] = output[: rows[number].length] if reader.kind in ("token", "span") else output
    if reader.kind != "choice":
        return outputs
    scores = iter(outputs)
    return [np.concatenate([next(scores) for _ in feature.sequences]) for feature in features]


def batches_of(reader: Reader, lengths: Sequence[int]) -> list[IntArray]:
    """Which inputs are read together: of like length where they are padded, and otherwise as many as fit."""
    padded = way_of(reader.encoder, reader.compute) == "padded"
    return (evaluation_batches if padded else even_batches)(lengths, budget(reader.compute))


def outputs_within(reader: Reader, rows: Sequence[Feature]) -> list[Output]:
    """The outputs of some inputs; in halves where memory runs out. Raises BadValue where it does for one."""
    try:
        batch = collated(rows, reader.subwords, reader.kind, reader.pooling)
        device, way = reader.compute.device, way_of(reader.encoder, reader.compute)
        inputs = inputs_of(batch, device, way, waste_of(reader.encoder, device))
        return list(by_sequence(outputs_in(reader, inputs).cpu().numpy(), batch))
    except torch.OutOfMemoryError:
        if len(rows) == 1:
            said = f"Out of memory: one input of {rows[0].length} sub-words does not fit beside the model."
            raise BadValue(said, hint="Lower training.max_length, or take a smaller model.") from None
    half = len(rows) // 2  # the error, and what it held on to, is gone here
    return outputs_within(reader, rows[:half]) + outputs_within(reader, rows[half:])


def outputs_in(reader: Reader, inputs: Inputs) -> torch.Tensor:
    """The outputs of a batch, padding included."""
    states = hidden_states(reader.encoder, inputs, reader.layer)
    read = means(states, inputs)[:, 0] if reader.head is None else reader.head.read(states, inputs)
    return read.float() if read.is_floating_point() else read


def by_sequence(outputs: Output, batch: Batch) -> Output:
    """Outputs of sub-words that were read one by one, each in its place: (B, T), 0 elsewhere; others as they are."""
    if batch.read is None or outputs.ndim > 1:
        return outputs
    table = np.zeros(batch.read.shape, dtype=outputs.dtype)
    table[batch.read] = outputs
    return table


def alone(feature: Feature) -> list[Feature]:
    """Each sequence of a feature as one of its own, with nothing to learn."""
    return [
        Feature(feature.example, (ids,), (second,), trace=feature.trace)
        for ids, second in zip(feature.sequences, feature.second, strict=True)
    ]


def budget(compute: Compute) -> int:
    """Sub-words of a batch: as many as asked for, on a CPU no more than its caches like."""
    return min(compute.batch_tokens, CPU_TOKENS) if compute.device == "cpu" else compute.batch_tokens
