"""A stage is named by what decides its result, and by nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from xeval.hashing import seed_of
from xeval.plans.stage import Stage, in_order

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=5), json_values, max_size=4))
def test_the_order_of_parameters_does_not_matter(params: dict[str, object]) -> None:
    backwards = dict(reversed(params.items()))

    assert Stage("train", params).key == Stage("train", backwards).key


def test_seeds_do_not_drift_and_their_parts_are_apart() -> None:
    assert seed_of(0, "seeds", 3) == 8253057106520058881
    assert seed_of("train", 1, 2) != seed_of("train", 12)


def test_keys_do_not_drift() -> None:
    """This literal may change only in a commit that says which stored results it orphans."""
    start = Stage("model", {"name": "toy"})

    assert Stage("train", {"seed": 0, "data": {"en": "x"}}, (start,)).key == "84b1fc63ddbb331f189b3f11"


def test_a_label_is_for_people_only() -> None:
    assert Stage("train", {"seed": 0}, label="one") == Stage("train", {"seed": 0}, label="another")


def test_everything_else_is_in_the_key() -> None:
    start = Stage("model", {"name": "toy"})
    stages = [
        start,
        Stage("pretrain", {"name": "toy"}),
        Stage("train", {"seed": 0}),
        Stage("train", {"seed": 1}),
        Stage("train", {"seed": 0}, (start,)),
        Stage("evaluate", {"seed": 0}, (start,)),
    ]

    assert len({stage.key for stage in stages}) == len(stages)


def test_inputs_come_before_their_users_and_each_stage_once() -> None:
    start = Stage("pretrain", {})
    middle = Stage("train", {"task": "a"}, (start,))
    goals = [Stage("evaluate", {"language": code}, (middle,)) for code in ("de", "en", "de")]

    assert in_order(goals) == [start, middle, goals[0], goals[1]]


def test_a_long_chain_of_stages_is_no_problem() -> None:
    stage = Stage("pretrain", {})
    for number in range(3000):
        stage = Stage("train", {"number": number}, (stage,))

    assert len(in_order([stage])) == 3001
