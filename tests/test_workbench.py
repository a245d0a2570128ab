"""A worker keeps what it may need again, and no more than fits, however long it lives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import Toys, ToyTask

from xeval.errors import MissingData
from xeval.plans.stage import Stage
from xeval.running import workbench
from xeval.running.jobs import Setup
from xeval.running.store import Store
from xeval.running.workbench import Workbench, keep
from xeval.sources.rows import Place
from xeval.tuning import Compute

TASK = ToyTask()


def bench(folder: Path) -> Workbench:
    toys = Toys()
    return Workbench(Setup(folder), Store(folder), toys.registry(), toys.catalogue(), Place(), Compute())


def asked(language: str, level: float) -> dict[str, Any]:
    noise = {"name": "shout", "level": level, "seed": 0, "policy": "protect"}
    return {"language": language, "split": "test", "limit": None, "perturbation": noise}


@given(st.lists(st.integers(0, 12), min_size=1))
def test_the_newest_is_kept_and_the_oldest_go_when_there_are_too_many(sizes: list[int]) -> None:
    kept: dict[object, list[int]] = {}
    with pytest.MonkeyPatch.context() as small:
        small.setattr(workbench, "MOST_KEPT", 10)
        for number, size in enumerate(sizes):
            keep(kept, number, [0] * size, len)

            assert number in kept
            assert len(kept) == 1 or sum(map(len, kept.values())) <= 10
            assert list(kept) == list(range(min(kept), number + 1))  # type: ignore[type-var]


def test_damaged_examples_are_made_again_where_there_were_too_many_in_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = bench(tmp_path)
    first = one.evaluated(TASK, asked("qen", 0.1))
    assert one.evaluated(TASK, asked("qen", 0.1)) is first

    monkeypatch.setattr(workbench, "MOST_KEPT", 3 * TASK.size)
    for level in range(1, 9):
        one.evaluated(TASK, asked("qaa", level / 10))
        one.once(level, first.examples, lambda: {"counted": 1.0})

    assert len(one._changed) == 3
    assert len(one._counted) == 3
    again = one.evaluated(TASK, asked("qen", 0.1))
    assert again is not first
    assert again == first


def test_a_state_that_went_from_the_store_is_told_as_that(tmp_path: Path) -> None:
    with pytest.raises(MissingData, match=r"\(the state\) was taken away .* The same command makes it again"):
        bench(tmp_path).state(Stage("train", {"seed": 0}, label="the state"))
