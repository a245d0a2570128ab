"""Masked-LM training of an encoder from the start, in many languages at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from xeval.errors import BadValue
from xeval.hashing import seed_of
from xeval.learning.batching import IntArray
from xeval.learning.checkpoints import Keeper, is_due, keep, last_good, made_with, resume
from xeval.learning.gradients import within_memory
from xeval.learning.ledger import Ledger
from xeval.learning.maskedstep import ADVICE, Learner, Room, learn
from xeval.learning.masking import Corpus, Masked, batches_of, habits, masked_batch
from xeval.learning.optimising import precise, warmed
from xeval.learning.standing import Standing, are_numbers
from xeval.learning.telemetry import BOTH_WAYS, settle
from xeval.learning.vocabulary import PAD
from xeval.tuning import Compute, Pretraining, Progress, Report, Watch

WARMUP, WEIGHT_DECAY = 0.1, 0.01
TWENTIETHS = 20
SHRUNK = (
    "out of memory: each step was computed in parts of at most {:,} documents, with their gradients added up; "
    "the documents of a step stayed as they are"
)


def train_masked(
    encoder: Any,
    corpus: Corpus,
    settings: Pretraining,
    seed: int,
    compute: Compute,
    watch: Watch,
    unfinished: Path | None = None,
) -> Report:
    """Train the encoder in place on the documents that the strategy of `settings` asks for; `seconds` is left at 0.

    One that was killed goes on from its checkpoint in `unfinished`. Raises BadValue if the loss is lost.
    """
    wanted = (~corpus.bilingual & ("mlm" in settings.strategy)) | (corpus.bilingual & ("tlm" in settings.strategy))
    steps = settings.steps if wanted.any() else 0
    rng = np.random.default_rng(seed_of("masked-lm", seed))
    batches = batches_of(corpus, wanted, steps, settings.batch_size, rng) if steps else []
    learner = learner_of(encoder.to(compute.device).train(), corpus, settings, seed, compute.device)
    standing = Standing(learner.models(), learner.optimizer, rng, Ledger(watch, steps), compute.device)
    keeper = Keeper(unfinished, 60 * compute.checkpoint_minutes, made_with(compute, batches))
    resume(keeper, standing)
    with precise(compute, encoder):
        within_memory(lambda: follow(learner, corpus, settings, batches, (standing, keeper)), ADVICE)
    if steps and not are_numbers(standing):
        raise diverged(corpus, batches[-1], (steps - 1, steps), keeper)
    settle(encoder, BOTH_WAYS)
    return reported(standing.ledger, steps, keeper.remarks)


def reported(ledger: Ledger, steps: int, remarks: Sequence[str]) -> Report:
    """The report of a training that is over; one of no steps has no losses."""
    parts = np.array_split([float(loss) for loss in ledger.losses], min(TWENTIETHS, steps)) if steps else ()
    padding = 1 - ledger.tokens / max(ledger.places, 1)
    means = tuple(float(part.mean()) for part in parts)
    return Report(steps, ledger.examples, ledger.tokens, padding, 0.0, means, (), tuple(remarks))


def follow(
    learner: Learner,
    corpus: Corpus,
    settings: Pretraining,
    batches: Sequence[IntArray],
    kept: tuple[Standing, Keeper],
) -> None:
    """The steps that are not done yet."""
    (standing, keeper), (ledger, rng), room = kept, (kept[0].ledger, kept[0].rng), Room()
    for step in range(len(ledger.losses), len(batches)):
        masked = masked_batch(corpus, batches[step], settings.mask, learner.encoder.config.vocab_size, rng)
        loss = learn(learner, masked, settings.learning_rate * warmed(step, len(batches), WARMUP), room)
        if not np.isfinite(loss):
            raise diverged(corpus, batches[step], (step, len(batches)), keeper)
        write_down(ledger, loss, masked)
        if is_due(keeper) and step + 1 < len(batches):
            keep(keeper, standing)
    if room.documents:
        keeper.remarks.append(SHRUNK.format(room.documents))


def write_down(ledger: Ledger, loss: float, masked: Masked) -> None:
    """Write a step down, and tell the watcher."""
    ledger.turns.append(0)
    ledger.losses.append(torch.tensor(loss, dtype=torch.float64))
    ledger.examples += len(masked.inputs)
    ledger.tokens += int((masked.inputs != PAD).sum())
    ledger.places += masked.inputs.size
    ledger.watch(Progress(len(ledger.losses), ledger.total, ledger.tokens))


def diverged(corpus: Corpus, batch: IntArray, step: tuple[int, int], keeper: Keeper) -> BadValue:
    """The error of a pretraining whose loss is no number."""
    languages = ", ".join(sorted({corpus.languages[number] for number in batch}))
    return BadValue(
        f"The pretraining diverged: its numbers overflowed at step {step[0] + 1} of {step[1]}, on documents in "
        f"{languages}. {last_good(keeper)}",
        hint="Lower the model's pretraining.learning_rate.",
    )


def learner_of(encoder: Any, corpus: Corpus, settings: Pretraining, seed: int, device: str) -> Learner:
    """The encoder with a fresh head, the habits of its corpus, and an optimizer."""
    table = encoder.get_input_embeddings().weight
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_of("masked-lm-head", seed))
        width = table.shape[1]
        head = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.LayerNorm(width)).to(device)
    bias = nn.Parameter(torch.zeros(len(table), device=device))
    trained = [*encoder.parameters(), *head.parameters(), bias]
    groups = [
        {"params": [parameter for parameter in trained if parameter.ndim > 1], "weight_decay": WEIGHT_DECAY},
        {"params": [parameter for parameter in trained if parameter.ndim <= 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=settings.learning_rate, betas=(0.9, 0.98), eps=1e-6, fused=True)
    return Learner(encoder, head, bias, torch.from_numpy(habits(corpus, len(table))).to(device), optimizer)
