"""Products of rows with weights: on processors, large ones are asked of oneDNN, in evaluation GELU included.

It is about a tenth faster than MKL, whose way torch takes, also on the way back to the rows; not on the way back to the
weights. It makes code for every shape that it meets, which takes half a millisecond: small products are left to torch.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

LARGE = 1 << 26  # multiplications from which on a shape is worth code of its own
FOUND = torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_linear_pointwise")  # type: ignore[no-untyped-call]


class Direct(torch.autograd.Function):
    """A product by oneDNN, and its gradients."""

    @staticmethod
    def forward(ctx: Any, rows: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        """Rows (N, I), a weight (O, I) and a bias (O,) to (N, O)."""
        ctx.save_for_backward(rows, weight)
        return direct(rows, weight, bias)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """Gradients of the rows, the weight and the bias, where they are wanted."""
        (rows, weight), gradient = ctx.saved_tensors, gradients[0].contiguous()
        to_rows, to_weight, to_bias = ctx.needs_input_grad
        return (
            direct(gradient, weight.t(), None) if to_rows else None,
            gradient.t() @ rows if to_weight else None,
            gradient.sum(dim=0) if to_bias else None,
        )


def direct(rows: Tensor, weight: Tensor, bias: Tensor | None, then: str = "none") -> Tensor:
    """The product by oneDNN; `then` may be gelu."""
    found: Tensor = torch.ops.mkldnn._linear_pointwise(rows, weight, bias, then, [], "none" if then == "gelu" else "")
    return found


def is_large(rows: Tensor, weight: Tensor) -> bool:
    """Whether oneDNN is worth asking: in fp32 on a processor, for enough rows."""
    if not FOUND or torch.is_autocast_enabled("cpu") or torch.compiler.is_compiling():
        return False
    plain = rows.device.type == "cpu" and rows.dtype == weight.dtype == torch.float32
    return plain and len(rows) * weight.numel() >= LARGE


def linear(rows: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Rows (N, I) through a linear layer: (N, O)."""
    if not is_large(rows, weight):
        return F.linear(rows, weight, bias)
    if not torch.is_grad_enabled():
        return direct(rows, weight, bias)
    found: Tensor = Direct.apply(rows, weight, bias)  # type: ignore[no-untyped-call]
    return found


def activated(rows: Tensor, layer: nn.Linear) -> Tensor:
    """Rows (N, I) through a linear layer and GELU: (N, O)."""
    if is_large(rows, layer.weight) and not torch.is_grad_enabled():
        return direct(rows, layer.weight, layer.bias, "gelu")
    return F.gelu(linear(rows, layer.weight, layer.bias))
