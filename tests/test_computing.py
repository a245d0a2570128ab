"""What a machine cannot compute is told before anything runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from xeval.errors import BadValue
from xeval.faces import where as place
from xeval.faces.where import Where, compute_of
from xeval.plans.wishes import Wishes
from xeval.running import machine
from xeval.tuning import Compute

BF16, AUTO = Wishes(precision="bf16"), Wishes()
CPU = Where(device="cpu")


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """A machine with a GPU and the driver's tool; the folder of the tool is first on the path."""
    monkeypatch.setattr(place, "gpus", lambda: 1)
    monkeypatch.setenv("PATH", str(tmp_path))
    machine.capabilities.cache_clear()
    yield str(tmp_path)
    machine.capabilities.cache_clear()


def tool(folder: str, told: str) -> None:
    path = Path(folder) / "nvidia-smi"
    path.write_text(f"#!/bin/sh\necho '{told}'\n")
    path.chmod(0o755)


def test_bf16_on_a_processor_is_for_those_that_compute_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "flags", lambda: frozenset({"avx2", "avx512_bf16"}))
    assert compute_of(BF16, CPU).precision == "bf16"
    assert compute_of(AUTO, CPU).precision == "fp32"

    monkeypatch.setattr(machine, "flags", lambda: frozenset({"avx2", "avx512f"}))
    with pytest.raises(BadValue, match="--precision bf16 is not possible here: the processor"):
        compute_of(BF16, CPU)


def test_a_gpu_without_bf16_is_told_and_computes_in_fp32_of_itself(cards: str) -> None:
    tool(cards, "Tesla V100-SXM2-16GB, 7.0")

    assert compute_of(AUTO, Where()).precision == "fp32"
    with pytest.raises(BadValue, match=r"Tesla V100-SXM2-16GB \(compute capability 7.0\) does not compute in it"):
        compute_of(BF16, Where())


@pytest.mark.parametrize("told", ["NVIDIA H200, 9.0", "no devices were found"])
def test_a_gpu_with_bf16_or_unknown_computes_in_it(cards: str, told: str) -> None:
    tool(cards, told)

    assert compute_of(AUTO, Where()).precision == "bf16"


def test_a_gpu_without_the_drivers_tool_is_taken_for_a_new_one(cards: str) -> None:
    assert compute_of(BF16, Where()).precision == "bf16"


def test_compiling_without_a_compiler_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(BadValue, match=r"--compile needs a C\+\+ compiler"):
        compute_of(AUTO, Where(device="cpu", compute=Compute(compile=True)))


def test_more_processes_than_gpus_are_told(cards: str) -> None:
    with pytest.raises(BadValue, match="--processes 2 needs as many GPUs; this machine shows 1"):
        compute_of(AUTO, Where(compute=Compute(processes=2)))


def test_processes_without_accelerate_are_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "installed_version", lambda package: None)

    with pytest.raises(BadValue, match=r"pip install 'xeval-harness\[processes\]'"):
        compute_of(AUTO, Where(device="cpu", compute=Compute(processes=2)))
