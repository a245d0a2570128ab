from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some

from xeval.learning.layout import WASTE, Way, blocks_of, folded, layout_of, rows_at

LENGTHS = some.lists(some.integers(1, 60), min_size=1, max_size=40)
WAYS: tuple[Way, ...] = ("blocks", "padded", "rows")


def padded(lengths: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """A batch of distinct numbers, and what of it is no padding."""
    width = max(lengths)
    return np.arange(1, len(lengths) * width + 1).reshape(len(lengths), width), np.arange(width) < np.array(lengths)[
        :, None
    ]


@given(LENGTHS)
def test_every_sub_word_has_one_row_and_is_found_there(lengths: list[int]) -> None:
    table, real = padded(lengths)
    for way in WAYS:
        layout = layout_of(np.array(lengths), table.shape[1], way, "cpu")
        rows = table.ravel()[layout.take]

        assert np.array_equal(rows[rows_at(layout, real).numpy()], table[real])
        assert len(set(rows.tolist())) == len(rows)


@given(LENGTHS)
def test_rows_fold_back_into_the_batch(lengths: list[int]) -> None:
    table, real = padded(lengths)
    for way in WAYS:
        layout = layout_of(np.array(lengths), table.shape[1], way, "cpu")
        states = torch.from_numpy(table.ravel()[layout.take])[:, None]

        assert np.array_equal(folded(states, layout)[:, :, 0].numpy()[real], table[real])


@given(LENGTHS)
def test_blocks_hold_everything_and_waste_little(lengths: list[int]) -> None:
    ascending = sorted(lengths)
    cuts = blocks_of(ascending, WASTE)

    assert [place for start, stop in cuts for place in range(start, stop)] == list(range(len(lengths)))
    assert all(sum(ascending[stop - 1] - one for one in ascending[start:stop]) <= WASTE for start, stop in cuts)


@pytest.mark.parametrize("lengths", [[3, 3, 3], [5]])
def test_sequences_of_one_length_are_one_block_without_a_mask(lengths: list[int]) -> None:
    layout = layout_of(np.array(lengths), max(lengths), "blocks", "cpu")

    assert [(block.count, block.width, block.seen) for block in layout.blocks] == [(len(lengths), lengths[0], None)]
    assert layout.is_padded_batch


def test_rows_have_no_padding_and_know_their_bounds() -> None:
    layout = layout_of(np.array([3, 1, 2]), 3, "rows", "cpu")

    assert layout.take.tolist() == [0, 1, 2, 3, 6, 7]
    assert layout.bounds is not None
    assert layout.bounds.tolist() == [0, 3, 4, 6]
