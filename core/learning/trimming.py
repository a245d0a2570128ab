"""A training without the embeddings of sub-words that it never sees: the same weights, in less time and memory.

XLM-R has 250,002 rows of embeddings, of which a training set uses a tenth. The others get no gradient; all that happens
to them is weight decay, which is the same number for each. So the optimizer walks over the rows that occur, and the
others are multiplied once in the end.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from xeval.learning.optimising import warmed
from xeval.tuning import Training

PAYS = 0.8  # of the rows in use: below that share the others are left out


class FewRows(nn.Embedding):
    """Embeddings of some sub-words, asked for by the numbers that these have among all."""

    table: Tensor

    def __init__(self, whole: nn.Embedding, used: Tensor) -> None:
        nn.Module.__init__(self)
        self.num_embeddings, self.embedding_dim = len(used), whole.embedding_dim
        self.max_norm, self.norm_type, self.scale_grad_by_freq, self.sparse = None, 2.0, False, False
        self.weight = nn.Parameter(whole.weight.detach()[used].clone())
        table = torch.full((whole.num_embeddings,), -1, dtype=torch.int64)
        table[used] = torch.arange(len(used))
        self.register_buffer("table", table, persistent=False)
        self.padding_idx = None if whole.padding_idx is None else int(table[whole.padding_idx])

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - the library calls it so
        """The embeddings of sub-words in use."""
        return F.embedding(self.table[input], self.weight, self.padding_idx)


@contextlib.contextmanager
def trimmed(encoder: Any, used: Iterable[npt.NDArray[Any]], settings: Training, steps: int) -> Iterator[None]:
    """Train an encoder without the embeddings that are not `used`; afterwards it has them all again.

    `used` are arrays of sub-words, `steps` those of the whole training, whose schedule says how much unused rows decay.
    """
    whole = encoder.get_input_embeddings()
    rows = torch.from_numpy(np.unique(np.concatenate([np.asarray(part).ravel() for part in used])).astype(np.int64))
    plain = type(whole) is nn.Embedding and whole.weight.requires_grad and not settings.freeze_embeddings
    if not plain or len(rows) > PAYS * whole.num_embeddings:
        yield
        return
    few = FewRows(whole, rows)
    encoder.set_input_embeddings(few)
    try:
        yield
    finally:
        encoder.set_input_embeddings(whole)
    # What follows is of a training that ended well: if a parted one fails, nobody has all that was learned.
    whole.to(few.weight.device)
    with torch.no_grad():
        whole.weight.mul_(decay(settings, steps))
        whole.weight[rows.to(few.weight.device)] = few.weight


def decay(settings: Training, steps: int) -> float:
    """What weight decay leaves of a weight without a gradient (AdamW, Loshchilov and Hutter 2019, algorithm 2)."""
    rates = (settings.learning_rate * warmed(step, steps, settings.warmup) for step in range(steps))
    return math.prod(1 - rate * settings.weight_decay for rate in rates)
