"""What a training writes down as it goes, and its report at the end."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch

from xeval.errors import BadValue
from xeval.formats.features import Batch
from xeval.tuning import Progress, Report, Watch

Losses = npt.NDArray[np.float64]
BETWEEN_LOOKS = 0.25  # seconds between two reports of progress
TWENTIETHS = 20


@dataclass
class Ledger:
    """What a training writes down as it goes."""

    watch: Watch
    total: int  # steps
    started: float = field(default_factory=time.monotonic)
    looked: float = 0.0
    turns: list[int] = field(default_factory=list)  # which training set each step was of
    losses: list[torch.Tensor] = field(default_factory=list)
    examples: int = 0
    tokens: int = 0  # real sub-words
    places: int = 0  # padding included


def note(ledger: Ledger, turn: int, loss: torch.Tensor, batch: Batch) -> None:
    """Write a step down, and tell the watcher a few times per second.

    The loss stays on its device, so that nothing waits for it.
    """
    ledger.turns.append(turn)
    ledger.losses.append(loss)
    ledger.examples += len(batch.sizes)
    ledger.tokens += int(batch.lengths.sum())
    ledger.places += batch.ids.size
    now, done = time.monotonic(), len(ledger.losses)
    if done == ledger.total or now - ledger.looked >= BETWEEN_LOOKS:
        ledger.looked = now
        ledger.watch(Progress(done, ledger.total, ledger.tokens))


def losses_of(ledger: Ledger) -> Losses:
    """The loss of each step. Raises BadValue if one is no number."""
    losses: Losses = torch.stack(ledger.losses).double().cpu().numpy()
    lost = ~np.isfinite(losses)
    if lost.any():
        where = f"step {int(np.argmax(lost)) + 1} of {len(losses)}"
        raise BadValue(
            f"The training diverged: the loss is no number at {where}.", hint="Lower training.learning_rate."
        )
    return losses


def reported(ledger: Ledger, losses: Losses, notes: Sequence[str]) -> Report:
    """The report of a training that is over."""
    return Report(
        steps=len(losses),
        examples=ledger.examples,
        tokens=ledger.tokens,
        padding=1 - ledger.tokens / ledger.places,
        seconds=time.monotonic() - ledger.started,
        losses=tuple(float(part.mean()) for part in np.array_split(losses, min(TWENTIETHS, len(losses)))),
        notes=tuple(notes),
    )
