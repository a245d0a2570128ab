"""A model that is parted among processes learns what it learns in one, and each process holds its share alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from parted import WAYS
from safetensors.torch import load_file
from test_gradients import training_set

from xeval.errors import BadValue
from xeval.faces import where as place
from xeval.faces.where import Where, compute_of
from xeval.formats.features import Batch
from xeval.hashing import file_digest
from xeval.learning.microbatches import counted
from xeval.learning.parting import filler, layers_of
from xeval.learning.training import train
from xeval.plans.wishes import Wishes
from xeval.running.jobs import Setup
from xeval.running.ranks import environment, free_port
from xeval.tuning import Compute

pytest.importorskip("accelerate")


@pytest.mark.parametrize(
    ("compute", "problem"),
    [
        (Compute(shard=True), "--shard parts a model among processes, and there is one"),
        (Compute(shard=True, processes=2, compile=True), "--shard and --compile do not go together"),
    ],
)
def test_what_does_not_go_together_is_told(compute: Compute, problem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "COMPILERS", (sys.executable,))

    with pytest.raises(BadValue, match=problem):
        compute_of(Wishes(), Where(device="cpu", compute=compute))


def test_the_layers_of_an_encoder_are_its_longest_list() -> None:
    short, long = (torch.nn.ModuleList(torch.nn.Linear(1, 1) for _ in range(count)) for count in (2, 5))

    assert layers_of(torch.nn.ModuleDict({"adapters": short, "layers": long})) is long
    assert len(layers_of(torch.nn.Linear(1, 1))) == 0


def test_what_fills_up_has_something_to_learn() -> None:
    targets = np.array([[-100, -100], [-100, 3]])
    batch = Batch(np.array([[5, 6], [7, 8]]), np.array([2, 2]), None, None, None, (1, 1), targets, None, True)

    assert filler(batch).ids.tolist() == [[7, 8]]
    assert counted(filler(batch)) == 1


# ------------------------------------------------------------------------------------------------------ with processes


@pytest.fixture(scope="module")
def told(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Any], Path]]:
    """What two processes told of trainings of parted models, and where their weights are."""
    pytest.importorskip("peft")
    out = tmp_path_factory.mktemp("parted")
    setup, port = Setup(out, compute=Compute(processes=2, shard=True)), free_port()
    command = [sys.executable, str(Path(__file__).with_name("parted.py")), str(tiny_model), str(out)]
    pipe = subprocess.PIPE
    ranks = [
        subprocess.Popen(command, env=environment(number, port, setup), stdout=pipe, stderr=pipe, text=True)
        for number in range(2)
    ]
    try:
        ended = [rank.communicate(timeout=300) for rank in ranks]
        assert [rank.returncode for rank in ranks] == [0, 0], ended[0][1][-4000:] + ended[1][1][-4000:]
        yield json.loads(ended[0][0]), out
    finally:
        for rank in ranks:
            rank.kill()


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_a_parted_model_learns_what_a_whole_one_does(
    way: str, told: tuple[dict[str, Any], Path], tiny_model: Path, tmp_path: Path
) -> None:
    formats, settings, compute = WAYS[way]
    sets = [training_set(of) for of in formats]

    alone = train(tiny_model, sets, settings, 0, compute, tmp_path, lambda progress: None)

    assert told[0][way] == pytest.approx(alone.losses, rel=1e-5)
    one, other = (load_file(folder / "model.safetensors") for folder in (tmp_path, told[1] / way))
    assert one.keys() == other.keys()
    assert all(one[name].shape == other[name].shape for name in one)
    # The gradient of a key's bias is 0 but for rounding, which AdamW makes a step of; it changes no attention. Single
    # numbers elsewhere have such gradients too, so it is the way from the start that is compared, weight by weight.
    start = load_file(tiny_model / "model.safetensors")
    moved = {n: float((one[n] - start[n]).norm()) for n in one if n in start and not n.endswith("key.bias")}
    assert all(float((one[n] - other[n]).norm()) <= 1e-3 * far for n, far in moved.items())
    assert sum(far > 0 for far in moved.values()) > 10


@pytest.mark.slow
def test_each_process_holds_its_share_alone(told: tuple[dict[str, Any], Path]) -> None:
    sizes = told[0]["sizes"]

    assert sum(sizes["held"]) == sizes["all"][0]
    assert max(sizes["held"]) < 0.55 * sizes["all"][0]


@pytest.mark.slow
def test_a_parted_training_that_was_killed_ends_in_the_same_bits(told: tuple[dict[str, Any], Path]) -> None:
    assert told[0]["resumed"] == ["went on from the checkpoint after step 3"]
    for part in ("model", "head", "language-model-head"):
        one, other = (told[1] / name / f"{part}.safetensors" for name in ("sentences and text", "resumed"))
        assert file_digest(one) == file_digest(other)


@pytest.mark.slow
def test_memory_that_runs_out_ends_with_advice(told: tuple[dict[str, Any], Path]) -> None:
    assert "Out of memory" in told[0]["out of memory"]
    assert "--micro-tokens, or more --processes" in told[0]["out of memory"]


@pytest.mark.slow
def test_memory_that_runs_out_in_one_process_alone_is_met_by_halving_there_and_told(
    told: tuple[dict[str, Any], Path],
) -> None:
    """A training that is not parted; the first process, which tells, has memory enough."""
    whole, halved, remarks = told[0]["in halves"]

    assert halved == pytest.approx(whole, rel=1e-3)
    assert "out of memory: each step was computed in parts of at most" in remarks[0]
