from __future__ import annotations

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import processors
from transformers import PreTrainedTokenizerFast

from xeval.errors import BadValue, UnknownName
from xeval.formats.classification import CLASSIFICATION, cut_longer
from xeval.formats.features import collated
from xeval.formats.subwords import subwords_of
from xeval.formats.table import format_of
from xeval.tuning import Training
from xeval.values import FORMATS, LabelledText

LABELS = ("yes", "no")
ONE = LabelledText("1", "en", ("the cat sat on the mat",), "no")
TWO = LabelledText("2", "en", ("the cat sat on the old mat", "a dog"), "yes")


def test_texts_are_put_together_as_the_tokenizer_does(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    features = CLASSIFICATION.encode([ONE, TWO], subwords_of(tiny_tokenizer), Training(), LABELS)

    assert [list(f.sequences[0]) for f in features] == [tiny_tokenizer(*e.texts)["input_ids"] for e in (ONE, TWO)]
    assert [int(f.target[0]) for f in features] == [1, 0]


def test_the_second_text_starts_where_the_feature_says(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    one, two = CLASSIFICATION.encode([ONE, TWO], subwords_of(tiny_tokenizer), Training(), LABELS)

    assert one.second == (0,)
    second = tiny_tokenizer(TWO.texts[1], add_special_tokens=False)["input_ids"]
    assert list(two.sequences[0][two.second[0] : -1]) == second


@pytest.mark.parametrize("length", [8, 9, 12, 15, 20])
def test_a_pair_that_is_too_long_loses_the_end_of_its_longer_text(
    length: int, tiny_tokenizer: PreTrainedTokenizerFast
) -> None:
    settings = Training(max_length=length)

    (feature,) = CLASSIFICATION.encode([TWO], subwords_of(tiny_tokenizer), settings, LABELS)

    assert list(feature.sequences[0]) == tiny_tokenizer(*TWO.texts, truncation=True, max_length=length)["input_ids"]


@given(st.integers(0, 30), st.integers(0, 30), st.integers(4, 40))
def test_cutting_fills_the_room_and_no_more(first: int, second: int, room: int) -> None:
    a, b = cut_longer(np.arange(first, dtype=np.int32), np.arange(second, dtype=np.int32), room)

    assert len(a) + len(b) == min(room, first + second)
    assert min(len(a), len(b)) >= min(first, second, room // 2)


def test_without_room_for_text_the_setting_is_named(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    with pytest.raises(BadValue, match="max_length 5 leaves no room"):
        subwords_of(tiny_tokenizer).room(5, 2)


def test_the_best_label_is_predicted_and_the_first_of_equals() -> None:
    outputs = [np.array([0.1, 0.2], dtype=np.float32), np.array([0.5, 0.5], dtype=np.float32)]

    said = CLASSIFICATION.decode([ONE, TWO], [], outputs, Training(), LABELS)

    assert [(p.uid, p.value) for p in said] == [("1", "no"), ("2", "yes")]


def test_means_weigh_what_they_are_of(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    subwords = subwords_of(tiny_tokenizer)
    features = CLASSIFICATION.encode([TWO, ONE], subwords, Training(), LABELS)

    mean = collated(features, subwords, "sentence", "mean").pools
    match = collated(features, subwords, "sentence", "match").pools

    assert mean is not None
    assert match is not None
    assert np.allclose(mean.sum(axis=2), 1)
    assert np.allclose(match.sum(axis=2), [[1, 1], [1, 0]])
    start = features[0].second[0]
    length = features[0].length
    assert [int(i) for i in np.flatnonzero(match[0, 0])] == list(range(1, start - 2))
    assert [int(i) for i in np.flatnonzero(match[0, 1])] == list(range(start, length - 1))


def test_a_second_text_has_the_type_that_the_tokenizer_gives_it(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    typed = copy.deepcopy(tiny_tokenizer)
    typed.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> $B:1 </s>:1", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    subwords = subwords_of(typed)

    batch = collated(CLASSIFICATION.encode([TWO], subwords, Training(), LABELS), subwords, "sentence", "cls")

    encoding = typed.backend_tokenizer.encode(*TWO.texts)
    assert batch.types is not None
    assert [int(i) for i in batch.ids[0]] == encoding.ids
    assert [int(i) for i in batch.types[0]] == encoding.type_ids


def test_a_tokenizer_that_cuts_and_pads_is_told_not_to(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    tiny_tokenizer("a cat", truncation=True, max_length=4, padding="max_length")

    (ids,) = subwords_of(tiny_tokenizer).pieces([TWO.texts[0]])

    assert list(ids) == tiny_tokenizer(TWO.texts[0], add_special_tokens=False)["input_ids"]


def test_every_text_is_split_once(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    subwords = subwords_of(tiny_tokenizer)

    first, again = subwords.pieces(["a cat", "a dog"]), subwords.pieces(["a dog", "a cat", "a dog"])

    assert again[0] is again[2] is first[1]
    assert list(first[0]) == tiny_tokenizer("a cat", add_special_tokens=False)["input_ids"]


def test_every_format_is_in_the_table_under_its_name() -> None:
    assert [format_of(name).name for name in FORMATS] == list(FORMATS)
    with pytest.raises(UnknownName, match="tagging"):
        format_of("taging")
