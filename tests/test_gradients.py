"""A step in parts has the gradient of the whole; where memory runs out, parts get smaller, or advice is given."""

from __future__ import annotations

import dataclasses
import itertools
import json
import shutil
import subprocess
import sys
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from xeval.errors import BadValue
from xeval.faces.where import COMPILERS
from xeval.formats.features import Batch, collated
from xeval.formats.table import format_of
from xeval.hashing import file_digest
from xeval.learning import looping, predicting, reading
from xeval.learning.gradients import Room, gradients, shrink
from xeval.learning.group import Group, share_of
from xeval.learning.heads import fresh_head
from xeval.learning.inputs import Inputs, hidden_states, inputs_of
from xeval.learning.microbatches import counted, parts_of, picked, places, split
from xeval.learning.models import open_encoder, open_model, open_tokenizer
from xeval.learning.training import TrainingSet, train
from xeval.tuning import Compute, Progress, Retrieval, Training
from xeval.values import (
    Answer,
    Document,
    Example,
    FormatName,
    LabelledText,
    MultipleChoice,
    Query,
    Question,
    TaggedTokens,
)

WORDS = ("the", "small", "cat", "sat", "on", "old", "mat", "a", "black", "dog", "chased", "two", "park", "today")
FORMATS: list[FormatName] = ["classification", "tagging", "span_qa", "multiple_choice", "masked_lm"]
COMPILED = """
import json, sys
from pathlib import Path
from xeval.learning.training import TrainingSet, train
from xeval.tuning import Compute, Training
from xeval.values import LabelledText
examples = [LabelledText(str(i), "en", ("the cat " * (1 + i % 3), "a dog"), ("yes", "no")[i % 2]) for i in range(24)]
one = TrainingSet("classification", ("yes", "no"), examples)
settings, compute = Training(learning_rate=3e-3, batch_size=8, epochs=1), Compute(compile=sys.argv[3] == "compile")
report = train(Path(sys.argv[1]), [one], settings, 0, compute, Path(sys.argv[2]), lambda progress: None)
print(json.dumps(report.losses))
"""
SETTINGS = Training(learning_rate=3e-3, batch_size=8, epochs=2, max_length=48, stride=8)


def words(number: int) -> list[str]:
    return Random(number).choices(WORDS, k=3 + number % 7)


def example(of: FormatName, number: int) -> Example:
    text, uid = " ".join(words(number)), str(number)
    if of == "classification":
        return LabelledText(uid, "en", (text, "cat"), ("yes", "no")[number % 2])
    if of == "tagging":
        return TaggedTokens(uid, "en", tuple(words(number)), tuple("B-X" if "a" in w else "O" for w in words(number)))
    if of == "span_qa":
        return Question(uid, "en", "where", f"{text} Berlin {text}", (Answer("Berlin", len(text) + 1),))
    if of == "ranking":
        return Query(uid, "en", text, uid, passage=" ".join(words(number + 40)))
    if of == "multiple_choice":
        return MultipleChoice(uid, "en", text, ("cat", "dog", "park")[: 2 + number % 2], 1)
    return Document(uid, "en", (text,))


def training_set(of: FormatName, count: int = 24) -> TrainingSet:
    labels = {"classification": ("yes", "no"), "tagging": ("O", "B-X")}.get(of, ())
    return TrainingSet(of, labels, [example(of, number) for number in range(count)])


def made(of: FormatName, model: Path) -> tuple[nn.Module, nn.Module, Batch]:
    """Encoder, head and one batch of 12."""
    encoder, _, subwords = open_model(model)
    one, form = training_set(of, 12), format_of(of)
    head = fresh_head(form.head, encoder, len(one.labels), "mean", 0)
    batch = collated(form.encode(one.examples, subwords, SETTINGS, one.labels), subwords, form.head, "mean")
    if form.corrupt:
        batch = form.corrupt(batch, subwords, SETTINGS, np.random.default_rng(0))
    return encoder, head, batch


def gradient(of: FormatName, model: Path, tokens: int | None) -> tuple[float, Tensor]:
    """The loss of the batch and its gradient in one row, computed in parts of so many sub-words."""
    encoder, head, batch = made(of, model)
    models = nn.ModuleList([encoder, head])

    def loss_of(part: Batch) -> Tensor:
        inputs = inputs_of(part, "cpu")
        found: Tensor = head.loss(hidden_states(encoder, inputs), inputs)
        return found

    loss = gradients(loss_of, batch, Room(torch.optim.SGD(models.parameters()), tokens))
    return loss.item(), torch.cat([p.grad.flatten() for p in models.parameters() if p.grad is not None])


@pytest.mark.parametrize("of", FORMATS)
def test_parts_add_up_to_the_gradient_of_the_whole(of: FormatName, tiny_model: Path) -> None:
    loss, whole = gradient(of, tiny_model, None)
    for tokens in (60, 1):
        same_loss, summed = gradient(of, tiny_model, tokens)

        assert same_loss == pytest.approx(loss, rel=1e-5)
        assert torch.allclose(summed, whole, rtol=1e-4, atol=1e-6)


def test_queries_are_never_parted_from_the_passages_they_are_scored_against(tiny_model: Path) -> None:
    loss, whole = gradient("ranking", tiny_model, None)
    for tokens in (60, 1):
        same_loss, summed = gradient("ranking", tiny_model, tokens)

        assert (same_loss, summed.tolist()) == (loss, whole.tolist())
    batch = made("ranking", tiny_model)[2]
    assert share_of(Group(0, 2), batch) is batch
    assert share_of(Group(1, 2), batch) is None
    with pytest.raises(BadValue, match="batch of 12 queries"):
        shrink(Room(torch.optim.SGD(nn.Linear(1, 1).parameters())), batch)


@pytest.mark.parametrize("of", FORMATS)
def test_parts_hold_every_feature_once_and_keep_to_the_bound(of: FormatName, tiny_model: Path) -> None:
    batch = made(of, tiny_model)[2]

    parts = split(batch, 60)

    assert len(parts) > 1
    assert sum((part.sizes for part in parts), ()) == batch.sizes
    assert sum(map(counted, parts)) == counted(batch)
    assert np.concatenate([part.lengths for part in parts]).tolist() == batch.lengths.tolist()
    assert all(places(part) <= 60 or len(part.sizes) == 1 for part in parts)
    assert split(batch, None) == split(batch, places(batch)) == [batch]


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(3, 30)), min_size=1, max_size=20), st.integers(1, 200))
def test_a_part_is_as_large_as_may_be(shapes: list[tuple[int, int]], tokens: int) -> None:
    lengths = np.array([width for count, width in shapes for _ in range(count)])
    sizes = tuple(count for count, _ in shapes)
    ids = np.zeros((len(lengths), lengths.max()), dtype=np.int64)
    batch = Batch(ids, lengths, None, None, None, sizes, np.zeros(len(sizes), dtype=np.int64))

    parts = parts_of(batch, tokens)

    assert [number for part in parts for number in part] == list(range(len(sizes)))
    for part, after in itertools.pairwise(parts):
        assert places(picked(batch, [*part, after[0]])) > tokens


# ------------------------------------------------------------------------------------------------------ out of memory


class Card(nn.Module):
    """An encoder on a device that has memory for so many sub-words at once."""

    def __init__(self, memory: int) -> None:
        super().__init__()
        self.memory, self.seen = memory, list[int]()

    def forward(self, encoder: nn.Module, inputs: Inputs) -> Tensor:
        self.seen.append(inputs.rows.ids.numel())
        if inputs.rows.ids.numel() > self.memory:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.\nmore advice")
        return hidden_states(encoder, inputs)


def on_card(monkeypatch: pytest.MonkeyPatch, memory: int) -> list[int]:
    """Train on a card from here on; the sub-words of each attempt are noted."""
    card = Card(memory)
    monkeypatch.setattr(looping, "hidden_states", card)
    return card.seen


def ignore(progress: Progress) -> None:
    """Nobody watches."""


def test_a_training_that_runs_out_of_memory_goes_on_in_smaller_parts_to_the_same_weights(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sets = [training_set("classification")]
    whole = train(tiny_model, sets, SETTINGS, 0, Compute(), tmp_path / "whole", ignore)
    seen = on_card(monkeypatch, memory=70)

    report = train(tiny_model, sets, SETTINGS, 0, Compute(), tmp_path / "parts", ignore)

    one, other = (open_encoder(tmp_path / name).state_dict() for name in ("whole", "parts"))
    assert max(seen) > 70
    assert max(seen[-6:]) <= 70  # it has learned what fits
    # The gradient of a key's bias is 0 but for rounding, which AdamW makes a step of; it changes no attention.
    assert all(torch.allclose(one[name], other[name], atol=1e-4) for name in one if not name.endswith("key.bias"))
    assert (report.steps, report.examples, report.tokens) == (whole.steps, whole.examples, whole.tokens)
    assert report.losses == pytest.approx(whole.losses, rel=1e-3)
    assert whole.remarks == ()
    assert "out of memory: each step was computed in parts of at most" in report.remarks[0]


def test_one_example_that_does_not_fit_ends_with_advice(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_card(monkeypatch, memory=5)

    with pytest.raises(BadValue, match=r"one input of \d+ sub-words does not fit .* --gradient-checkpointing"):
        train(tiny_model, [training_set("tagging")], SETTINGS, 0, Compute(), tmp_path / "out", ignore)


def test_an_optimizer_that_does_not_fit_ends_with_advice(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.\nSee more")

    monkeypatch.setattr(torch.optim.AdamW, "step", full)

    with pytest.raises(BadValue, match=r"optimizer do not fit\. CUDA out of memory\. Tried .* GiB\. Give"):
        train(tiny_model, [training_set("tagging")], SETTINGS, 0, Compute(), tmp_path / "out", ignore)


class Small(nn.Module):
    """A device that reads so many inputs at once."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.inputs, self.seen = inputs, list[int]()

    def forward(self, reader: reading.Reader, inputs: Inputs) -> Tensor:
        self.seen.append(len(inputs.sizes))
        if len(inputs.sizes) > self.inputs:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return read_whole(reader, inputs)


read_whole = reading.outputs_in


def test_an_evaluation_that_runs_out_of_memory_reads_less_at_once_and_says_the_same(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = training_set("tagging")
    train(tiny_model, [one], SETTINGS, 0, Compute(), tmp_path, ignore)
    how = (tmp_path, "tagging", one.labels, [one.examples], SETTINGS, Retrieval(), Compute())
    whole = predicting.predict(*how)
    monkeypatch.setattr(reading, "outputs_in", device := Small(5))

    assert predicting.predict(*how) == whole
    assert max(device.seen) > 5

    monkeypatch.setattr(reading, "outputs_in", Small(0))
    with pytest.raises(BadValue, match=r"one input of \d+ sub-words does not fit beside the model"):
        predicting.predict(*how)


# -------------------------------------------------------------------------------------------------- less memory asked


@pytest.mark.parametrize("dropout", [0.0, 0.2])
def test_computing_layers_again_gives_the_same_bits(dropout: float, tiny_model: Path, tmp_path: Path) -> None:
    encoder = open_encoder(tiny_model)
    encoder.config.hidden_dropout_prob = encoder.config.attention_probs_dropout_prob = dropout
    encoder.save_pretrained(tmp_path / "model")
    open_tokenizer(tiny_model).save_pretrained(tmp_path / "model")

    for again in (False, True):
        compute = Compute(gradient_checkpointing=again)
        train(tmp_path / "model", [training_set("tagging")], SETTINGS, 0, compute, tmp_path / str(again), ignore)

    for name in ("model.safetensors", "head.safetensors", "config.json"):
        assert file_digest(tmp_path / "False" / name) == file_digest(tmp_path / "True" / name)


def test_computing_layers_again_keeps_less(tiny_model: Path) -> None:
    """Otherwise the bits would be the same because nothing was done."""
    kept = []
    for again in (False, True):
        encoder, head, batch = made("tagging", tiny_model)
        if again:
            looping.recompute_activations(encoder)
        inputs, sizes = inputs_of(batch, "cpu"), list[int]()
        with torch.autograd.graph.saved_tensors_hooks(lambda t, to=sizes: (to.append(t.numel()), t)[1], lambda t: t):
            head.loss(hidden_states(encoder, inputs), inputs)
        kept.append(sum(sizes))

    assert kept[1] < kept[0] / 3


@pytest.mark.slow
@pytest.mark.skipif(not any(map(shutil.which, COMPILERS)), reason="no C++ compiler")
def test_a_compiled_training_learns_the_same(tiny_model: Path, tmp_path: Path) -> None:
    """In a process of its own: the compiler warns, and leaves threads behind."""
    told = [
        subprocess.run(
            [sys.executable, "-c", COMPILED, str(tiny_model), str(tmp_path / name), name], capture_output=True
        )
        for name in ("", "compile")
    ]
    losses = [json.loads(one.stdout.splitlines()[-1]) for one in told]

    assert losses[1] == pytest.approx(losses[0], rel=1e-4)


def test_what_changes_bits_is_in_keys_and_nothing_else() -> None:
    changed = {f.name for f in dataclasses.fields(Compute)} - {"device", "precision", "batch_tokens"}
    same = Compute(checkpoint_minutes=1, gradient_checkpointing=True)

    assert Compute().manner == same.manner == {}
    assert Compute(processes=2).manner == {"processes": 2}
    assert Compute(processes=2, shard=True).manner == {"processes": 2, "shard": True}
    assert Compute(compile=True).manner == {"compile": True}
    assert Compute(micro_tokens=512).manner == {"micro_tokens": 512}
    assert {"checkpoint_minutes", "gradient_checkpointing", "micro_tokens"} <= changed
