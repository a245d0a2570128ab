"""A small encoder of the XLM-R architecture, made on the spot from running text: tokenizer, warm start, masked LM."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from transformers import PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaModel

from xeval.errors import BadValue
from xeval.hashing import seed_of
from xeval.learning.batching import IntArray
from xeval.learning.maskedlm import train_masked
from xeval.learning.masking import EVENNESS, Corpus
from xeval.learning.models import save_state
from xeval.learning.vocabulary import END, MASK, PAD, START, learn_tokenizer, sampling_weights
from xeval.learning.warmstart import embeddings
from xeval.tuning import Compute, Pretraining, Report, Watch
from xeval.values import Document

ENCODED = 1000  # documents that are encoded at a time
STRATEGIES = ("warm-start", "mlm", "tlm")
BILINGUAL_WEIGHT = 5.0  # of a bilingual document in the warm start: there translations meet
POSITION_DEVIATION = 0.01  # of the position embeddings at the start; larger ones drown the sub-words in a narrow model


def pretrain(
    documents: Sequence[Document],
    settings: Pretraining,
    seed: int,
    compute: Compute,
    out: Path,
    watch: Watch,
    unfinished: Path | None = None,
) -> Report:
    """Make an encoder and its tokenizer from documents, by the strategies of `settings`, and save them in `out`.

    The warm start counts all documents, the bilingual ones with more weight; `mlm` trains on those in one language,
    `tlm` on the bilingual ones. The same documents, settings and seed give the same bytes on CPU, also where masked LM
    goes on from a checkpoint in `unfinished`.

    Raises BadValue if there is no text, a strategy is not known, or the loss is lost.
    """
    check_possible(documents, settings)
    begun = time.perf_counter()
    tokenizer = learn_tokenizer(documents, settings.vocabulary, settings.max_length, seed)
    corpus = encoded(documents, tokenizer, settings.max_length)
    encoder = fresh_encoder(settings, len(tokenizer), seed)
    if "warm-start" in settings.strategy:
        warm_start(encoder, corpus, settings, seed)
    report = train_masked(encoder, corpus, settings, seed, compute, watch, unfinished)
    save_state(out, encoder.to("cpu"), tokenizer, None)
    return replace(report, seconds=time.perf_counter() - begun, notes=tuple(unmet(corpus, settings)))


def check_possible(documents: Sequence[Document], settings: Pretraining) -> None:
    """Raise BadValue if there is no text, or a strategy is not known."""
    unknown = sorted(set(settings.strategy) - set(STRATEGIES))
    if unknown or not documents:
        problem = f"the strategy {unknown[0]!r} is not known" if unknown else "there is no text"
        raise BadValue(f"Nothing can be pretrained: {problem}.", hint=f"Strategies: {', '.join(STRATEGIES)}.")


def unmet(corpus: Corpus, settings: Pretraining) -> Iterator[str]:
    """What the strategy asks for and the corpus does not have."""
    if "mlm" in settings.strategy and corpus.bilingual.all():
        yield "mlm: every document is bilingual, so there was nothing to train on"
    if "tlm" in settings.strategy and not corpus.bilingual.any():
        yield "tlm: no document is bilingual, so there was nothing to train on"


def encoded(documents: Sequence[Document], tokenizer: PreTrainedTokenizerFast, length: int) -> Corpus:
    """Documents as sub-words, one that is longer than `length` in several parts; segments are joined as pairs are."""
    inputs = [document.texts[0] if len(document.texts) == 1 else _pair(document) for document in documents]
    encode = tokenizer.backend_tokenizer.encode_batch
    # In batches, because what the library tells of an encoding is fifty times the size of its numbers.
    rows = [row.ids for first in range(0, len(inputs), ENCODED) for row in encode(inputs[first : first + ENCODED])]
    kinds = [(document.language, bool(document.partner)) for document in documents]
    number = {kind: i for i, kind in enumerate(sorted(set(kinds)))}
    parts = [(part, kind) for row, kind in zip(rows, kinds, strict=True) for part in _parts(row, length)]
    return Corpus(
        sequences=[part for part, _ in parts],
        languages=[language for _, (language, _) in parts],
        bilingual=np.array([bilingual for _, (_, bilingual) in parts]),
        groups=np.array([number[kind] for _, kind in parts]),
    )


def _pair(document: Document) -> tuple[str, str]:
    first, *others = document.texts
    return first, " ".join(others)


def _parts(numbers: Sequence[int], length: int) -> Iterator[IntArray]:
    if len(numbers) <= length:
        yield np.array(numbers, dtype=np.int64)
        return
    inner = numbers[1:-1]
    for first in range(0, len(inner), length - 2):
        yield np.array([START, *inner[first : first + length - 2], END], dtype=np.int64)


def fresh_encoder(settings: Pretraining, vocabulary: int, seed: int) -> Any:
    """An encoder with random weights."""
    config = XLMRobertaConfig(
        vocab_size=vocabulary,
        hidden_size=settings.hidden,
        num_hidden_layers=settings.layers,
        num_attention_heads=settings.heads,
        intermediate_size=settings.feed_forward,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        max_position_embeddings=settings.max_length + PAD + 1,  # XLM-R numbers positions from PAD + 1
        type_vocab_size=1,
        bos_token_id=START,
        pad_token_id=PAD,
        eos_token_id=END,
        layer_norm_eps=1e-5,
        initializer_range=settings.initializer_range,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_of("encoder", seed))
        encoder = XLMRobertaModel(config, add_pooling_layer=False)
        nn.init.normal_(encoder.embeddings.position_embeddings.weight, std=POSITION_DEVIATION)
    return encoder


def warm_start(encoder: Any, corpus: Corpus, settings: Pretraining, seed: int) -> None:
    """Set the embeddings of every sub-word that the counts say anything of."""
    table = encoder.get_input_embeddings().weight
    sequences = [row[row > MASK] for row in corpus.sequences]
    weights = sampling_weights(corpus.languages, EVENNESS) * np.where(corpus.bilingual, BILINGUAL_WEIGHT, 1.0)
    weights *= len(sequences) / weights.sum()
    rows, known = embeddings(
        sequences, corpus.groups, weights, (len(table), settings.hidden), seed_of("rotation", seed)
    )
    scaled = rows[known] * settings.initializer_range * settings.hidden**0.5
    with torch.no_grad():
        table[torch.from_numpy(known)] = torch.from_numpy(scaled).to(table.dtype)
