"""Heads on any encoder: pool or read its states, score, and tell the loss."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from xeval.errors import BadValue
from xeval.formats.features import HeadKind, Pooling
from xeval.hashing import seed_of
from xeval.learning.dropping import dropped
from xeval.learning.inputs import Inputs
from xeval.learning.layout import folded
from xeval.learning.models import Head


class SentenceHead(nn.Module):
    """Scores of a whole input: dense, tanh, out, as RoBERTa's classification head has it."""

    def __init__(self, hidden: int, scores: int, dropout: float, pooling: Pooling) -> None:
        super().__init__()
        self.pooling = pooling
        self.dropout = nn.Dropout(dropout)
        self.dense = nn.Linear(4 * hidden if pooling == "match" else hidden, hidden)
        self.out = nn.Linear(hidden, scores)

    def read(self, states: Tensor, inputs: Inputs) -> Tensor:
        """Scores of each sequence: (B, labels)."""
        texts = means(states, inputs).unbind(dim=1)
        pooled = match(*texts) if self.pooling == "match" else texts[0]
        scores: Tensor = self.out(dropped(torch.tanh(self.dense(dropped(pooled, self.dropout))), self.dropout))
        return scores

    def loss(self, states: Tensor, inputs: Inputs) -> Tensor:
        """Cross entropy over labels."""
        return F.cross_entropy(self.read(states, inputs).float(), inputs.targets)


class ChoiceHead(SentenceHead):
    """One score per choice; the choices of a prompt compete."""

    def loss(self, states: Tensor, inputs: Inputs) -> Tensor:
        """Cross entropy over the choices of each prompt; prompts may have different numbers of them."""
        scores = self.read(states, inputs)[:, 0].float()
        if len(set(inputs.sizes)) == 1:
            return F.cross_entropy(scores.view(-1, inputs.sizes[0]), inputs.targets)
        rows = nn.utils.rnn.pad_sequence(
            list(torch.split(scores, list(inputs.sizes))), batch_first=True, padding_value=-torch.inf
        )
        return F.cross_entropy(rows, inputs.targets)


class TokenHead(nn.Module):
    """A label for each sub-word."""

    def __init__(self, hidden: int, scores: int, dropout: float) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(hidden, scores)

    def read(self, states: Tensor, inputs: Inputs) -> Tensor:
        """The number of the best label of each sub-word that is read, the first of equals: (R,)."""
        best: Tensor = self.out(states).argmax(dim=-1)
        return best

    def loss(self, states: Tensor, inputs: Inputs) -> Tensor:
        """Cross entropy over labels, of the sub-words that have one."""
        return F.cross_entropy(self.out(dropped(states, self.dropout)).float(), inputs.targets)


class SpanHead(nn.Module):
    """Scores of being the first and the last sub-word of the answer."""

    def __init__(self, hidden: int, dropout: float) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(hidden, 2)

    def read(self, states: Tensor, inputs: Inputs) -> Tensor:
        """Scores (B, T, 2), very low where no answer may stand."""
        scores = folded(self.out(dropped(states, self.dropout)).float(), inputs.rows.layout)
        if inputs.allowed is not None:
            scores = scores.masked_fill(~inputs.allowed[:, :, None], -1e9)
        return scores

    def loss(self, states: Tensor, inputs: Inputs) -> Tensor:
        """Mean cross entropy of start and end over the sub-words of a window."""
        scores = self.read(states, inputs)
        return F.cross_entropy(scores, inputs.targets)


class LanguageModelHead(nn.Module):
    """Scores of every sub-word of the vocabulary, against the embeddings themselves, as in RoBERTa."""

    def __init__(self, hidden: int, embeddings: nn.Embedding, epsilon: float) -> None:
        super().__init__()
        self.dense = nn.Linear(hidden, embeddings.embedding_dim)
        self.norm = nn.LayerNorm(embeddings.embedding_dim, eps=epsilon)
        self.bias = nn.Parameter(torch.zeros(embeddings.num_embeddings))
        self.tied = [embeddings]  # in a list, so that the weights stay the encoder's

    def read(self, states: Tensor, inputs: Inputs) -> Tensor:
        """Scores for states of any shape: (..., V)."""
        return F.linear(self.norm(F.gelu(self.dense(states))), self.tied[0].weight, self.bias)

    def loss(self, states: Tensor, inputs: Inputs) -> Tensor:
        """Cross entropy at the hidden sub-words; only they are scored, since the vocabulary is wide."""
        return F.cross_entropy(self.read(states, inputs).float(), inputs.targets)


class DualHead(nn.Module):
    """Queries beside their passages, read by one encoder: each query is to find its own among those of the batch.

    The loss of LAReQA and Mewsli-X in XTREME-R (google-research/xtreme, third_party/bert.py, BertForRetrieval), but for
    one thing: a passage that is right for another query of the batch too is no wrong answer.
    """

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.full((1,), 100.0))  # one over the temperature

    def read(self, states: Tensor, inputs: Inputs) -> Tensor:
        """Vectors of length 1, one for each sequence: (B, H)."""
        return F.normalize(means(states, inputs)[:, 0].float(), dim=1)

    def loss(self, states: Tensor, inputs: Inputs) -> Tensor:
        """Cross entropy of each query over the passages of the batch. Raises BadValue if a query has none."""
        if set(inputs.sizes) != {2}:
            raise BadValue("Some queries have no passage to train on.", hint="A Query to train on says its `passage`.")
        queries, passages = self.read(states, inputs).view(-1, 2, states.shape[-1]).unbind(dim=1)
        scores = queries @ passages.T * self.scale
        same = inputs.targets[:, None] == inputs.targets[None, :]
        same.fill_diagonal_(False)
        own = torch.arange(len(scores), device=scores.device)
        return F.cross_entropy(scores.masked_fill(same, -torch.inf), own)


HeadModule = SentenceHead | TokenHead | SpanHead | DualHead | LanguageModelHead
# Each has `loss(states, inputs)`, the mean loss of a batch, and `read(states, inputs)`, what its format decodes, row by
# row; `states` are the encoder's last: of the sub-words that the batch says are read (R, H), otherwise of all (N, H).


def means(states: Tensor, inputs: Inputs) -> Tensor:
    """The means that a batch asks for, or the first sub-word alone: (B, P, H)."""
    if inputs.pools is None:
        return states[:, None]
    return torch.bmm(inputs.pools.to(states.dtype), folded(states, inputs.rows.layout))


def match(first: Tensor, second: Tensor) -> Tensor:
    """Means a and b of two texts as [a, b, |a - b|, a * b] (Mou et al. 2016): (B, 4H)."""
    return torch.cat([first, second, (first - second).abs(), first * second], dim=-1)


def fresh_head(kind: HeadKind, encoder: Any, labels: int, pooling: Pooling, seed: int) -> HeadModule:
    """A head with weights drawn from a seed, as the encoder's configuration says its own are drawn."""
    deviation = float(getattr(encoder.config, "initializer_range", 0.02))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_of(seed, "head", kind))
        head = made_head(kind, encoder, labels, pooling)
        for module in head.modules():
            if isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, std=deviation)
                nn.init.zeros_(module.bias)
    return head


def made_head(kind: HeadKind, encoder: Any, labels: int, pooling: Pooling) -> HeadModule:
    """A head of a kind, its weights not yet drawn. Raises BadValue for a format that has none."""
    config, hidden = encoder.config, encoder.config.hidden_size
    dropout = float(getattr(config, "hidden_dropout_prob", 0.1))
    if kind == "sentence":
        return SentenceHead(hidden, labels, dropout, pooling)
    if kind == "choice":
        return ChoiceHead(hidden, 1, dropout, pooling)
    if kind == "token":
        return TokenHead(hidden, labels, dropout)
    if kind == "span":
        return SpanHead(hidden, dropout)
    if kind == "dual":
        return DualHead()
    if kind == "language_model":
        epsilon = float(getattr(config, "layer_norm_eps", 1e-12))
        return LanguageModelHead(hidden, encoder.get_input_embeddings(), epsilon)
    raise BadValue("Retrieval has nothing to train.", hint="Use it as a target task, not as an intermediate one.")


def stored_head(kind: HeadKind, encoder: Any, head: Head) -> HeadModule:
    """A head with the weights of a folder."""
    module = fresh_head(kind, encoder, len(head.labels), head.pooling, seed=0)
    module.load_state_dict(dict(head.weights))
    return module
