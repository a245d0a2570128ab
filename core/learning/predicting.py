"""Predictions of a model state for many lists of examples in one sweep."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch

from xeval.formats.features import Format
from xeval.formats.lengths import measure
from xeval.formats.table import format_of
from xeval.learning.inputs import fitted
from xeval.learning.optimising import precise
from xeval.learning.reading import Reader, opened, outputs_of
from xeval.learning.searching import found, threshold
from xeval.learning.telemetry import FORWARD, settle
from xeval.learning.tokenised import encoded
from xeval.phases import phase
from xeval.tuning import Compute, Retrieval, Training
from xeval.values import Example, FormatName, Prediction


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


def answered(reader: Reader, of: Format, examples: Sequence[Example], settings: Training) -> list[Prediction]:
    """What the head says of one list."""
    with phase("tokenise"):
        features = encoded(of, examples, reader.subwords, settings, reader.labels)
        measure(examples, features, reader.subwords, settings)
    with phase("compute"):
        return of.decode(examples, features, outputs_of(reader, features), settings, reader.labels)
