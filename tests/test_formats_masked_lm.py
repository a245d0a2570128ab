from __future__ import annotations

import numpy as np
import pytest
from transformers import PreTrainedTokenizerFast

from xeval.errors import BadValue
from xeval.formats.features import IGNORED, collated
from xeval.formats.masked_lm import MASKED_LM
from xeval.formats.subwords import subwords_of
from xeval.tuning import Training
from xeval.values import Document

DOCUMENTS = [Document(str(i), "en", ("the cat sat on the mat", "a dog in the park")) for i in range(200)]


def test_segments_are_parted_as_a_pair_is(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    (feature, *_) = MASKED_LM.encode(DOCUMENTS, subwords_of(tiny_tokenizer), Training(), ())

    assert list(feature.sequences[0]) == tiny_tokenizer(*DOCUMENTS[0].texts)["input_ids"]


def test_a_long_document_is_cut_into_inputs_that_hold_all_of_it(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    subwords = subwords_of(tiny_tokenizer)
    (whole,) = MASKED_LM.encode(DOCUMENTS[:1], subwords, Training(), ())

    parts = MASKED_LM.encode(DOCUMENTS[:1], subwords, Training(max_length=12), ())

    assert all(part.length <= 12 for part in parts)
    assert [i for part in parts for i in part.sequences[0][1:-1]] == list(whole.sequences[0][1:-1])


def test_an_empty_document_gives_no_input(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    empty = [Document("1", "en", ()), Document("2", "en", ("",))]

    assert MASKED_LM.encode(empty, subwords_of(tiny_tokenizer), Training(), ()) == []


def test_sub_words_are_hidden_in_the_shares_of_bert(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    subwords = subwords_of(tiny_tokenizer)
    batch = collated(MASKED_LM.encode(DOCUMENTS, subwords, Training(), ()), subwords, "language_model", "cls")
    assert MASKED_LM.corrupt is not None

    hidden = MASKED_LM.corrupt(batch, subwords, Training(mask=0.2), np.random.default_rng(0))

    chosen = hidden.targets != IGNORED
    words = ~np.isin(batch.ids, sorted(subwords.special))
    assert chosen[words].mean() == pytest.approx(0.2, abs=0.02)
    assert not chosen[~words].any()
    assert (hidden.targets[chosen] == batch.ids[chosen]).all()
    assert (hidden.ids[~chosen] == batch.ids[~chosen]).all()
    assert (hidden.ids[chosen] == subwords.mask).mean() == pytest.approx(0.8, abs=0.04)
    assert (hidden.ids[chosen] == batch.ids[chosen]).mean() == pytest.approx(0.1, abs=0.04)


def test_something_is_always_hidden(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    subwords = subwords_of(tiny_tokenizer)
    batch = collated(MASKED_LM.encode(DOCUMENTS[:1], subwords, Training(), ()), subwords, "language_model", "cls")
    assert MASKED_LM.corrupt is not None

    hidden = MASKED_LM.corrupt(batch, subwords, Training(mask=0.0), np.random.default_rng(0))

    assert (hidden.targets != IGNORED).sum() == 1


def test_there_is_nothing_to_predict() -> None:
    with pytest.raises(BadValue, match="nothing to predict"):
        MASKED_LM.decode(DOCUMENTS, [], [], Training(), ())
