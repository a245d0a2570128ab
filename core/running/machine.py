"""What a result was computed on: hardware, system and the versions of what matters."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from xeval.values import Json

PACKAGES = ("xeval-harness", "torch", "transformers", "tokenizers", "datasets", "numpy", "scipy", "safetensors")


@cache
def machine() -> dict[str, Json]:
    """Processor, accelerators, system and package versions of this machine."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "accelerators": accelerators(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": {name: found for name in PACKAGES if (found := installed_version(name))},
    }


def processor() -> str:
    """The processor's name as the system tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or platform.machine()


def accelerators() -> list[str]:
    """The names of the GPUs that torch sees; empty where torch is not loaded, since asking would load it."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_available():
        return []
    return [str(torch.cuda.get_device_name(number)) for number in range(torch.cuda.device_count())]


def gpus() -> int:
    """How many NVIDIA GPUs this process may use, counted without loading torch."""
    if (installed_version("torch") or "").endswith("+cpu"):
        return 0  # there may be one, but this torch cannot use it
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    present = len([path for path in Path("/dev").glob("nvidia*") if path.name.removeprefix("nvidia").isdigit()])
    if visible is None:
        return present
    return min(present, len([name for name in visible.split(",") if name.strip() not in ("", "-1")]))


AMPERE = (8, 0)  # compute capability: the first NVIDIA GPUs that multiply in bf16
BF16_FLAGS = frozenset({"avx512_bf16", "amx_bf16", "bf16"})  # of processors: Intel and AMD, Intel, ARM


def lacks_bf16(device: str) -> str:
    """Why bf16 would not be computed natively; empty if it is, or nobody can say without torch."""
    if device == "cpu":
        return "" if BF16_FLAGS & flags() else f"the processor ({processor()}) does not compute in it"
    old = [f"{name} (compute capability {a}.{b})" for name, (a, b) in capabilities() if (a, b) < AMPERE]
    return f"{', '.join(dict.fromkeys(old))} does not compute in it" if old else ""


def flags() -> frozenset[str]:
    """What the processor says that it can do."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    found = (line.partition(":")[2].split() for line in lines if line.lower().startswith(("flags", "features")))
    return frozenset(next(found, ()))


@cache
def capabilities() -> tuple[tuple[str, tuple[int, int]], ...]:
    """The name and the compute capability of each GPU, as the driver's own tool tells them; none if it is not there."""
    command = ("nvidia-smi", "--query-gpu=name,compute_cap", "--format=csv,noheader")
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ()
    rows = (line.rpartition(",") for line in told.splitlines())
    numbers = ((name.strip(), re.fullmatch(r"\s*(\d+)\.(\d+)\s*", number)) for name, _, number in rows)
    return tuple((name, (int(found[1]), int(found[2]))) for name, found in numbers if found)


def installed_version(package: str) -> str | None:
    """The version of an installed distribution, or None."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None
