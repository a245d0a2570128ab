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


@pytest.mark.parametrize("frozen", [False, True])
def test_gradients_are_those_of_torch(layer: nn.Linear, frozen: bool) -> None:
    layer.requires_grad_(not frozen)
    rows, weights = torch.randn(33, 24, requires_grad=True), torch.randn(33, 40)

    def gradients(product: torch.Tensor) -> list[torch.Tensor | None]:
        rows.grad, layer.weight.grad, layer.bias.grad = None, None, None
        (product * weights).sum().backward()
        return [rows.grad, layer.weight.grad, layer.bias.grad]

    def alike(ours: torch.Tensor | None, theirs: torch.Tensor | None) -> bool:
        return ours is theirs if ours is None or theirs is None else torch.allclose(ours, theirs, atol=1e-5)

    theirs = gradients(F.gelu(layer(rows)))

    assert is_large(rows, layer.weight) == products.FOUND
    assert all(map(alike, gradients(activated(rows, layer)), theirs))
    assert all(map(alike, gradients(F.gelu(linear(rows, layer.weight, layer.bias))), theirs))


def test_a_gradient_that_is_the_same_everywhere_is_no_special_case(layer: nn.Linear) -> None:
    rows = torch.randn(33, 24)

    linear(rows, layer.weight, layer.bias).sum().backward()

    assert layer.weight.grad is not None
    assert torch.allclose(layer.weight.grad, rows.sum(dim=0).expand(40, 24), atol=1e-5)


def test_bf16_and_small_products_are_left_to_torch(layer: nn.Linear, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = torch.randn(33, 24)
    with torch.inference_mode():
        assert not is_large(rows.bfloat16(), layer.weight)
        with torch.autocast("cpu", torch.bfloat16):
            assert not is_large(rows, layer.weight)
            assert linear(rows, layer.weight, layer.bias).dtype == torch.bfloat16
        monkeypatch.setattr(products, "LARGE", 1 << 26)
        assert not is_large(rows, layer.weight)
