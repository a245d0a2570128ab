"""What many tests need: a tiny encoder of the XLM-R architecture with a tokenizer, made on the spot."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, settings
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaModel

os.environ["COLUMNS"] = "120"  # a screen is as wide in a test as in its worker, which has no terminal
# A session that begins in the background of a script may ignore interruptions; the tests of them need to hear one.
signal.signal(signal.SIGINT, signal.default_int_handler)
# Nothing is timed in tests: a machine that is busy makes no property false.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
collect_ignore = ["bad_plugins", "right_plugins"]  # one is called bad_trains_on_test
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
SENTENCES = (
    "the small cat sat on the old mat",
    "a black dog chased two cats in the park",
    "der kleine Hund schläft im Garten",
    "Anna lives in Berlin and works for Siemens",
    "кот сидит на ковре",
    "where does the cat sleep today",
    "the dog does not sleep in the garden",
)


@pytest.fixture(scope="session")
def tiny_tokenizer() -> PreTrainedTokenizerFast:
    """BPE over words, with XLM-R's special sub-words."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.BpeTrainer(vocab_size=160, special_tokens=list(SPECIAL), show_progress=False)
    tokenizer.train_from_iterator(SENTENCES * 3, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    names = {
        "bos_token": "<s>",
        "pad_token": "<pad>",
        "eos_token": "</s>",
        "unk_token": "<unk>",
        "mask_token": "<mask>",
    }
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, cls_token="<s>", sep_token="</s>", **names)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory, tiny_tokenizer: PreTrainedTokenizerFast) -> Path:
    """A folder in the hub's layout: two layers of 32, no dropout, weights drawn from a seed."""
    folder = tmp_path_factory.mktemp("tiny")
    config = XLMRobertaConfig(
        vocab_size=len(tiny_tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=70,
        type_vocab_size=1,
        pad_token_id=1,
        initializer_range=0.1,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        XLMRobertaModel(config, add_pooling_layer=False).save_pretrained(folder)
    tiny_tokenizer.save_pretrained(folder)
    return folder
