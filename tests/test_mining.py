"""Mining: what the rules of BUCC as XTREME plays it give, by hand and against a slow literal reading of them."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xeval.errors import BadValue
from xeval.scores import neighbours as tiles
from xeval.scores.mining import MARGINS, Margin, Mined, Side, above, best_threshold, mine, mine_texts
from xeval.scores.neighbours import Vectors, neighbours

FloatArray = npt.NDArray[np.float64]


def vectors(count: int, seed: int, width: int = 6) -> npt.NDArray[np.float32]:
    drawn = np.random.default_rng(seed).standard_normal((count, width)) + 0.4
    return drawn.astype(np.float32)


def slow(x: FloatArray, y: FloatArray, k: int, margin: Margin) -> list[Mined]:
    """The procedure word by word, over the whole matrix of cosines."""
    cosines = (x / np.linalg.norm(x, axis=1)[:, None]) @ (y / np.linalg.norm(y, axis=1)[:, None]).T
    means = np.sort(cosines, 1)[:, -k:].mean(1), np.sort(cosines.T, 1)[:, -k:].mean(1)
    near = [[np.argsort(-row, kind="stable")[:k] for row in side] for side in (cosines, cosines.T)]

    def score(i: int, j: int) -> float:
        around = (means[0][i] + means[1][j]) / 2
        return float({"ratio": cosines[i, j] / around, "distance": cosines[i, j] - around}.get(margin, cosines[i, j]))

    pool = [max(((score(i, j), -n, i, int(j)) for n, j in enumerate(near[0][i]))) for i in range(len(x))]
    pool += [max(((score(int(i), j), -n, int(i), j) for n, i in enumerate(near[1][j]))) for j in range(len(y))]
    found: list[Mined] = []
    for value, _, i, j in sorted(pool, key=lambda one: -one[0]):
        if all(pair.source != i and pair.target != j for pair in found):
            found.append(Mined(i, j, value))
    return [pair for pair in found if pair.score > 0]


def pairs_of(found: list[Mined]) -> list[tuple[int, int]]:
    return [(pair.source, pair.target) for pair in found]


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 6), st.sampled_from(MARGINS), st.integers(0, 9999))
def test_mining_is_its_slow_literal_reading(n: int, m: int, k: int, margin: Margin, seed: int) -> None:
    x, y = vectors(n, seed), vectors(m, seed + 1)

    found, expected = mine(x, y, k, margin), slow(x.astype(np.float64), y.astype(np.float64), k, margin)

    assert [pair.score for pair in found] == pytest.approx([pair.score for pair in expected], rel=1e-3, abs=1e-4)
    assert pairs_of(found) == pairs_of(expected)


@pytest.mark.parametrize(("tile", "products"), [(1, 1), (24 * 70, 4 * 70 * 64), (24 * 130, 1 << 20), (1 << 20, 1)])
def test_the_size_of_blocks_changes_nothing(tile: int, products: int, monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = vectors(300, 1), vectors(200, 2)
    whole = mine(x, y)

    monkeypatch.setattr(tiles, "TILE", tile)
    monkeypatch.setattr(tiles, "PRODUCTS", products)

    assert mine(x, y) == whole


def test_neighbours_are_those_of_the_whole_matrix() -> None:
    x, y = vectors(500, 3), vectors(700, 4)
    cosines = (x / np.linalg.norm(x, axis=1)[:, None]) @ (y / np.linalg.norm(y, axis=1)[:, None]).T

    forward, backward = neighbours(Vectors.of(x), Vectors.of(y), 5)

    assert np.array_equal(forward.numbers, np.argsort(-cosines, axis=1)[:, :5])
    assert np.array_equal(backward.numbers, np.argsort(-cosines.T, axis=1)[:, :5])
    assert np.allclose(forward.cosines, -np.sort(-cosines, axis=1)[:, :5], atol=1e-6)


def test_memory_does_not_grow_with_the_number_of_products() -> None:
    code = (
        "import numpy as np, resource, torch\n"
        "from xeval.scores.mining import mine\n"
        "rng = np.random.default_rng(0)\n"
        "x, y = (rng.standard_normal((n, 8), dtype=np.float32) for n in (25_000, 30_000))\n"
        "mine(x[:100], y[:100])\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = peak(); mine(x, y); print((peak() - before) // 1024)"
    )
    grown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert int(grown) < 500  # MiB on Linux; the products alone would be 3,000


def test_of_equal_vectors_the_first_row_comes_first() -> None:
    x = np.repeat(vectors(1, 5), 3, axis=0)

    forward, _ = neighbours(Vectors.of(x), Vectors.of(np.vstack([vectors(2, 6), x])), 3)

    assert forward.numbers.tolist() == [[2, 3, 4]] * 3
    assert mine(x, x)[0] == Mined(0, 0, pytest.approx(1.0))


def test_translations_are_found_among_others_and_length_means_nothing() -> None:
    y = vectors(120, 7, 32)
    x = np.vstack([y[:20] * 3 + 0.01, vectors(60, 8, 32)])

    found = mine(x.astype(np.float32), y)

    assert set(pairs_of(found[:20])) == {(i, i) for i in range(20)}
    assert [pair.score for pair in found] == sorted((pair.score for pair in found), reverse=True)


def test_a_sentence_that_stands_twice_is_compared_once_and_kept_in_no_pair() -> None:
    y = vectors(5, 9, 16)

    found = mine_texts(Side(["a", "b", "a", "d", "e"], y), Side(["p", "q", "r", "s", "s "], y), k=2)

    assert (1, 1) in pairs_of(found)
    assert {pair.source for pair in found} <= {1, 3, 4}
    assert {pair.target for pair in found} <= {0, 1, 2}


def test_the_last_row_of_a_sentence_speaks_for_it() -> None:
    y = vectors(30, 9, 16)
    x = np.vstack([y[7:8], y])  # "same" in row 0 would take target 7 from row 8

    found = mine_texts(Side(["same", *map(str, range(29)), "same"], x), Side([f"t{i}" for i in range(30)], y))

    assert (8, 7) in pairs_of(found)
    assert (30, 29) not in pairs_of(found)


# --------------------------------------------------------------------------------------------------- threshold

CANDIDATES = [Mined(0, 0, 1.4), Mined(1, 1, 1.3), Mined(2, 9, 1.2), Mined(3, 3, 1.0)]


def test_the_threshold_lies_between_the_last_that_is_in_and_the_first_that_is_out() -> None:
    assert best_threshold(CANDIDATES, {(0, 0), (1, 1)}) == pytest.approx(1.25)


def test_a_threshold_that_lets_everything_in_is_the_score_of_the_last() -> None:
    threshold = best_threshold(CANDIDATES, {(0, 0), (1, 1), (3, 3)})

    assert threshold == 1.0
    assert above(CANDIDATES, threshold) == CANDIDATES


def test_without_anything_right_the_threshold_is_nought() -> None:
    assert best_threshold(CANDIDATES, {(7, 7)}) == best_threshold([], {(1, 1)}) == best_threshold(CANDIDATES, ()) == 0


@given(st.lists(st.tuples(st.booleans(), st.floats(0.01, 2)), min_size=1, max_size=20), st.integers(0, 5))
def test_no_cut_has_a_better_f1_than_the_threshold(drawn: list[tuple[bool, float]], beside: int) -> None:
    ordered = sorted(drawn, key=lambda one: -one[1])
    candidates = [Mined(i, i, score) for i, (_, score) in enumerate(ordered)]
    gold = {(i, i) for i, (right, _) in enumerate(ordered) if right} | {(-1 - i, 0) for i in range(beside)}

    def f1(chosen: list[Mined]) -> float:
        right = len(gold & set(pairs_of(chosen)))
        return 2 * right / (len(chosen) + len(gold)) if right else 0.0

    chosen = above(candidates, best_threshold(candidates, gold))

    # Candidates of one score stand or fall together, a prefix may part them.
    if len({pair.score for pair in candidates}) == len(candidates):
        assert f1(chosen) == pytest.approx(max(f1(candidates[:n]) for n in range(1, len(candidates) + 1)))


# ---------------------------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("x", "y", "k", "margin", "message"),
    [
        (vectors(0, 1), vectors(2, 1), 4, "ratio", r"shapes \(0, 6\) and \(2, 6\)"),
        (vectors(2, 1), vectors(2, 1, 5), 4, "ratio", r"\(2, 6\) and \(2, 5\)"),
        (vectors(2, 1)[0], vectors(2, 1), 4, "ratio", "matrix"),
        (vectors(2, 1) * np.nan, vectors(2, 1), 4, "ratio", "not finite"),
        (vectors(2, 1), vectors(2, 1), 0, "ratio", "k = 0"),
        (vectors(2, 1), vectors(2, 1), 4, "rate", "no margin 'rate'"),
    ],
)
def test_vectors_that_cannot_be_compared_are_refused(
    x: FloatArray, y: FloatArray, k: int, margin: Margin, message: str
) -> None:
    with pytest.raises(BadValue, match=message):
        mine(x, y, k, margin)
