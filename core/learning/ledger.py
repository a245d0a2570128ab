"""What a training writes down as it goes, and its report at the end."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch

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
    before: float = 0.0  # seconds that a training took until it was killed
    looked: float = 0.0
    turns: list[int] = field(default_factory=list)  # which training set each step was of
    losses: list[torch.Tensor] = field(default_factory=list)
    examples: int = 0
    tokens: int = 0  # real sub-words
    places: int = 0  # padding included
    sound: int = 0  # steps whose losses are known to be numbers


def note(ledger: Ledger, turn: int, loss: torch.Tensor, batch: Batch) -> bool:
    """Write a step down; true a few times per second and at the end, when the watcher is told.

    The loss stays on its device, so that nothing waits for it.
    """
    ledger.turns.append(turn)
    ledger.losses.append(loss)
    ledger.examples += len(batch.sizes)
    ledger.tokens += int(batch.lengths.sum())
    ledger.places += batch.ids.size
    now, done = time.monotonic(), len(ledger.losses)
    if done < ledger.total and now - ledger.looked < BETWEEN_LOOKS:
        return False
    ledger.looked = now
    ledger.watch(Progress(done, ledger.total, ledger.tokens))
    return True


def lost_step(ledger: Ledger) -> int | None:
    """The number, from 0, of the first step whose loss is no number; only steps since the last look are looked at."""
    if ledger.sound == len(ledger.losses):
        return None
    lost = ~torch.stack(ledger.losses[ledger.sound :]).isfinite().cpu().numpy()
    if lost.any():
        return ledger.sound + int(np.argmax(lost))
    ledger.sound = len(ledger.losses)
    return None


def losses_of(ledger: Ledger) -> Losses:
    """The loss of each step."""
    losses: Losses = torch.stack(ledger.losses).double().cpu().numpy()
    return losses


def reported(ledger: Ledger, losses: Losses, notes: Sequence[str], remarks: Sequence[str] = ()) -> Report:
    """The report of a training that is over."""
    return Report(
        steps=len(losses),
        examples=ledger.examples,
        tokens=ledger.tokens,
        padding=1 - ledger.tokens / ledger.places,
        seconds=ledger.before + time.monotonic() - ledger.started,
        losses=tuple(float(part.mean()) for part in np.array_split(losses, min(TWENTIETHS, len(losses)))),
        notes=tuple(notes),
        remarks=tuple(remarks),
    )
