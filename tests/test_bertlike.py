from __future__ import annotations

from typing import Any

import pytest
import torch
from transformers import AutoModel, BertConfig, DistilBertConfig, RobertaConfig, XLMRobertaConfig

from xeval.learning.bertlike import is_bertlike, states_of

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


@pytest.mark.parametrize(("config", "padding"), FAMILIES)
@pytest.mark.parametrize("depth", [0, 1, 3])
@pytest.mark.parametrize("typed", [False, True])
def test_states_are_those_of_the_library(config: Any, padding: int, depth: int, typed: bool) -> None:
    encoder, (ids, mask, types) = encoder_of(config, padding), inputs(padding)
    given = types if typed else None

    ours = states_of(encoder, ids, mask, given, depth)
    theirs = encoder(ids, attention_mask=mask, token_type_ids=given, output_hidden_states=True).hidden_states[depth]

    assert torch.allclose(ours[mask], theirs[mask], atol=1e-5)


@pytest.mark.parametrize(("config", "padding"), FAMILIES)
def test_gradients_are_those_of_the_library(config: Any, padding: int) -> None:
    encoder, (ids, mask, _) = encoder_of(config, padding), inputs(padding)
    weights = torch.randn(int(mask.sum()), 16, generator=torch.Generator().manual_seed(2))

    def gradients(states: torch.Tensor) -> dict[str, torch.Tensor]:
        encoder.zero_grad()
        (states[mask] * weights).sum().backward()
        return {name: p.grad.clone() for name, p in encoder.named_parameters() if p.grad is not None}

    ours = gradients(states_of(encoder, ids, mask, None, 3))
    theirs = gradients(encoder(ids, attention_mask=mask).last_hidden_state)

    assert set(ours) == set(theirs)
    assert all(torch.allclose(ours[name], theirs[name], atol=1e-4) for name in ours)


def test_without_padding_no_mask_is_needed() -> None:
    encoder, (ids, _, _) = encoder_of(XLMRobertaConfig, 1), inputs(1)
    row = ids[:1]

    assert torch.allclose(states_of(encoder, row, None, None, 3), encoder(row).last_hidden_state, atol=1e-5)


def test_dropout_is_drawn_only_in_training() -> None:
    encoder, (ids, mask, _) = encoder_of(XLMRobertaConfig, 1), inputs(1)

    still = [states_of(encoder, ids, mask, None, 3)[mask] for _ in range(2)]
    encoder.train()
    drawn = [states_of(encoder, ids, mask, None, 3)[mask] for _ in range(2)]

    assert torch.equal(*still)
    assert not torch.equal(*drawn)


def test_other_families_are_left_to_the_library() -> None:
    others = [encoder_of(XLMRobertaConfig, 1, hidden_act="relu"), AutoModel.from_config(DistilBertConfig(n_layers=1))]

    assert [is_bertlike(encoder) for encoder in others] == [False, False]
    assert all(is_bertlike(encoder_of(config, padding)) for config, padding in FAMILIES)
