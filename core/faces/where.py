"""Where a run reads, writes and computes: as it is asked for, and as this machine can."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from xeval.errors import BadValue
from xeval.plans.wishes import Wishes
from xeval.running.machine import gpus, installed_version, lacks_bf16
from xeval.tuning import Compute

Device = Literal["auto", "cpu", "cuda"]
Precision = Literal["fp32", "bf16"]
COMPILERS = ("g++", "clang++", "c++")


@dataclass(frozen=True)
class Where:
    """Where a run reads, writes and computes; nothing here changes a result."""

    store: Path = Path(".xeval")
    overlays: tuple[Path, ...] = ()
    hub: Path | None = None
    offline: bool = False
    device: Device = "auto"
    track: tuple[str, ...] = ()  # observers, each NAME:WHERE
    executor: Literal["local", "inline"] = "local"
    workers: int | None = None
    profile: bool = False
    compute: Compute = field(default_factory=Compute)  # all but device and precision, which depend on the machine


def compute_of(wishes: Wishes, where: Where) -> Compute:
    """Device and precision: a GPU with bf16 where there is one that has it, otherwise fp32."""
    if where.device == "cuda" and not gpus():
        raise BadValue("--device cuda is asked for, but this machine shows no GPU.", hint="Use --device auto or cpu.")
    device = "cuda" if gpus() and where.device != "cpu" else "cpu"
    check_compiler(where.compute)
    check_processes(where.compute, device)
    return replace(where.compute, device=device, precision=precision_of(wishes, device))


def precision_of(wishes: Wishes, device: str) -> Precision:
    """The precision asked for; of itself bf16 on a GPU that has it. Raises BadValue for what the machine lacks."""
    if wishes.precision == "fp32" or (wishes.precision == "auto" and device == "cpu"):
        return "fp32"
    lack = lacks_bf16(device)
    if lack and wishes.precision == "bf16":
        raise BadValue(f"--precision bf16 is not possible here: {lack}.", hint="Leave it out, or write fp32.")
    return "fp32" if lack else "bf16"


def check_compiler(compute: Compute) -> None:
    """Raise BadValue if training is to be compiled where no compiler is."""
    if compute.compile and not any(map(shutil.which, COMPILERS)):
        raise BadValue(
            f"--compile needs a C++ compiler ({', '.join(COMPILERS)}).", hint="Install one, or leave it out."
        )


def check_processes(compute: Compute, device: str) -> None:
    """Raise BadValue if several processes are to compute a training, and what they need is not there."""
    if compute.shard and compute.processes == 1:
        raise BadValue("--shard parts a model among processes, and there is one.", hint="Write --processes N too.")
    if compute.shard and compute.compile:
        raise BadValue("--shard and --compile do not go together.", hint="Leave one of them out.")
    if compute.processes == 1:
        return
    if installed_version("accelerate") is None:
        raise BadValue("--processes needs Accelerate.", hint="Install it: pip install 'xeval-harness[processes]'")
    if device == "cuda" and gpus() < compute.processes:
        raise BadValue(
            f"--processes {compute.processes} needs as many GPUs; this machine shows {gpus()}.",
            hint=f"Write --processes {gpus()}." if gpus() > 1 else "Leave it out.",
        )
