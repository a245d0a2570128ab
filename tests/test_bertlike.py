from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from transformers import AutoModel, BertConfig, DistilBertConfig, RobertaConfig, XLMRobertaConfig

from xeval.learning.bertlike import Rows, is_bertlike, states_of
from xeval.learning.layout import Way, layout_of, rows_at

FAMILIES = [(BertConfig, 0), (RobertaConfig, 1), (XLMRobertaConfig, 1)]
LENGTHS = (9, 4, 7)


def encoder_of(config: Any, padding: int, **more: Any) -> Any:
    small = {"hidden_size": 16, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 24}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        made = config(**small, vocab_size=40, pad_token_id=padding, type_vocab_size=2, initializer_range=0.3, **more)
        return AutoModel.from_config(made).eval()


def inputs(padding: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Sub-words, mask and types of three inputs, padded on the right."""
    ids = torch.full((len(LENGTHS), max(LENGTHS)), padding)
    generator = torch.Generator().manual_seed(1)
    for row, length in zip(ids, LENGTHS, strict=True):
        row[:length] = torch.randint(5, 40, (length,), generator=generator)
    mask = torch.arange(max(LENGTHS))[None] < torch.tensor(LENGTHS)[:, None]
    return ids, mask, (torch.arange(max(LENGTHS))[None] > 3).long().expand(ids.shape)


def rows_of(ids: torch.Tensor, types: torch.Tensor | None, way: Way, read: torch.Tensor | None = None) -> Rows:
    """The inputs laid out, blocks cut as soon as anything would be padded.

    All real sub-words are wanted, in the order of the batch, unless some are named.
    """
    lengths, width = np.array(LENGTHS), max(LENGTHS)
    layout = layout_of(lengths, width, way, "cpu", waste=0)
    take = torch.from_numpy(layout.take)
    chosen = np.arange(width) < lengths[:, None] if read is None else read.numpy()
    firsts = bool(chosen[:, 0].all()) and chosen.sum() == len(chosen)
    kinds = None if types is None else types.flatten()[take]
    return Rows(ids.flatten()[take], take % width, kinds, layout, rows_at(layout, chosen), firsts)


@pytest.mark.parametrize(("config", "padding"), FAMILIES)
@pytest.mark.parametrize("depth", [0, 1, 3])
@pytest.mark.parametrize("typed", [False, True])
@pytest.mark.parametrize("way", ["blocks", "padded"])
def test_states_are_those_of_the_library(config: Any, padding: int, depth: int, typed: bool, way: Way) -> None:
    encoder, (ids, mask, types) = encoder_of(config, padding), inputs(padding)
    given = types if typed else None

    ours = states_of(encoder, rows_of(ids, given, way), depth)
    theirs = encoder(ids, attention_mask=mask, token_type_ids=given, output_hidden_states=True).hidden_states[depth]

    assert torch.allclose(ours, theirs[mask], atol=1e-5)


@pytest.mark.parametrize("depth", [0, 1, 3])
@pytest.mark.parametrize("places", [[0], [0, 2], [1]])
def test_states_of_some_sub_words_are_those_of_all(depth: int, places: list[int]) -> None:
    encoder, (ids, mask, _) = encoder_of(XLMRobertaConfig, 1), inputs(1)
    read = torch.zeros_like(mask)
    read[:, places] = True

    some = states_of(encoder, rows_of(ids, None, "blocks", read), depth)
    every = states_of(encoder, rows_of(ids, None, "padded"), depth)

    assert torch.allclose(some, every[read[mask]], atol=1e-6)


@pytest.mark.parametrize(("config", "padding"), FAMILIES)
@pytest.mark.parametrize("chance", [0.0, 1e-9])
def test_gradients_are_those_of_the_library(config: Any, padding: int, chance: float) -> None:
    encoder, (ids, mask, _) = encoder_of(config, padding), inputs(padding)
    weights = torch.randn(int(mask.sum()), 16, generator=torch.Generator().manual_seed(2))
    for module in encoder.modules():
        module.p = chance if isinstance(module, torch.nn.Dropout) else None

    def gradients(states: torch.Tensor) -> dict[str, torch.Tensor]:
        encoder.zero_grad()
        (states * weights).sum().backward()
        return {name: p.grad.clone() for name, p in encoder.named_parameters() if p.grad is not None}

    theirs = gradients(encoder(ids, attention_mask=mask).last_hidden_state[mask])
    ours = gradients(
        states_of(encoder.train(chance > 0), rows_of(ids, None, "blocks"), 3)
    )  # dropout that drops nothing

    assert set(ours) == set(theirs)
    assert all(torch.allclose(ours[name], theirs[name], atol=1e-4) for name in ours)


def test_dropout_is_drawn_only_in_training() -> None:
    encoder, (ids, _, _) = encoder_of(XLMRobertaConfig, 1), inputs(1)
    rows = rows_of(ids, None, "blocks")
    still = [states_of(encoder, rows, 3) for _ in range(2)]
    encoder.train()
    drawn = [states_of(encoder, rows, 3) for _ in range(2)]

    assert torch.equal(*still)
    assert not torch.equal(*drawn)


def test_other_families_are_left_to_the_library() -> None:
    others = [encoder_of(XLMRobertaConfig, 1, hidden_act="relu"), AutoModel.from_config(DistilBertConfig(n_layers=1))]

    assert [is_bertlike(encoder) for encoder in others] == [False, False]
    assert all(is_bertlike(encoder_of(config, padding)) for config, padding in FAMILIES)
