"""What a result was computed on: hardware, system and the versions of what matters."""

from __future__ import annotations

import os
import platform
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
    lines = info.read_text().splitlines() if info.exists() else []
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


def installed_version(package: str) -> str | None:
    """The version of an installed distribution, or None."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None
