"""How several tasks take turns: held against the formulas, and against what must be true of any of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xeval.learning.mixing import beside, mixed
from xeval.plans.recipeparts import Sampling

sizes = st.lists(st.integers(1, 10**6), min_size=1, max_size=9)
samplings = st.sampled_from(
    [
        Sampling(),
        Sampling("uniform"),
        Sampling("temperature", 2.0),
        Sampling("temperature", 5.0),
        Sampling("capped", 1000.0),
    ]
)


def turns(sizes: list[int], sampling: Sampling) -> list[float]:
    passes = [float(size) for size in sizes]
    return [m * f for m, f in zip(passes, mixed(passes, sizes, sampling), strict=True)]


@given(sizes, samplings)
def test_every_sampling_costs_the_same(found: list[int], sampling: Sampling) -> None:
    assert sum(turns(found, sampling)) == pytest.approx(sum(found))


@given(sizes)
def test_proportional_changes_nothing(found: list[int]) -> None:
    assert mixed([2.0 * size for size in found], found, Sampling()) == pytest.approx([1.0] * len(found))


def test_turns_are_as_the_formulas_say() -> None:
    assert turns([100, 900], Sampling("uniform")) == pytest.approx([500, 500])
    assert turns([100, 900], Sampling("temperature", 2.0)) == pytest.approx([250, 750])  # 10 to 30
    assert turns([100, 900], Sampling("capped", 300.0)) == pytest.approx([250, 750])  # 100 to 300
    assert turns([100, 900], Sampling("capped", 1e6)) == pytest.approx([100, 900])


@given(sizes, st.sampled_from([1.5, 2.0, 5.0, 100.0]))
def test_a_higher_temperature_is_more_even(found: list[int], temperature: float) -> None:
    cold, warm = (turns(found, Sampling("temperature", t)) for t in (1.0, temperature))

    assert max(warm) <= max(cold) * 1.000001
    assert min(warm) >= min(cold) * 0.999999


def test_text_beside_tasks_is_its_share_of_all() -> None:
    assert beside(900, 0.1) == pytest.approx(100)
