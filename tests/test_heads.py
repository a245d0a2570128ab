from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import PreTrainedTokenizerFast, XLMRobertaForMaskedLM, XLMRobertaForSequenceClassification

from xeval.formats.features import Pooling, collated
from xeval.formats.table import format_of
from xeval.learning.bertlike import Rows
from xeval.learning.heads import fresh_head, stored_head
from xeval.learning.inputs import Inputs, hidden_states, inputs_of
from xeval.learning.layout import layout_of
from xeval.learning.models import open_encoder, open_subwords, open_tokenizer, read_language_model_head
from xeval.tuning import Training
from xeval.values import LabelledText, MultipleChoice


@pytest.mark.parametrize("pooling", ["cls", "mean", "match"])
def test_choices_are_scored_alike_whether_padded_into_rows_or_not(pooling: Pooling, tiny_model: Path) -> None:
    encoder, subwords = open_encoder(tiny_model).eval(), open_subwords(tiny_model, open_tokenizer(tiny_model))
    head = fresh_head("choice", encoder, 0, pooling, seed=0).eval()
    three = [MultipleChoice(str(i), "en", "the cat", ("mat", "dog", "park"), i) for i in range(2)]
    two = MultipleChoice("2", "en", "the cat", ("mat", "dog"), 1)

    def loss(examples: list[MultipleChoice]) -> float:
        features = format_of("multiple_choice").encode(examples, subwords, Training(), ())
        inputs = inputs_of(collated(features, subwords, "choice", pooling), "cpu")
        return float(head.loss(hidden_states(encoder, inputs), inputs).detach())

    assert loss([*three, two]) == pytest.approx((2 * loss(three) + loss([two])) / 3, rel=1e-5)


def test_a_sentence_head_scores_as_robertas_own(tiny_model: Path, tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    encoder = open_encoder(tiny_model).eval()
    theirs = XLMRobertaForSequenceClassification(encoder.config).eval()
    theirs.roberta.load_state_dict(encoder.state_dict())
    ours = fresh_head("sentence", encoder, 2, "cls", seed=0).eval()
    ours.dense.load_state_dict(theirs.classifier.dense.state_dict())
    ours.out.load_state_dict(theirs.classifier.out_proj.state_dict())
    texts = ("the cat", "a black dog in the park")
    subwords = open_subwords(tiny_model, open_tokenizer(tiny_model))
    examples = [LabelledText(str(i), "en", (text,), "yes") for i, text in enumerate(texts)]
    features = format_of("classification").encode(examples, subwords, Training(), ("yes", "no"))

    with torch.inference_mode():
        inputs = inputs_of(collated(features, subwords, "sentence", "cls"), "cpu")
        scores = ours.read(hidden_states(encoder, inputs), inputs)
        expected = theirs(**tiny_tokenizer(list(texts), padding=True, return_tensors="pt")).logits

    assert np.allclose(scores, expected, atol=1e-6)


def test_a_language_model_head_scores_as_robertas_own(
    tiny_model: Path, tiny_tokenizer: PreTrainedTokenizerFast, tmp_path: Path
) -> None:
    theirs = XLMRobertaForMaskedLM(open_encoder(tiny_model).config).eval()
    theirs.save_pretrained(tmp_path)
    stored = read_language_model_head(tmp_path)
    assert stored is not None
    encoder = open_encoder(tmp_path).eval()
    ids = tiny_tokenizer("the cat sat", return_tensors="pt")["input_ids"]
    layout = layout_of(np.array([ids.shape[1]]), ids.shape[1], "blocks", "cpu")
    inputs = Inputs(Rows(ids[0], torch.arange(ids.shape[1]), None, layout), None, None, (1,), torch.zeros(0))

    with torch.inference_mode():
        scores = stored_head("language_model", encoder, stored).read(hidden_states(encoder, inputs), inputs)

        assert np.allclose(scores, theirs(ids).logits[0], atol=1e-6)


def test_a_fresh_head_is_drawn_from_its_seed(tiny_model: Path) -> None:
    encoder = open_encoder(tiny_model)
    one, again, other = (fresh_head("token", encoder, 3, "cls", seed).out.weight for seed in (1, 1, 2))

    assert torch.equal(one, again)
    assert not torch.equal(one, other)
    assert float(one.detach().std()) == pytest.approx(encoder.config.initializer_range, rel=0.3)


def test_what_matches_reads_each_text_by_itself(tiny_model: Path) -> None:
    encoder, subwords = open_encoder(tiny_model).eval(), open_subwords(tiny_model, open_tokenizer(tiny_model))
    head = fresh_head("sentence", encoder, 2, "match", seed=0).eval()
    states = torch.zeros(9, encoder.config.hidden_size)
    states[1:4], states[6:8] = 1.0, 3.0  # <s> the cat sat </s> </s> a dog </s>
    examples = [LabelledText("1", "en", ("the cat sat", "a dog"), "yes")]
    features = format_of("classification").encode(examples, subwords, Training(), ("yes", "no"))
    inputs = inputs_of(collated(features, subwords, "sentence", "match"), "cpu")

    hidden = encoder.config.hidden_size
    pooled = torch.cat([torch.full((1, hidden), value) for value in (1.0, 3.0, 2.0, 3.0)], dim=1)
    with torch.inference_mode():
        assert torch.allclose(head.read(states, inputs), head.out(torch.tanh(head.dense(pooled))))
