"""One process of a group that trains parted models; the first prints what the trainings told. Started by a test."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import torch
from test_gradients import SETTINGS, training_set

from xeval.learning import gradients, ledger, looping
from xeval.learning.group import Group, gathered, joined
from xeval.learning.heads import fresh_head
from xeval.learning.inputs import Inputs, hidden_states
from xeval.learning.models import open_model, use_threads
from xeval.learning.parting import own_part, parted
from xeval.learning.training import train
from xeval.tuning import Compute, Progress, Report, Training
from xeval.values import FormatName

WAYS: dict[str, tuple[list[FormatName], Training, Compute]] = {
    "sentences and text": (["classification", "masked_lm"], SETTINGS, Compute()),
    "in parts": (["tagging"], SETTINGS, Compute(micro_tokens=40)),
    "layers computed again": (["classification"], SETTINGS, Compute(gradient_checkpointing=True)),
    "frozen embeddings": (["multiple_choice"], replace(SETTINGS, freeze_embeddings=True), Compute()),
    "an adapter": (["classification"], replace(SETTINGS, adapter="lora", rank=2), Compute()),
    "whole batches": (["ranking"], SETTINGS, Compute()),
}


class Killed(BaseException):
    """Stands for a kill."""


def ignore(progress: Progress) -> None:
    """Nobody watches."""


def kill(progress: Progress) -> None:
    if progress.done == 4:
        raise Killed


def sizes(model: Path, group: Group) -> dict[str, list[int]]:
    """How many numbers of an encoder each process holds, and how many there are."""
    encoder, _, _ = open_model(model)
    head = fresh_head("sentence", encoder, 2, "cls", 0)
    weights = [*encoder.parameters(), *head.parameters()]
    total = sum(weight.numel() for weight in weights)
    whole = parted(encoder, [head], lambda turn, batch: torch.zeros(()), group)
    mine = sum(own_part(weight).numel() for weight in whole.parameters())
    return {"held": [int(n) for n in gathered(group, torch.tensor(mine))], "all": [total]}


def trained(way: str, model: Path, out: Path, group: Group) -> Report:
    formats, settings, compute = WAYS[way]
    compute = replace(compute, processes=group.size, shard=True, checkpoint_minutes=0)
    return train(model, [training_set(of) for of in formats], settings, 0, compute, out / way, ignore, None, group)


def resumed(model: Path, out: Path, group: Group) -> Report:
    """A training that is killed after four steps, and goes on from its checkpoint."""
    ledger.BETWEEN_LOOKS = 0.0
    compute = Compute(processes=group.size, shard=True, checkpoint_minutes=1e-9)
    how = ([training_set("classification"), training_set("masked_lm")], SETTINGS, 0, compute, out / "resumed")
    try:
        train(model, *how, kill, out / "unfinished", group)
    except Killed:
        return train(model, *how, ignore, out / "unfinished", group)
    raise AssertionError("it was not killed")


def out_of_memory(model: Path, out: Path, group: Group) -> str:
    """What a training says that runs out of memory."""

    def full(*_: object) -> torch.Tensor:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    gradients.parted_gradients = full
    try:
        trained("in parts", model, out, group)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told
        return f"{error} {getattr(error, 'hint', '')}"
    return ""


class Card:
    """A device of one process alone, with memory for so many sub-words at once."""

    def __init__(self, memory: int) -> None:
        self.memory = memory

    def __call__(self, encoder: torch.nn.Module, inputs: Inputs) -> torch.Tensor:
        if inputs.rows.ids.numel() > self.memory:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return hidden_states(encoder, inputs)


def in_halves(model: Path, out: Path, group: Group) -> list[object]:
    """The losses of a training that is not parted, and those and the remarks where memory runs out in one process."""
    how = ([training_set("classification")], SETTINGS, 0, Compute(processes=group.size))
    whole = train(model, *how, out / "at once", ignore, None, group)
    if not group.leads:
        looping.hidden_states = Card(40)
    halved = train(model, *how, out / "in halves", ignore, None, group)
    looping.hidden_states = hidden_states
    return [whole.losses, halved.losses, halved.remarks]


def serve(model: Path, out: Path) -> None:
    use_threads(1)
    group = joined(cpu=True)
    told: dict[str, object] = {"sizes": sizes(model, group)}
    told |= {way: trained(way, model, out, group).losses for way in WAYS}
    told["resumed"] = resumed(model, out, group).remarks
    told["in halves"] = in_halves(model, out, group)
    told["out of memory"] = out_of_memory(model, out, group)
    if group.leads:
        sys.stdout.write(json.dumps(told))
        sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), Path(sys.argv[2]))
