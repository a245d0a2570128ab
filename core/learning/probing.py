"""Measurements of a model state: vectors of texts by layer, and the Fisher information of its weights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from xeval.errors import BadValue
from xeval.formats.features import IGNORED, Batch, Feature, Format, collated
from xeval.formats.table import format_of
from xeval.learning.heads import stored_head
from xeval.learning.inputs import fitted, hidden_states, inputs_of
from xeval.learning.models import open_model, read_head, read_language_model_head
from xeval.learning.optimising import embedding_layer, precise
from xeval.learning.reading import Reader, opened, outputs_of
from xeval.learning.tokenised import encoded
from xeval.tuning import Compute, Retrieval, Training
from xeval.values import Example, FormatName

Vectors = npt.NDArray[np.float32]


def text_vectors(
    state: Path, texts: Sequence[str], layers: Sequence[int] | None, settings: Training, compute: Compute
) -> list[Vectors]:
    """The mean state of each text (n, hidden), for each layer asked for; None is all, embeddings first."""
    encoder, _, subwords = open_model(state)
    encoder.to(compute.device).eval()
    room = subwords.room(fitted(settings, encoder).max_length, 1)
    features = [Feature(n, (subwords.single(ids[:room]),)) for n, ids in enumerate(subwords.pieces(list(texts)))]
    depth = int(encoder.config.num_hidden_layers)
    with torch.inference_mode(), precise(compute, encoder):
        return [
            np.stack(
                outputs_of(Reader(encoder, subwords, "vector", "mean", compute, layer=layer % (depth + 1)), features)
            )
            for layer in (range(depth + 1) if layers is None else layers)
        ]


def candidate_scores(
    state: Path,
    task: tuple[FormatName, Sequence[str]],
    lists: Sequence[Sequence[Example]],
    settings: Training,
    compute: Compute,
) -> list[list[Vectors]]:
    """What a head says of each label, or of each choice, of every example: (labels,) or (choices,) each."""
    of = format_of(task[0])
    reader = opened(state, of, tuple(task[1]), Retrieval(), compute)
    settings = fitted(settings, reader.encoder)
    with torch.inference_mode(), precise(compute, reader.encoder):
        return [outputs_of(reader, encoded(of, one, reader.subwords, settings, reader.labels)) for one in lists]


def fisher(
    state: Path,
    task: tuple[FormatName, Sequence[str]],
    examples: Sequence[Example],
    settings: Training,
    compute: Compute,
    batch: int = 1,
) -> dict[str, Vectors]:
    """TaskEmb (Vu et al. 2020): the diagonal of the empirical Fisher information of the encoder, by weight.

    F = mean over examples of (d log p(y | x) / d w)^2, at the true labels, on a state that was trained on the task.
    With `batch` 1 each example's gradient is squared, as the definition says; above 1, a batch's mean gradient is, as
    the code of that paper does: the batch variant. Of a matrix the mean over its inputs is kept, a number for each
    output. The embeddings are left out. Raises BadValue if the state has no head for the task.
    """
    of = format_of(task[0])
    reader = opened_to_learn(state, of, compute)
    settings = fitted(settings, reader.encoder)
    features = encoded(of, examples, reader.subwords, settings, tuple(task[1]))
    weights = weights_of(reader.encoder)
    total = {name: torch.zeros_like(weight) for name, weight in weights.items()}
    batches = [features[start : start + batch] for start in range(0, len(features), batch)]
    for made in collated_batches(batches, reader, of, settings):
        backward(reader, made, targets_in(made.targets, batch))
        for name, weight in weights.items():
            if weight.grad is not None:
                total[name] += weight.grad.square()
    return {name: by_output(value / max(1, len(batches))) for name, value in total.items()}


def collated_batches(
    batches: Iterable[Sequence[Feature]], reader: Reader, of: Format, settings: Training
) -> Iterator[Batch]:
    """Features as a model reads them; what a format corrupts is corrupted, always in the same way."""
    rng = np.random.default_rng(0)
    for features in batches:
        made = collated(features, reader.subwords, of.head, reader.pooling)
        yield of.corrupt(made, reader.subwords, settings, rng) if of.corrupt else made


def opened_to_learn(state: Path, of: Format, compute: Compute) -> Reader:
    """A state with its head for a format, that of masked LM too. Raises BadValue if it has none."""
    encoder, _, subwords = open_model(state)
    stored = read_head(state) or read_language_model_head(state)
    if stored is None or stored.format != of.name:
        raise BadValue(
            f"{state} has no head for {of.name}, and task embeddings need one.", hint="Train it on the task."
        )
    encoder.to(compute.device).eval()
    head = stored_head(of.head, encoder, stored).to(compute.device).eval()
    return Reader(encoder, subwords, of.head, stored.pooling, compute, stored.labels, head)


def backward(reader: Reader, batch: Batch, terms: float) -> None:
    """The gradient of a batch's mean loss times a number of `terms`, anew in the weights of a reader with a head."""
    assert reader.head is not None
    inputs = inputs_of(batch, reader.compute.device)
    reader.encoder.zero_grad(set_to_none=True)
    torch.autograd.backward(reader.head.loss(hidden_states(reader.encoder, inputs), inputs) * terms)


def weights_of(encoder: Any) -> dict[str, Any]:
    """The encoder's weights by name, without the embeddings."""
    left_out = {id(weight) for weight in embedding_layer(encoder).parameters()}
    return {name: weight for name, weight in encoder.named_parameters() if id(weight) not in left_out}


def by_output(information: torch.Tensor) -> Vectors:
    """One number for each output of a weight: the mean over what it reads."""
    flat = information.flatten(1).mean(dim=1) if information.dim() > 1 else information
    found: Vectors = flat.detach().float().cpu().numpy()
    return found


def targets_in(targets: Any, batch: int) -> float:
    """How many labels an example has: the loss is a mean over them, and log p(y | x) their sum."""
    return max(1.0, float(np.count_nonzero(targets != IGNORED))) if batch == 1 else 1.0
