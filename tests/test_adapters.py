"""Low-rank adapters: what is trained, and what is left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from test_training import SETTINGS, ignore, training_set

from xeval.hashing import file_digest
from xeval.learning.adapters import adapt, linear_layers, merge
from xeval.learning.inputs import hidden_states, inputs_of
from xeval.learning.models import open_encoder
from xeval.learning.training import train
from xeval.tuning import Compute, Training

pytest.importorskip("peft")

LORA = Training(learning_rate=5e-3, batch_size=8, epochs=6, max_length=48, adapter="lora", rank=4)


def test_an_adapter_learns_and_leaves_a_plain_encoder(tiny_model: Path, tmp_path: Path) -> None:
    report = train(tiny_model, [training_set("tagging")], LORA, 0, Compute(), tmp_path, ignore)

    before, after = (open_encoder(folder).state_dict() for folder in (tiny_model, tmp_path))
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert report.losses[-1] < 0.8 * report.losses[0]
    assert before.keys() == after.keys()
    assert changed == {f"{name}.weight" for name in linear_layers(open_encoder(tiny_model))}


def test_an_update_is_of_the_rank_that_was_asked_for(tiny_model: Path, tmp_path: Path) -> None:
    train(tiny_model, [training_set("tagging")], replace(LORA, rank=2), 0, Compute(), tmp_path, ignore)

    before, after = (open_encoder(folder).state_dict() for folder in (tiny_model, tmp_path))
    name = "encoder.layer.0.attention.self.query.weight"
    assert torch.linalg.matrix_rank(after[name] - before[name], rtol=1e-4) == 2


def test_the_same_seed_gives_the_same_bytes(tiny_model: Path, tmp_path: Path) -> None:
    settings = replace(SETTINGS, adapter="lora")
    for name in ("one", "two"):
        torch.rand(5)
        train(tiny_model, [training_set("tagging", 16)], settings, 1, Compute(), tmp_path / name, ignore)

    assert file_digest(tmp_path / "one/model.safetensors") == file_digest(tmp_path / "two/model.safetensors")


def test_the_merged_encoder_computes_what_the_adapted_one_did(tiny_model: Path) -> None:
    from xeval.formats.features import Batch

    encoder = open_encoder(tiny_model).eval()
    adapt(encoder, LORA, 0)
    with torch.no_grad():
        for name, parameter in encoder.named_parameters():
            if "lora_B" in name:
                parameter.normal_(std=0.05)
        ids = torch.arange(5, 17)[None]
        adapted = encoder(input_ids=ids).last_hidden_state
        merge(encoder)
        batch = Batch(ids.numpy(), torch.tensor([12]).numpy(), None, None, None, (1,), torch.zeros(1).long().numpy())
        merged = hidden_states(encoder, inputs_of(batch, "cpu"))

    torch.testing.assert_close(merged, adapted[0], atol=1e-5, rtol=1e-5)
