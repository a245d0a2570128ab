"""Embeddings from counts: words of one topic are near, languages are not told apart, and nothing is left to chance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xeval.learning.warmstart import embeddings

TOPICS, WORDS = 6, 4  # in each of two languages


def topical(documents: int, seed: int, bilingual: float) -> tuple[list[np.ndarray], np.ndarray]:
    """Documents of one topic each, in one of two languages whose words are numbered apart, some in both."""
    rng = np.random.default_rng(seed)
    rows, groups = [], []
    for _ in range(documents):
        topic, language = rng.integers(TOPICS), int(rng.integers(2))
        words = topic * WORDS + rng.integers(WORDS, size=8)
        both = rng.random() < bilingual
        sides = rng.integers(2, size=8) if both else language
        rows.append(words + sides * TOPICS * WORDS)
        groups.append(2 if both else language)
    return rows, np.array(groups)


def embedded(
    rows: list[np.ndarray], groups: np.ndarray, dimensions: int = 8, seed: int = 0, size: int = 0
) -> np.ndarray:
    shape = (size or 2 * TOPICS * WORDS, dimensions)
    return embeddings(rows, groups, np.ones(len(rows)), shape, seed)[0]


def test_words_of_a_topic_are_neighbours():
    rows, groups = topical(2000, 0, bilingual=0.2)

    likeness = embedded(rows, groups)[: TOPICS * WORDS]
    likeness = likeness @ likeness.T
    np.fill_diagonal(likeness, -1)
    assert (likeness.argmax(axis=1) // WORDS == np.arange(TOPICS * WORDS) // WORDS).all()


def test_bilingual_documents_bring_translations_together():
    rows, groups = topical(2000, 0, bilingual=0.2)

    first, second = np.split(embedded(rows, groups), 2)
    assert ((first @ second.T).argmax(axis=1) // WORDS == np.arange(TOPICS * WORDS) // WORDS).mean() > 0.9


def test_a_word_that_no_document_has_is_unknown_and_zero():
    rows, groups = topical(500, 0, bilingual=0.2)
    vectors, known = embeddings(rows, groups, np.ones(len(rows)), (2 * TOPICS * WORDS + 3, 8), 0)

    assert not known[-3:].any()
    assert not vectors[-3:].any()
    assert known[:-3].all()
    np.testing.assert_allclose(np.linalg.norm(vectors[:-3], axis=1), 1)


def test_the_same_counts_and_seed_give_the_same_bytes():
    rows, groups = topical(500, 0, bilingual=0.2)

    assert embedded(rows, groups).tobytes() == embedded(rows, groups).tobytes()


def test_a_seed_turns_the_space_and_changes_no_angle():
    rows, groups = topical(500, 0, bilingual=0.2)
    first, second = embedded(rows, groups, seed=0), embedded(rows, groups, seed=1)

    assert not np.allclose(first, second)
    np.testing.assert_allclose(first @ first.T, second @ second.T, atol=1e-8)


@settings(max_examples=10)
@given(st.integers(0, 1000))
def test_the_order_of_documents_does_not_matter(seed: int):
    rows, groups = topical(300, seed, bilingual=0.2)
    order = np.random.default_rng(seed).permutation(len(rows))
    first, second = embedded(rows, groups), embedded([rows[i] for i in order], groups[order])

    np.testing.assert_allclose(first @ first.T, second @ second.T, atol=1e-4)


def test_more_dimensions_than_words_are_filled_up():
    assert embedded([np.array([0, 1, 2, 3])] * 9, np.zeros(9, dtype=int), dimensions=16, size=4).shape == (4, 16)


def test_weights_count_as_copies_do():
    rows, groups = topical(200, 0, bilingual=0.2)
    shape = (2 * TOPICS * WORDS, 8)
    twice, _ = embeddings([*rows, *rows], np.concatenate([groups, groups]), np.ones(2 * len(rows)), shape, 0)
    heavy, _ = embeddings(rows, groups, np.full(len(rows), 2.0), shape, 0)

    np.testing.assert_allclose(twice @ twice.T, heavy @ heavy.T, atol=1e-4)


def test_no_text_at_all_gives_no_embedding():
    vectors, known = embeddings([np.array([1])] * 5, np.zeros(5, dtype=int), np.ones(5), (6, 4), 0)

    assert vectors == pytest.approx(0)
    assert not known.any()
