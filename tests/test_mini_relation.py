"""Relations between what sentences say: the laws that every label of the testbed rests on."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xeval.tasks.mini.meaning import Event, opposite
from xeval.tasks.mini.relation import excluded, extended, relation, weakened
from xeval.tasks.mini.world import Chances, draw_event, make_world

SEEDS = st.integers(0, 10**6)


def event(seed: int, negated: float = 0.0) -> Event:
    return draw_event(make_world(0), Random(seed), Chances(negated=negated, adjective=0.6, number=0.4))


@given(SEEDS)
def test_a_sentence_entails_itself_and_contradicts_its_denial(seed: int):
    said = event(seed)

    assert relation(said, said) == "entailment"
    assert relation(said, said._replace(negated=True)) == "contradiction"


@given(SEEDS)
def test_what_says_less_is_entailed(seed: int):
    assert relation(event(seed), weakened(event(seed), Random(seed))) == "entailment"


@given(SEEDS)
def test_what_excludes_an_event_contradicts_it_both_ways(seed: int):
    said = event(seed)
    other = excluded(said, Random(seed))

    if other:
        assert relation(said, other) == relation(other, said) == "contradiction"
        assert relation(said, other._replace(negated=True)) == "entailment"


@given(SEEDS)
def test_what_says_something_else_is_not_entailed(seed: int):
    said = event(seed)
    other = extended(said, Random(seed))

    if other != said:
        assert relation(said, other) != "entailment"


@given(SEEDS)
def test_a_denied_hypothesis_has_the_opposite_label(seed: int):
    premise, hypothesis = event(seed), weakened(extended(event(seed), Random(seed)), Random(seed))
    denied = {"entailment": "contradiction", "contradiction": "entailment", "neutral": "neutral"}

    assert relation(premise, hypothesis._replace(negated=True)) == denied[relation(premise, hypothesis)]


@given(SEEDS)
def test_entailment_is_transitive(seed: int):
    first = event(seed)
    second = weakened(first, Random(seed))
    third = second._replace(place="", time="")

    assert relation(second, third) == relation(first, third) == "entailment"


def test_nothing_is_said_of_a_denied_premise():
    with pytest.raises(ValueError, match="negated"):
        relation(event(0)._replace(negated=True), event(0))


def test_opposites_come_in_pairs():
    assert opposite(opposite("adjective5")) == "adjective5" != opposite("adjective5")
