"""What a computation was worth: model FLOP, the share of a known GPU's best that it reached, memory."""

from __future__ import annotations

import resource
import sys
from typing import Any

import torch

from xeval.phases import RECORD, Record
from xeval.tuning import Compute
from xeval.values import Json

# Dense bf16 FLOP/s by the beginning of the device's name, from NVIDIA's data sheets (H100 and H200: half of what they
# give "with sparsity"). The first that fits counts.
PEAKS = {
    "NVIDIA H200 NVL": 835.5e12,
    "NVIDIA H200": 989.5e12,
    "NVIDIA H100 PCIe": 756.5e12,
    "NVIDIA H100 NVL": 835.5e12,
    "NVIDIA H100": 989.5e12,
    "NVIDIA A100": 312e12,
}
FORWARD, BOTH_WAYS = 1, 3  # the way back costs twice the way there


def flop(encoder: Any, tokens: int, squares: int, ways: int) -> float:
    """Floating-point operations of an encoder's layers for inputs of so many sub-words; `squares` of their lengths.

    2 N for each sub-word and 4 L H s for its attention over s of them, with N = L (4 H^2 + 2 H F) weights: Narayanan et
    al. 2021 (2104.04473, appendix) without the vocabulary. What an exact shortcut leaves out is counted all the same.
    """
    config = encoder.config
    layers, hidden = int(config.num_hidden_layers), int(config.hidden_size)
    inner = int(getattr(config, "intermediate_size", 4 * hidden))
    weights = layers * (4 * hidden**2 + 2 * hidden * inner)
    return float(ways * (2 * weights * tokens + 4 * layers * hidden * squares))


def settle(encoder: Any, ways: int) -> None:
    """Turn the sub-words that were recorded into FLOP of the encoder that computed them."""
    record = RECORD.get()
    if record is not None:
        record.flop = flop(encoder, record.tokens, record.squares, ways)


def peak(device: str) -> float | None:
    """The dense bf16 FLOP/s of a GPU; None of one that is not known, and of processors."""
    return next((value for name, value in PEAKS.items() if device.startswith(name)), None)


def told(record: Record, compute: Compute) -> dict[str, Json]:
    """What a manifest tells of a computation."""
    cuda = compute.device.startswith("cuda")
    seconds = record.wall.get("compute", 0.0)
    rate = record.flop / seconds if seconds else 0.0
    best = peak(torch.cuda.get_device_name(compute.device)) if cuda and compute.precision == "bf16" else None
    return {
        "seconds": {part: round(value, 3) for part, value in record.wall.items()},
        "processor_seconds": {part: round(value, 3) for part, value in record.cpu.items()},
        "tokens": record.tokens,
        "rows": record.rows,
        "tokens_per_second": round(record.tokens / seconds, 1) if seconds else None,
        "padding": round(1 - record.tokens / record.rows, 4) if record.rows else 0.0,
        "flop": record.flop,
        "flop_per_second": rate,
        "utilisation": round(rate / (best * record.processes), 4) if best else None,
        "memory": record.memory or memory(compute.device),
    }


def memory(device: str) -> int:
    """The most bytes held: of a GPU by this stage, of main memory by this process so far."""
    if device.startswith("cuda"):
        return int(torch.cuda.max_memory_allocated(device))
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def forget_memory(device: str) -> None:
    """Begin to measure the memory of a GPU anew."""
    if device.startswith("cuda"):
        torch.cuda.reset_peak_memory_stats(device)
