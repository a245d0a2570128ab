from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xeval.learning.batching import evaluation_batches, even_batches, interleaved, training_batches

LENGTHS = st.lists(st.integers(1, 300), min_size=1, max_size=200)


@given(LENGTHS, st.integers(1, 40), st.integers(1, 3), st.integers(0, 5))
def test_every_example_comes_once_per_epoch(lengths: list[int], size: int, epochs: int, seed: int) -> None:
    batches = training_batches(lengths, size, epochs, seed)

    counts = np.bincount(np.concatenate(batches), minlength=len(lengths))
    assert (counts == epochs).all()


@given(LENGTHS, st.integers(1, 40), st.integers(0, 5))
def test_batches_keep_to_the_size_and_are_no_runts(lengths: list[int], size: int, seed: int) -> None:
    sizes = [len(batch) for batch in training_batches(lengths, size, 1, seed)]

    assert max(sizes) <= size
    assert max(sizes) - min(sizes) <= 1
    assert len(sizes) == -(-len(lengths) // size)


def test_batches_are_of_like_length_and_yet_shuffled() -> None:
    lengths = [int(n) for n in np.random.default_rng(0).integers(5, 100, 3200)]

    batches = training_batches(lengths, 32, 1, seed=0)

    real = sum(lengths)
    padded = sum(len(batch) * max(lengths[i] for i in batch) for batch in batches)
    longest = [max(lengths[i] for i in batch) for batch in batches]
    assert 1 - real / padded < 0.06
    assert longest != sorted(longest)


def test_a_share_of_an_epoch_takes_that_share_of_the_examples() -> None:
    batches = training_batches([7] * 100, 10, 1.35, seed=0)

    assert sum(map(len, batches)) == 135
    assert len(training_batches([7] * 100, 10, 0.001, seed=0)) == 1


def test_the_seed_decides_and_nothing_else() -> None:
    one, again, other = (training_batches(list(range(1, 90)), 8, 2, seed) for seed in (3, 3, 4))

    assert [list(b) for b in one] == [list(b) for b in again] != [list(b) for b in other]


def test_nothing_gives_no_batch() -> None:
    assert training_batches([], 8, 3, 0) == evaluation_batches([], 100) == even_batches([], 100) == []


@given(LENGTHS, st.integers(1, 5000))
def test_evaluation_batches_hold_every_input_once_within_the_budget(lengths: list[int], budget: int) -> None:
    batches = evaluation_batches(lengths, budget)

    assert sorted(int(i) for batch in batches for i in batch) == list(range(len(lengths)))
    assert all(len(b) * max(lengths[i] for i in b) <= budget for b in batches if len(b) > 1)


@given(LENGTHS, st.integers(1, 5000))
def test_even_batches_hold_every_input_once_in_order_of_length_and_are_alike(lengths: list[int], budget: int) -> None:
    batches = even_batches(lengths, budget)
    sizes = [sum(lengths[i] for i in batch) for batch in batches]

    assert sorted(int(i) for batch in batches for i in batch) == list(range(len(lengths)))
    assert [lengths[i] for batch in batches for i in batch] == sorted(lengths)
    assert all(size < budget + max(lengths) for size in sizes)
    assert max(sizes) - min(sizes) <= 2 * max(lengths)


def test_a_full_evaluation_batch_does_not_wait_for_a_much_longer_input() -> None:
    batches = evaluation_batches([20] * 200 + [100] * 3, 16384)

    assert [len(batch) for batch in batches] == [200, 3]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=4), st.integers(0, 9))
def test_sets_take_turns_as_often_as_they_have_batches(counts: list[int], seed: int) -> None:
    turns = interleaved(counts, seed)

    assert [turns.count(i) for i in range(len(counts))] == counts
    assert turns == interleaved(counts, seed)
