"""Several processes compute one training: the same result, and if one fails, all end and the failure is told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file

from xeval.learning.group import ALONE, BUCKET, Group, buckets, share_of
from xeval.plans.stage import Stage
from xeval.running.jobs import Setup
from xeval.running.ranks import RankFailed, cards, crew, environment, heard
from xeval.running.store import Store
from xeval.tuning import Compute

pytest.importorskip("accelerate")

TWO = Compute(processes=2)
NOTHING = Stage("train", {"task": {"shelf": "intermediate", "name": "nothing-of-that-name"}, "seed": 0})


@pytest.mark.parametrize(
    ("visible", "first", "names"),
    [(None, 2, ["2", "3"]), ("4,5,6,7", 2, ["6", "7"]), ("GPU-a, GPU-b", 0, ["GPU-a", "GPU-b"])],
)
def test_a_group_gets_its_own_cards_of_those_that_are_visible(
    visible: str | None, first: int, names: list[str]
) -> None:
    assert cards(visible, first, 2) == names


def test_the_processes_of_a_group_part_the_threads_and_find_each_other(tmp_path: Path) -> None:
    setup = Setup(tmp_path, compute=Compute(device="cuda:2", processes=2), threads=8)

    one, other = (environment(number, 1234, setup) for number in range(2))

    assert (one["RANK"], other["RANK"], one["WORLD_SIZE"]) == ("0", "1", "2")
    assert one["OMP_NUM_THREADS"] == "4"
    assert one["MASTER_PORT"] == other["MASTER_PORT"] == "1234"
    assert one["CUDA_VISIBLE_DEVICES"] == other["CUDA_VISIBLE_DEVICES"]


@given(st.lists(st.integers(1, BUCKET * 2), max_size=8), st.booleans())
def test_buckets_hold_every_tensor_once_in_order_and_are_not_too_large(sizes: list[int], mixed: bool) -> None:
    kinds = [torch.bfloat16 if mixed and number % 3 == 0 else torch.float32 for number in range(len(sizes))]
    tensors = [torch.empty(size, dtype=kind, device="meta") for size, kind in zip(sizes, kinds, strict=True)]

    found = list(buckets(tensors))

    assert [id(tensor) for bucket in found for tensor in bucket] == [id(tensor) for tensor in tensors]
    assert all(len(b) == 1 or sum(t.numel() for t in b) <= BUCKET for b in found)
    assert all(len({tensor.dtype for tensor in bucket}) == 1 for bucket in found)


def test_a_group_parts_a_batch_so_that_each_feature_is_computed_once() -> None:
    import numpy as np

    from xeval.formats.features import Batch

    lengths = np.arange(3, 8)
    ids = np.arange(35).reshape(5, 7)
    batch = Batch(ids, lengths, None, None, None, (1,) * 5, np.arange(5))

    shares = [share_of(Group(rank, 6), batch) for rank in range(6)]

    assert share_of(ALONE, batch) is batch
    assert shares[5] is None
    assert sorted(int(share.targets[0]) for share in shares if share) == [0, 1, 2, 3, 4]


# ------------------------------------------------------------------------------------------------------ with processes


@pytest.mark.slow
def test_a_process_that_fails_or_dies_is_told_and_none_is_left(tmp_path: Path) -> None:
    with crew(NOTHING, Setup(tmp_path, compute=TWO)) as ranks, pytest.raises(RankFailed, match=r"KeyError|nothing-of"):
        heard(ranks, lambda progress: None)
    assert [rank.process.poll() is None for rank in ranks] == [False, False]

    with crew(NOTHING, Setup(tmp_path, compute=TWO)) as ranks:
        os.kill(ranks[1].process.pid, signal.SIGKILL)
        with pytest.raises(RankFailed, match=r"Process 2 of 2 was killed by signal 9"):
            heard(ranks, lambda progress: None)
    assert [rank.process.poll() is None for rank in ranks] == [False, False]


COMMAND = (
    *("run", "--target", "mini-pos", "--model", "random-init", "--recipe", "none", "--language", "qen,qaa"),
    *("--limit", "120", "--json"),
)


def start(folder: Path, *more: str) -> subprocess.Popen[str]:
    folder.mkdir(exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XEVAL_")}
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "xeval", *COMMAND, *more]
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=pipe, stderr=pipe, text=True)


def finish(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    document: dict[str, Any] = json.loads(out)
    return document


def trained(folder: Path) -> tuple[str, Path]:
    """The checksum of the weights that the training ended in, and where they are."""
    for path in (folder / ".xeval/artifacts").glob("*/*/manifest.json"):
        manifest = json.loads(path.read_text())
        if manifest["kind"] == "train":
            return manifest["files"]["model.safetensors"], path.parent / "model.safetensors"
    raise AssertionError("nothing was trained")


@pytest.mark.slow
def test_two_processes_give_the_score_of_one_and_go_on_after_a_kill(tmp_path: Path) -> None:
    one, two, killed = (tmp_path / name for name in ("one", "two", "killed"))
    alone, together = finish(start(one)), finish(start(two, "--processes", "2", "--checkpoint-minutes", "0"))
    often = ("--processes", "2", "--checkpoint-minutes", "0.00001")
    victim, store = start(killed, *often), Store(killed / ".xeval")
    while not (left := [*store.root.glob("unfinished/*/step-00000000[5-9]*")]) and victim.poll() is None:
        time.sleep(0.005)
    os.kill(victim.pid, signal.SIGKILL)
    victim.communicate()
    resumed = finish(start(killed, *often))

    scores = [[cell["score"] for cell in found["cells"]] for found in (alone, together, resumed)]
    assert left
    assert scores[1] == scores[0]
    assert scores[2] == scores[0]
    assert trained(killed)[0] == trained(two)[0]  # to the bit: the same processes, killed or not
    weights, others = load_file(trained(one)[1]), load_file(trained(two)[1])
    # The gradient of a key's bias is 0 but for rounding, which AdamW makes a step of; it changes no attention.
    assert all(torch.allclose(weights[n], others[n], atol=1e-5) for n in weights if not n.endswith("key.bias"))
    assert not list(store.root.glob("unfinished/*"))
    # What a run spent is told of all processes together.
    spent = [found["telemetry"] for found in (alone, together)]
    assert spent[1]["tokens"] == spent[0]["tokens"] > 0
    assert spent[1]["flop"] == spent[0]["flop"] > 0
    assert spent[1]["seconds"]["compute"] > 0
    of_training = [json.loads((trained(folder)[1].parent / "manifest.json").read_text()) for folder in (one, two)]
    assert of_training[1]["telemetry"]["tokens"] == of_training[0]["telemetry"]["tokens"]
    assert min(of_training[1]["telemetry"][name] for name in ("tokens_per_second", "memory", "flop_per_second")) > 0
