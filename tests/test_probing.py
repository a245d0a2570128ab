"""Fisher information of a state, against the definition written out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from xeval.errors import BadValue
from xeval.learning.heads import stored_head
from xeval.learning.models import open_encoder, open_tokenizer, read_head
from xeval.learning.probing import fisher
from xeval.learning.training import TrainingSet, train
from xeval.tuning import Compute, Training
from xeval.values import LabelledText

LABELS = ("no", "yes")
EXAMPLES = [
    LabelledText(str(n), "en", (("a black dog chased", "the small cat sat")[n % 2],), LABELS[n % 2]) for n in range(8)
]
SETTINGS = Training(batch_size=4, epochs=2, max_length=32)


@pytest.fixture(scope="module")
def state(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("state")
    train(tiny_model, [TrainingSet("classification", LABELS, EXAMPLES)], SETTINGS, 0, Compute(), out, lambda _: None)
    return out


def by_hand(state: Path) -> dict[str, np.ndarray]:
    """F = mean over examples of (d log p(y | x) / d w)^2, of a matrix the mean over its inputs (Vu et al. 2020)."""
    encoder, tokenizer, kept = open_encoder(state).eval(), open_tokenizer(state), read_head(state)
    assert kept
    head, total = stored_head("sentence", encoder, kept).eval(), dict[str, torch.Tensor]()
    for example in EXAMPLES:
        ids = torch.tensor([tokenizer(example.texts[0])["input_ids"]])
        first = encoder(input_ids=ids).last_hidden_state[:, 0]
        chances = head.out(torch.tanh(head.dense(first))).log_softmax(dim=-1)[0]
        encoder.zero_grad()
        chances[kept.labels.index(example.label)].backward()
        for name, weight in encoder.named_parameters():
            if weight.grad is not None:
                total[name] = total.get(name, torch.zeros(())) + weight.grad**2
    means = {name: value / len(EXAMPLES) for name, value in total.items()}
    return {name: (value.mean(dim=1) if value.dim() > 1 else value).numpy() for name, value in means.items()}


def test_fisher_information_is_the_mean_square_of_each_examples_gradient(state: Path) -> None:
    found = fisher(state, ("classification", LABELS), EXAMPLES, SETTINGS, Compute())

    expected = by_hand(state)
    assert found
    assert not [name for name in found if "embeddings.word" in name]
    for name, value in found.items():
        np.testing.assert_allclose(value, expected[name], rtol=1e-4, atol=1e-9, err_msg=name)


def test_a_state_without_a_head_for_the_task_has_no_task_embedding(tiny_model: Path) -> None:
    with pytest.raises(BadValue, match="has no head for classification"):
        fisher(tiny_model, ("classification", LABELS), EXAMPLES, SETTINGS, Compute())
