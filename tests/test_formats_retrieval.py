from __future__ import annotations

import numpy as np
from transformers import PreTrainedTokenizerFast

from xeval.formats.retrieval import BLOCK, RETRIEVAL, nearest, prepared
from xeval.formats.subwords import subwords_of
from xeval.tuning import Training
from xeval.values import SentencePair

PAIRS = [SentencePair(str(i), "de", f"text {i}", f"translation {i}") for i in range(3)]


def test_the_text_comes_first_and_the_translation_second(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    features = RETRIEVAL.encode(PAIRS, subwords_of(tiny_tokenizer), Training(), ())

    texts = [text for pair in PAIRS for text in (pair.text, pair.translation)]
    assert [list(f.sequences[0]) for f in features] == [tiny_tokenizer(text)["input_ids"] for text in texts]
    assert [f.example for f in features] == [0, 0, 1, 1, 2, 2]


def test_each_translation_asks_for_a_text() -> None:
    axes = np.eye(3, dtype=np.float32)
    texts, translations = axes, axes[[1, 1, 2]]  # the first translation finds the second text
    outputs = [row for pair in zip(texts, translations, strict=True) for row in pair]

    said = RETRIEVAL.decode(PAIRS, [], outputs, Training(), ())

    assert [(p.uid, p.value) for p in said] == [("0", "1"), ("1", "1"), ("2", "2")]


def test_the_lowest_number_of_equal_texts_is_found() -> None:
    among = np.array([[0, 1], [1, 0], [1, 0], [0, 1]], dtype=np.float32)

    assert nearest(np.array([[1, 0], [0, 1]], dtype=np.float32), among) == [1, 0]


def test_blocks_find_what_one_product_finds() -> None:
    rng = np.random.default_rng(0)
    among = prepared(rng.normal(size=(300, 8)).astype(np.float32), centre=False)
    queries = prepared(rng.normal(size=(BLOCK + 50, 8)).astype(np.float32), centre=False)

    assert nearest(queries, among) == [int(i) for i in np.argmax(queries.astype(np.float64) @ among.T, axis=1)]


def test_vectors_get_length_one_and_a_language_its_centre_taken_off() -> None:
    vectors = np.random.default_rng(0).normal(3, 1, (50, 4)).astype(np.float32)

    assert np.allclose(np.linalg.norm(prepared(vectors, centre=True), axis=1), 1)
    assert np.allclose(prepared(vectors, centre=False), vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    assert np.allclose(prepared(vectors, centre=True), prepared(vectors + 7, centre=True), atol=1e-5)
    assert not prepared(np.zeros((1, 4), dtype=np.float32), centre=False).any()
