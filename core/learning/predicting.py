"""Predictions of a model state for many lists of examples in one sweep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from xeval.errors import BadValue
from xeval.formats.features import Batch, Feature, Format, HeadKind, Pooling, collated
from xeval.formats.lengths import measure
from xeval.formats.retrieval import prepared
from xeval.formats.subwords import Subwords
from xeval.formats.table import format_of
from xeval.learning.batching import evaluation_batches
from xeval.learning.heads import HeadModule, means, stored_head
from xeval.learning.inputs import Inputs, fitted, hidden_states, inputs_of, way_of
from xeval.learning.models import open_model, read_head
from xeval.learning.optimising import precise
from xeval.learning.telemetry import FORWARD, settle
from xeval.phases import phase
from xeval.scores.mining import Mined, Side, above, best_threshold, mine_texts
from xeval.tuning import Compute, Retrieval, Training
from xeval.values import Example, FormatName, Prediction, SentencePair

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


def predict(
    state: Path,
    task_format: FormatName,
    labels: Sequence[str],
    batches: Sequence[Sequence[Example]],
    settings: Training,
    retrieval: Retrieval,
    compute: Compute,
    tuning: Sequence[Sequence[Example]] = (),
) -> list[list[Prediction]]:
    """Predictions for each list of examples, in its order.

    Where pairs are mined, `tuning` has a list for each list: the threshold is the one that is best there.

    The model is opened once, and texts that lists share are tokenised once. No batch mixes two lists: what else is
    asked for in the same sweep cannot change a bit of a list's outputs. Raises BadValue if the state has no head for
    the format and these labels.
    """
    of = format_of(task_format)
    reader = opened(state, of, tuple(labels), retrieval, compute)
    settings = fitted(settings, reader.encoder)
    with torch.inference_mode(), precise(compute, reader.encoder):
        if of.head == "vector":
            thresholds = [threshold(reader, of, examples, settings, retrieval) for examples in tuning]
            said = found(reader, of, batches, settings, (retrieval, thresholds or [0.0] * len(batches)))
        else:
            said = [answered(reader, of, examples, settings) for examples in batches]
    settle(reader.encoder, FORWARD)
    return said


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


def answered(reader: Reader, of: Format, examples: Sequence[Example], settings: Training) -> list[Prediction]:
    """What the head says of one list."""
    with phase("tokenise"):
        features = of.encode(examples, reader.subwords, settings, reader.labels)
        measure(examples, features, reader.subwords, settings)
    with phase("compute"):
        return of.decode(examples, features, outputs_of(reader, features), settings, reader.labels)


def found(
    reader: Reader,
    of: Format,
    batches: Sequence[Sequence[Example]],
    settings: Training,
    how: tuple[Retrieval, Sequence[float]],
) -> list[list[Prediction]]:
    """What the translations of each list find in it; translations that lists share are embedded once."""
    retrieval, thresholds = how
    kept: dict[tuple[bytes, ...], list[Output]] = {}
    predictions = []
    for examples, least in zip(batches, thresholds, strict=True):
        with phase("tokenise"):
            features = of.encode(examples, reader.subwords, settings, ())
            measure(examples, features, reader.subwords, settings)
        with phase("compute"):
            outputs = sides_of(reader, features, retrieval.centre, kept)
            if retrieval.search == "mined":
                predictions.append(mined_pairs(examples, outputs, least))
            else:
                predictions.append(of.decode(examples, features, outputs, settings, ()))
    return predictions


def sides_of(
    reader: Reader, features: Sequence[Feature], centre: bool, kept: dict[tuple[bytes, ...], list[Output]]
) -> list[Output]:
    """Vectors of sentences and translations in turn; those of translations are `kept` for the next list."""
    outputs: list[Output] = [None] * len(features)
    outputs[0::2] = vectors_of(reader, features[0::2], centre)
    key = tuple(feature.sequences[0].tobytes() for feature in features[1::2])
    if key not in kept:
        kept[key] = vectors_of(reader, features[1::2], centre)
    outputs[1::2] = kept[key]
    return outputs


def mined_pairs(examples: Sequence[Example], outputs: Sequence[Output], least: float) -> list[Prediction]:
    """For each sentence, the uid of the translation that it is mined with at a score of `least` or more, or None."""
    candidates, uids = candidates_of(examples, outputs)
    partner = {pair.source: uids[pair.target] for pair in above(candidates, least)}
    return [Prediction(example.uid, partner.get(number)) for number, example in enumerate(examples)]


def candidates_of(examples: Sequence[Example], outputs: Sequence[Output]) -> tuple[list[Mined], list[str]]:
    """Pairs of rows mined among the sentences and the translations that there are, best first, and the rows' uids."""
    pairs = [example for example in examples if isinstance(example, SentencePair)]
    here = [row for row, pair in enumerate(pairs) if pair.text]
    there = [row for row, pair in enumerate(pairs) if pair.translation]
    texts = Side([pairs[row].text for row in here], np.stack([outputs[2 * row] for row in here]))
    translations = Side([pairs[row].translation for row in there], np.stack([outputs[2 * row + 1] for row in there]))
    found = mine_texts(texts, translations)
    return [Mined(here[pair.source], there[pair.target], pair.score) for pair in found], [pair.uid for pair in pairs]


def threshold(
    reader: Reader, of: Format, examples: Sequence[Example], settings: Training, retrieval: Retrieval
) -> float:
    """The score from which mined pairs are best kept; 0, which keeps all, without examples to tune it on."""
    if not examples:
        return 0.0
    features = of.encode(examples, reader.subwords, settings, ())
    outputs: list[Output] = [None] * len(features)
    outputs[0::2] = vectors_of(reader, features[0::2], retrieval.centre)
    outputs[1::2] = vectors_of(reader, features[1::2], retrieval.centre)
    gold = {
        (row, row) for row, one in enumerate(examples) if isinstance(one, SentencePair) and one.text and one.translation
    }
    return best_threshold(candidates_of(examples, outputs)[0], gold)


def vectors_of(reader: Reader, features: Sequence[Feature], centre: bool) -> list[Output]:
    """Sentence vectors of one language at length 1; equal inputs are computed once."""
    inputs = [feature.sequences[0].tobytes() for feature in features]
    distinct = dict(zip(inputs, features, strict=True))
    vectors = dict(zip(distinct, outputs_of(reader, list(distinct.values())), strict=True))
    return list(prepared(np.stack([vectors[ids] for ids in inputs]), centre)) if vectors else []


def outputs_of(reader: Reader, features: Sequence[Feature]) -> list[Output]:
    """What the model puts out for each feature: one array per feature, without padding."""
    rows = [row for feature in features for row in alone(feature)]
    outputs: list[Output] = [None] * len(rows)
    for numbers in evaluation_batches([row.length for row in rows], budget(reader.compute)):
        for number, output in zip(numbers, outputs_within(reader, [rows[i] for i in numbers]), strict=True):
            outputs[number] = output[: rows[number].length] if reader.kind in ("token", "span") else output
    if reader.kind != "choice":
        return outputs
    scores = iter(outputs)
    return [np.concatenate([next(scores) for _ in feature.sequences]) for feature in features]


def outputs_within(reader: Reader, rows: Sequence[Feature]) -> list[Output]:
    """The outputs of some inputs; in halves where memory runs out. Raises BadValue where it does for one."""
    try:
        batch = collated(rows, reader.subwords, reader.kind, reader.pooling)
        inputs = inputs_of(batch, reader.compute.device, way_of(reader.encoder, reader.compute))
        return list(by_sequence(outputs_in(reader, inputs).cpu().numpy(), batch))
    except torch.OutOfMemoryError:
        if len(rows) == 1:
            said = f"Out of memory: one input of {rows[0].length} sub-words does not fit beside the model."
            raise BadValue(said, hint="Lower training.max_length, or take a smaller model.") from None
    half = len(rows) // 2  # the error, and what it held on to, is gone here
    return outputs_within(reader, rows[:half]) + outputs_within(reader, rows[half:])


def by_sequence(outputs: Output, batch: Batch) -> Output:
    """Outputs of sub-words that were read one by one, each in its place: (B, T), 0 elsewhere; others as they are."""
    if batch.read is None or outputs.ndim > 1:
        return outputs
    table = np.zeros(batch.read.shape, dtype=outputs.dtype)
    table[batch.read] = outputs
    return table


def budget(compute: Compute) -> int:
    """Sub-words of a batch: as many as asked for, on a CPU no more than its caches like."""
    return min(compute.batch_tokens, CPU_TOKENS) if compute.device == "cpu" else compute.batch_tokens


def alone(feature: Feature) -> list[Feature]:
    """Each sequence of a feature as one of its own, with nothing to learn."""
    return [
        Feature(feature.example, (ids,), (second,), trace=feature.trace)
        for ids, second in zip(feature.sequences, feature.second, strict=True)
    ]


def outputs_in(reader: Reader, inputs: Inputs) -> torch.Tensor:
    """The outputs of a batch, padding included."""
    states = hidden_states(reader.encoder, inputs, reader.layer)
    read = means(states, inputs)[:, 0] if reader.head is None else reader.head.read(states, inputs)
    return read.float() if read.is_floating_point() else read
