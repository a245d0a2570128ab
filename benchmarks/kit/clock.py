"""Time and memory of named parts of a program."""

from __future__ import annotations

import contextlib
import resource
import time
from collections.abc import Iterator


class Clock:
    """Seconds by part: on the wall, and of processors (user and system, all threads of this process)."""

    def __init__(self, device: str = "cpu") -> None:
        self.parts: dict[str, dict[str, float]] = {}
        self._device = device

    @contextlib.contextmanager
    def __call__(self, part: str) -> Iterator[None]:
        """Add the time of a block to a part."""
        begun = self._now()
        yield
        for name, since, now in zip(("wall", "cpu"), begun, self._now(), strict=True):
            times = self.parts.setdefault(part, {"wall": 0.0, "cpu": 0.0})
            times[name] += now - since

    def _now(self) -> tuple[float, float]:
        if self._device != "cpu":
            import torch

            torch.cuda.synchronize()
        return time.perf_counter(), time.process_time()


def peak_megabytes() -> int:
    """The most memory that this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
