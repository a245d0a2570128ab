"""What is computed on GPUs, on a device without numbers: every tensor is where it is needed, in the right shape.

A tensor that was left on the processor would be met by an error, here as there. The benchmark for GPUs is run on a
processor: its table must come out wherever it is started.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from test_gradients import SETTINGS, training_set

from xeval.formats.features import collated
from xeval.formats.table import format_of
from xeval.learning.heads import fresh_head
from xeval.learning.inputs import hidden_states, inputs_of, waste_of, way_of
from xeval.learning.layout import Way, layout_of
from xeval.learning.models import open_encoder, open_model, open_tokenizer
from xeval.learning.reading import Reader, outputs_in
from xeval.tuning import Compute
from xeval.values import FormatName

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
FORMATS: list[FormatName] = ["classification", "tagging", "span_qa", "multiple_choice", "ranking", "masked_lm"]
META = Compute(device="meta")


@pytest.fixture(scope="module")
def dropping_model(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encoder with dropout everywhere, so that the GPU's own ways of dropping are gone."""
    folder = tmp_path_factory.mktemp("dropping")
    encoder = open_encoder(tiny_model)
    encoder.config.hidden_dropout_prob = encoder.config.attention_probs_dropout_prob = 0.1
    encoder.save_pretrained(folder)
    open_tokenizer(tiny_model).save_pretrained(folder)
    return folder


@pytest.mark.parametrize("way", ["blocks", "rows", "padded"])
@pytest.mark.parametrize("of", FORMATS)
def test_no_tensor_of_a_training_is_left_behind(of: FormatName, way: Way, dropping_model: Path) -> None:
    encoder, _, subwords = open_model(dropping_model)
    if way == "rows":
        for layer in encoder.encoder.layer:
            layer.attention.self.dropout.p = 0.0
    form, one = format_of(of), training_set(of, 8)
    head = fresh_head(form.head, encoder, len(one.labels), "mean", 0).to("meta").train()
    encoder.to("meta", torch.bfloat16 if way == "rows" else torch.float32).train()
    batch = collated(form.encode(one.examples, subwords, SETTINGS, one.labels), subwords, form.head, "mean")
    if form.corrupt:
        batch = form.corrupt(batch, subwords, SETTINGS, np.random.default_rng(0))

    inputs = inputs_of(batch, "meta", way)
    states = hidden_states(encoder, inputs)
    head.to(states.dtype)
    loss = head.loss(states, inputs)
    loss.backward()

    assert (loss.shape, loss.device.type) == ((), "meta")
    assert all(w.grad is None or w.grad.device.type == "meta" for w in encoder.parameters())
    assert encoder.encoder.layer[0].output.dense.weight.grad is not None


@pytest.mark.parametrize("of", [of for of in FORMATS if of not in ("ranking", "masked_lm")])
def test_no_tensor_of_an_evaluation_is_left_behind(of: FormatName, tiny_model: Path) -> None:
    encoder, _, subwords = open_model(tiny_model)
    form, one = format_of(of), training_set(of, 8)
    head = fresh_head(form.head, encoder, len(one.labels), "cls", 0).to("meta", torch.bfloat16).eval()
    encoder.to("meta", torch.bfloat16).eval()
    batch = collated(form.encode(one.examples, subwords, SETTINGS, one.labels), subwords, form.head, "cls")

    with torch.inference_mode():
        found = outputs_in(
            Reader(encoder, subwords, form.head, "cls", META, one.labels, head), inputs_of(batch, "meta", "rows")
        )

    assert found.device.type == "meta"
    assert len(found) in (len(batch.lengths), int(batch.lengths.sum()), int(np.count_nonzero(batch.read)))


def test_rows_without_padding_are_for_gpus_in_bf16_without_dropout_in_attention(
    tiny_model: Path, dropping_model: Path
) -> None:
    gpu = Compute(device="cuda:0", precision="bf16")
    plain, dropping = open_encoder(tiny_model).train(), open_encoder(dropping_model).train()

    assert [way_of(plain, gpu), way_of(dropping, gpu), way_of(dropping.eval(), gpu)] == ["rows", "blocks", "rows"]
    assert way_of(plain, replace(gpu, precision="fp32")) == way_of(plain, Compute(precision="bf16")) == "blocks"


def test_a_wide_model_wastes_fewer_rows_on_a_processor(tiny_model: Path) -> None:
    encoder, found = open_encoder(tiny_model), dict[int, int]()
    for width in (64, 256, 768):
        encoder.config.hidden_size = width
        found[width] = waste_of(encoder, "cpu")

    assert found == {64: 48, 256: 12, 768: 4}


def test_nothing_goes_to_a_gpu_from_memory_that_is_not_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy from elsewhere waits until the GPU has done all that it was given."""
    copies: list[tuple[bool, bool]] = []

    class Host(torch.Tensor):
        is_locked = False

        def pin_memory(self, *_: object, **__: object) -> torch.Tensor:
            pinned = self.as_subclass(Host)
            pinned.is_locked = True
            return pinned

        def to(self, *where: object, **how: object) -> torch.Tensor:  # type: ignore[override]
            if "cuda:0" in map(str, where):
                copies.append((self.is_locked, bool(how.get("non_blocking"))))
                return self.as_subclass(torch.Tensor)
            return super().to(*where, **how)  # type: ignore[arg-type]

    plain = torch.from_numpy
    monkeypatch.setattr(torch, "from_numpy", lambda array: plain(array).as_subclass(Host))
    lengths = np.array([3, 9, 9, 60])

    for way in ("blocks", "rows"):
        layout_of(lengths, 60, way, "cuda:0", waste=10)

    assert len(copies) >= 3
    assert set(copies) == {(True, True)}


def test_out_of_memory_on_a_gpu_is_what_is_caught() -> None:
    assert torch.cuda.OutOfMemoryError is torch.OutOfMemoryError


@pytest.mark.slow
def test_the_benchmark_for_gpus_runs_anywhere(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    sys.modules.pop("gpu", None)
    import gpu

    work = gpu.Work("tiny", 32, "mixed", 0.0, 4, 2, 1, "cpu", "fp32", str(tiny_model))
    found = {program: gpu.run(program, work) for program in gpu.PROGRAMS}

    assert [one.get("failed") for one in found.values()] == [None, None]
    assert found["ours"]["steps"] == found["trainer"]["steps"] == 2
    assert found["ours"]["tokens"] == found["trainer"]["tokens"] > 0  # the very same inputs
    ratios = [one["flop_per_second"] / one["tokens_per_second"] for one in found.values()]
    assert ratios[0] == pytest.approx(ratios[1])  # and the same operations for each
    assert "tiny, 32 mixed" in gpu.line(work, found)
    assert "failed" in gpu.line(work, found | {"ours": gpu.run("ours", replace(work, model="nowhere"))})
    assert json.dumps(found)
