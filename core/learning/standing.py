"""Where a training is: all that its next step depends on, as tensors and numbers, and back."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from xeval.learning.group import ALONE, Group, agreed, gathered
from xeval.learning.ledger import Ledger
from xeval.learning.parting import is_parted, like, own_part, whole_of

COUNTED = ("examples", "tokens", "places", "before")  # what of a ledger is a number


@dataclass(frozen=True, eq=False)
class Standing:
    """All that the next step of a training depends on, and what it has written down so far."""

    models: Sequence[nn.Module]
    optimizer: torch.optim.Optimizer
    rng: np.random.Generator  # of the data
    ledger: Ledger
    device: str
    group: Group = ALONE


def tensors_of(standing: Standing) -> dict[str, Tensor]:
    """Weights, the optimizer's averages, and the loss of each step."""
    found = dict(weights_of(standing.models))
    for number, values in standing.optimizer.state_dict()["state"].items():
        found |= {f"optimizer.{number}.{name}": value for name, value in values.items()}
    if standing.ledger.losses:
        found["losses"] = torch.stack(standing.ledger.losses)
    return found | {"turns": torch.tensor(standing.ledger.turns, dtype=torch.int64)}


def weights_of(models: Sequence[nn.Module]) -> Iterator[tuple[str, Tensor]]:
    """Every weight of some models, and every buffer that is no mere numbering of places, each once, by a name."""
    for number, model in enumerate(models):
        for name, tensor in (*model.named_parameters(), *model.named_buffers()):
            if tensor.is_floating_point():
                yield f"model.{number}.{name}", tensor


def are_numbers(standing: Standing) -> bool:
    """Whether every weight is a finite number, in all processes of the group; all of them must ask."""
    sound = all(bool(own_part(tensor).isfinite().all()) for _, tensor in weights_of(standing.models))
    return not any(agreed(standing.group, [not sound]))


def fits(standing: Standing, tensors: Mapping[str, Tensor]) -> bool:
    """Whether a checkpoint has the weights of a training in their shapes: another library may name them otherwise."""
    found = {name: tensor.shape for name, tensor in tensors.items() if name.startswith("model.")}
    return found == {name: tensor.shape for name, tensor in weights_of(standing.models)}


def gathered_tensors(standing: Standing) -> dict[str, Tensor]:
    """The tensors of a training, whole and on the processor, in the first process of the group; all must ask."""
    found = {}
    for name, tensor in tensors_of(standing).items():
        if standing.group.leads:
            found[name] = whole_of(tensor)
        elif is_parted(tensor):
            whole_of(tensor)  # the first process waits for this part
    return found


def chances_of(standing: Standing) -> dict[str, Tensor]:
    """The states of torch's generators in every process of the group."""
    states = {"cpu": torch.get_rng_state()}
    if standing.device.startswith("cuda"):
        states["cuda"] = torch.cuda.get_rng_state(standing.device)
    return {
        f"chance.{kind}.{rank}": table
        for kind, state in states.items()
        for rank, table in enumerate(gathered(standing.group, state))
    }


def counts_of(ledger: Ledger) -> dict[str, float]:
    """The numbers of a ledger; `before` is the seconds until now."""
    counts = {name: getattr(ledger, name) for name in COUNTED}
    return counts | {"before": ledger.before + time.monotonic() - ledger.started}


def restore(standing: Standing, tensors: Mapping[str, Tensor], about: Mapping[str, Any]) -> None:
    """Put a training where a checkpoint was."""
    with torch.no_grad():
        for name, tensor in weights_of(standing.models):
            tensor.copy_(like(tensors[name], tensor))
    state: dict[int, dict[str, Tensor]] = {}
    weights = [weight for part in standing.optimizer.param_groups for weight in part["params"]]
    for key, tensor in tensors.items():
        if key.startswith("optimizer."):
            _, number, name = key.split(".")
            state.setdefault(int(number), {})[name] = like(tensor, weights[int(number)])
    groups = standing.optimizer.state_dict()["param_groups"]
    standing.optimizer.load_state_dict({"state": state, "param_groups": groups})
    standing.rng.bit_generator.state = about["rng"]
    set_chance(tensors, standing.device, standing.group.rank)
    restore_ledger(standing, tensors, about["ledger"])


def set_chance(tensors: Mapping[str, Tensor], device: str, rank: int) -> None:
    """Set torch's generators as a checkpoint has them for a process of the group."""
    torch.set_rng_state(tensors[f"chance.cpu.{rank}"])
    if device.startswith("cuda"):
        torch.cuda.set_rng_state(tensors[f"chance.cuda.{rank}"], device)


def restore_ledger(standing: Standing, tensors: Mapping[str, Tensor], counts: Mapping[str, Any]) -> None:
    """What a training has written down until a checkpoint."""
    ledger = standing.ledger
    ledger.turns[:] = tensors["turns"].tolist()
    ledger.losses[:] = [loss.to(standing.device) for loss in tensors.get("losses", torch.zeros(0)).unbind()]
    for name in COUNTED:
        setattr(ledger, name, counts[name])
