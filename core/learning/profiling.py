"""Profiles of trainings: a few steps of each, as a trace that browsers draw."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import torch

from xeval.tuning import Compute

T = TypeVar("T")
WARM, PROFILED = 2, 4  # steps before a profile, and in it
STEPPING: list[Any] = []  # the profile that is being made


@contextlib.contextmanager
def profiled(compute: Compute, name: str) -> Iterator[None]:
    """Write a trace of what is computed, for chrome://tracing or Perfetto, into the folder asked for, if one is."""
    if not compute.profile:
        yield
        return
    folder = Path(compute.profile)
    folder.mkdir(parents=True, exist_ok=True)
    activities = [torch.profiler.ProfilerActivity.CPU]
    activities += [torch.profiler.ProfilerActivity.CUDA] if compute.device.startswith("cuda") else []
    schedule = torch.profiler.schedule(wait=0, warmup=WARM, active=PROFILED, repeat=1)

    def keep(profile: Any) -> None:
        profile.export_chrome_trace(str(folder / f"{name}.json"))

    with torch.profiler.profile(activities=activities, schedule=schedule, on_trace_ready=keep) as profile:
        STEPPING.append(profile)
        try:
            yield
        finally:
            STEPPING.pop()


def stepped(steps: Iterator[T]) -> Iterator[T]:
    """The same steps; after each, the profile that is being made goes on."""
    for step in steps:
        yield step
        for profile in STEPPING:
            profile.step()
