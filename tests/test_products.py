from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from xeval.learning import products
from xeval.learning.products import activated, is_large, linear


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> nn.Linear:
    """A layer whose products are asked of oneDNN, however small they are."""
    monkeypatch.setattr(products, "LARGE", 1)
    torch.manual_seed(0)
    return nn.Linear(24, 40)


def test_products_are_those_of_torch(layer: nn.Linear) -> None:
    rows = torch.randn(33, 24)
    with torch.inference_mode():
        assert is_large(rows, layer.weight) == products.FOUND
        assert torch.allclose(linear(rows, layer.weight, layer.bias), layer(rows), atol=1e-6)
        assert torch.allclose(activated(rows, layer), F.gelu(layer(rows)), atol=1e-6)


def test_trainings_bf16_and_small_products_are_left_to_torch(layer: nn.Linear, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = torch.randn(33, 24)
    assert not is_large(rows, layer.weight)
    linear(rows, layer.weight, layer.bias).sum().backward()
    assert layer.weight.grad is not None
    with torch.inference_mode():
        assert not is_large(rows.bfloat16(), layer.weight)
        with torch.autocast("cpu", torch.bfloat16):
            assert not is_large(rows, layer.weight)
            assert linear(rows, layer.weight, layer.bias).dtype == torch.bfloat16
        monkeypatch.setattr(products, "LARGE", 1 << 26)
        assert not is_large(rows, layer.weight)
