from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from transformers import PreTrainedTokenizerFast

from xeval.formats.features import IGNORED
from xeval.formats.subwords import Subwords, subwords_of
from xeval.formats.tagging import TAGGING, stretches
from xeval.tuning import Training
from xeval.values import TaggedTokens

LABELS = ("O", "B-PER", "B-LOC")
ANNA = TaggedTokens("1", "en", ("Anna", "lives", "in", "Berlin"), ("B-PER", "O", "O", "B-LOC"))


def gold_outputs(features: list, labels: tuple[str, ...]) -> list:
    """What a perfect model puts out; sub-words without a target get nonsense."""
    return [np.where(f.target == IGNORED, len(labels) - 1, f.target) for f in features]


def test_tokens_are_split_as_the_tokenizer_splits_words(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    (feature,) = TAGGING.encode([ANNA], subwords_of(tiny_tokenizer), Training(), LABELS)

    encoding = tiny_tokenizer(list(ANNA.tokens), is_split_into_words=True)
    firsts = [encoding.word_ids().index(word) for word in range(len(ANNA.tokens))]
    assert list(feature.sequences[0]) == encoding["input_ids"]
    assert list(feature.trace) == firsts
    assert [int(i) for i in feature.target[firsts]] == [1, 0, 0, 2]
    assert (feature.target != IGNORED).sum() == len(ANNA.tokens)


def test_a_token_without_sub_words_becomes_the_unknown_one(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    subwords = subwords_of(tiny_tokenizer)
    odd = TaggedTokens("1", "en", ("Anna", "", "Berlin"), ("B-PER", "O", "B-LOC"))

    (feature,) = TAGGING.encode([odd], subwords, Training(), LABELS)

    assert len(feature.trace) == 3
    assert feature.sequences[0][feature.trace[1]] == subwords.unknown


@given(st.lists(st.text("abcdekt", min_size=0, max_size=40), min_size=1, max_size=30), st.integers(8, 40))
def test_no_token_is_dropped_however_short_the_inputs(tokens: list[str], length: int) -> None:
    subwords = letters()
    tags = tuple(LABELS[i % 3] for i in range(len(tokens)))
    example = TaggedTokens("1", "en", tuple(tokens), tags)

    features = TAGGING.encode([example], subwords, Training(max_length=length), LABELS)
    (said,) = TAGGING.decode([example], features, gold_outputs(features, LABELS), Training(), LABELS)

    assert said.value == tags
    assert all(feature.length <= length for feature in features)


def letters() -> Subwords:
    """A stand-in for a tokenizer whose sub-words are letters."""

    class Encoding:
        def __init__(self, text: str) -> None:
            self.ids = [10 + ord(letter) for letter in text]

    class Backend:
        def encode_batch_fast(self, texts: list[str], add_special_tokens: bool) -> list[Encoding]:
            return [Encoding(text) for text in texts]

    return Subwords(Backend(), (0,), (2, 2), (2,), 1, 3, 4, frozenset(range(5)), 200)


@given(st.lists(st.integers(1, 9), max_size=30), st.integers(9, 20))
def test_stretches_follow_one_another_and_fit(lengths: list[int], room: int) -> None:
    words = [np.zeros(n, dtype=np.int32) for n in lengths]

    found = list(stretches(words, room))

    assert [i for a, b in found for i in range(a, b)] == list(range(len(words)))
    assert all(sum(lengths[a:b]) <= room for a, b in found)


def test_an_example_without_tokens_gets_no_tags(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    nothing = TaggedTokens("1", "en", (), ())

    features = TAGGING.encode([nothing, ANNA], subwords_of(tiny_tokenizer), Training(), LABELS)
    said = TAGGING.decode([nothing, ANNA], features, gold_outputs(features, LABELS), Training(), LABELS)

    assert [p.value for p in said] == [(), ANNA.tags]
