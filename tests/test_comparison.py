"""Two runs are compared example by example; a gate fails on a real loss and on nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from runs import ITEMS, answers, kept, scored

from xeval.boards.changes import Comparison, Kind
from xeval.boards.comparison import compare
from xeval.boards.gates import Gate, check_kinds, findings
from xeval.boards.leaderboard import SCORES
from xeval.boards.statistics import Evidence
from xeval.cell import Cell
from xeval.errors import BadValue
from xeval.running.store import Store

Rights = Mapping[str, Sequence[bool]]


@pytest.fixture
def compared(tmp_path: Path) -> Callable[[Rights, Rights], Comparison]:
    """Compare two runs of one system, given for each language which items were right."""
    store = Store(tmp_path / "store")

    def run(name: str, rights: Rights) -> tuple[Sequence[Cell], Mapping[str, Evidence]]:
        record, evidence = kept(store, name, [scored(store, code, right) for code, right in rights.items()])
        return record.cells, evidence

    def compared(base: Rights, head: Rights) -> Comparison:
        (ours, left), (theirs, right) = run("aaaaaaaa", base), run("bbbbbbbb", head)
        return compare(ours, theirs, left, right, SCORES)

    return compared


def the(comparison: Comparison, kind: Kind) -> float:
    (change,) = comparison.of(kind)
    return round(100 * change.difference.value, 6)


def test_equal_runs_differ_in_nothing(compared: Callable[..., Comparison]) -> None:
    rights = {"en": answers(50), "sw": answers(30)}

    found = compared(rights, rights)

    assert {(c.difference.value, c.difference.low, c.difference.high, c.p) for c in found.changes} == {(0, 0, 0, 1)}
    assert not findings(Gate.parse("regression,avg:0,language:0,cell:0"), found)


def test_the_average_is_over_the_languages_but_the_source(compared: Callable[..., Comparison]) -> None:
    found = compared({"en": answers(30), "de": answers(30), "sw": answers(30)},
                     {"en": answers(60), "de": answers(36), "sw": answers(30)})  # fmt: skip

    assert the(found, "average") == the(found, "task") == 5.0
    assert [round(100 * change.difference.value) for change in found.of("language")] == [50, 10, 0]


def test_a_loss_on_many_examples_is_a_regression_and_a_swap_is_none(compared: Callable[..., Comparison]) -> None:
    base = {"sw": answers(50)}
    swapped = {"sw": [not answers(50)[-1 - n] if n in (0, ITEMS - 1) else right for n, right in enumerate(answers(50))]}

    assert findings(Gate.parse("regression"), compared(base, {"sw": answers(30)}))
    assert not findings(Gate.parse("regression"), compared(base, swapped))


def test_a_limit_holds_whether_or_not_the_loss_is_sure_unless_p_is_asked_for(
    compared: Callable[..., Comparison],
) -> None:
    found = compared({"sw": answers(50)}, {"sw": answers(49)})

    (reason,) = findings(Gate.parse("avg:-0.5"), found)
    assert "small, zero-shot average: -1.67" in reason
    assert "the limit is -0.50" in reason
    assert not findings(Gate.parse("avg:-2"), found)
    assert not findings(Gate.parse("avg:-0.5,p<0.05"), found)


def test_a_score_that_is_gone_fails_every_gate(compared: Callable[..., Comparison]) -> None:
    found = compared({"de": answers(30), "sw": answers(30)}, {"de": answers(30)})

    assert findings(Gate.parse("avg:-5"), found) == ("lost: small: cats in sw, seed 0",)


def test_a_loss_of_just_the_limit_is_no_more_than_the_limit(compared: Callable[..., Comparison]) -> None:
    found = compared({"sw": answers(150, of=200)}, {"sw": answers(149, of=200)})

    assert not findings(Gate.parse("avg:-0.5,cell:-0.5"), found)
    assert findings(Gate.parse("avg:-0.49"), found)


def test_a_score_on_no_example_of_the_other_run_fails_every_gate() -> None:
    cell = Cell("m", "none", "t", "sw", "en", None, 0.0, 0, "accuracy", 1, 0, 1, 20, "done", "k")
    old, new = (Evidence.of([(1, 1)] * 20, [f"{of} {n}" for n in range(20)], [""] * 20) for of in ("old", "new"))
    found = compare([cell], [cell], {"k": old}, {"k": new}, SCORES, samples=50)

    assert not found.changes
    assert findings(Gate.parse("regression"), found) == ("no example in common: m: t in sw, seed 0",)


def test_only_the_examples_that_both_runs_have_are_compared(compared: Callable[..., Comparison]) -> None:
    found = compared({"sw": answers(30, of=60)}, {"sw": answers(30, of=40)})

    assert the(found, "average") == 0
    assert (found.items.shared, found.items.only_base, found.items.only_head) == (40, 20, 0)


def test_few_examples_make_nothing_sure(compared: Callable[..., Comparison]) -> None:
    found = compared({"sw": answers(8, of=8)}, {"sw": answers(0, of=8)})

    assert found.thin == ("cats",)
    assert {change.p for change in found.changes} == {1.0}
    assert not findings(Gate.parse("regression"), found)


def test_a_limit_on_what_the_runs_do_not_have_is_refused(compared: Callable[..., Comparison]) -> None:
    found = compared({"en": answers(30), "sw": answers(30)}, {"en": answers(30), "sw": answers(30)})

    check_kinds(Gate.parse("avg:-1,language:-1"), found)
    with pytest.raises(BadValue, match="The gate limits noise") as refused:
        check_kinds(Gate.parse("avg:-1,noise:-1"), found)
    assert "They have: average, task, language, cell. Run both with --plugins noise." in refused.value.hint


@given(st.lists(st.booleans(), min_size=12, max_size=60), st.randoms(use_true_random=False))
def test_the_order_of_the_examples_changes_nothing(right: list[bool], chance: np.random.Generator) -> None:
    uids = [str(number) for number in range(len(right))]
    mixed = list(range(len(right)))
    chance.shuffle(mixed)
    cell = Cell("m", "none", "t", "sw", "en", None, 0.0, 0, "accuracy", 0.5, 0, 1, len(right), "done", "k")
    one = Evidence.of([(float(r), 1.0) for r in right], uids, [""] * len(right))
    other = Evidence.of([(float(right[n]), 1.0) for n in mixed], [uids[n] for n in mixed], [""] * len(right))

    found = compare([cell], [cell], {"k": one}, {"k": other}, SCORES, samples=50)

    assert found.changes
    assert all(abs(c.difference.low) < 1e-12 and abs(c.difference.high) < 1e-12 for c in found.changes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("regresion", "'regresion' in the gate"),
        ("avg:0.5", "asks for a gain"),
        ("averag:-1", "Did you mean 'average'?"),
        ("p<0.05", "has no limit"),
        ("avg:-1,p<0.0", "no loss is ever sure"),
        ("", "is no condition"),
        ("avg:-0.5;language:-1", "is no condition"),
    ],
)
def test_a_gate_that_means_nothing_is_refused(text: str, message: str) -> None:
    with pytest.raises(BadValue) as refused:
        Gate.parse(text)
    assert message in str(refused.value)
