"""Dataclasses as the schema of a YAML file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest

from xeval.errors import BadFile, BadValue
from xeval.facts.schema import read_partly, read_record
from xeval.facts.yamlfile import Problems, parse_yaml, refuse
from xeval.tuning import Training


@dataclass(frozen=True)
class Cat:
    name: str
    age: int = 0
    weight: float = 4.0
    colour: Literal["black", "white"] = "black"
    toys: tuple[str, ...] = ()
    owner: str | None = None
    sleeps: bool = True
    distances: Mapping[str, float] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict, metadata={"partly": Training})

    def __post_init__(self) -> None:
        if self.age < 0:
            raise BadValue("a cat's age is not negative")


def read(text: str, **given: Any) -> Cat:
    problems: Problems = []
    cat = read_record(Cat, parse_yaml(text, "cat.yaml"), problems, **given)
    refuse("cat.yaml", problems)
    assert isinstance(cat, Cat)
    return cat


def mistakes(text: str) -> list[str]:
    with pytest.raises(BadFile) as raised:
        read(text)
    return raised.value.problems


def test_a_record_is_read_with_its_defaults() -> None:
    cat = read("{name: Tom, toys: [ball, no], owner: ~, distances: {home: 1}, training: {learning_rate: 1e-3}}")

    assert cat == Cat("Tom", toys=("ball", "no"), distances={"home": 1.0}, training={"learning_rate": 1e-3})


def test_a_whole_number_is_a_number_and_one_key() -> None:
    assert type(read("{name: Tom, weight: 3}").weight) is float


def test_what_is_given_is_not_in_the_file() -> None:
    assert read("age: 3", name="Tom") == Cat("Tom", 3)
    with pytest.raises(BadFile, match="name: is not a known key"):
        read("name: Tom", name="Tom")


def test_every_mistake_is_told_at_once_with_its_line() -> None:
    text = "nam: Tom\nage: old\ncolour: blak\ntoys: ball\nsleeps: yes\ndistances:\n  home: far\ntraining: {epoch: 3}\n"

    assert mistakes(text) == [
        "cat.yaml:1: lacks 'name'",
        "cat.yaml:1: nam: is not a known key. Did you mean 'name'?",
        "cat.yaml:2: age: is 'old', not a whole number",
        "cat.yaml:3: colour: is 'blak', not one of black, white; did you mean 'black'?",
        "cat.yaml:4: toys: is 'ball', not a list such as [a, b]",
        "cat.yaml:5: sleeps: is 'yes', not true or false",
        "cat.yaml:7: distances.home: is 'far', not a number",
        "cat.yaml:8: training.epoch: is not a known key. Did you mean 'epochs'?",
    ]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("name: 12", 'name: is 12, not text; write "12" if it is meant as text'),
        ("name: [Tom]", "name: is a list, not text"),
        ("name:", "name: is empty, not text"),
        ("{name: Tom, age: 1.5}", "age: is 1.5, not a whole number"),
        ("{name: Tom, age: true}", "age: is True, not a whole number"),
        ("{name: Tom, weight: .nan}", "weight: is nan, which is no finite number"),
        ("{name: Tom, toys: [1]}", 'toys[0]: is 1, not text; write "1" if it is meant as text'),
        ("{name: Tom, age: -1}", "a cat's age is not negative"),
        ("[Tom]", "is a list, not a mapping with keys such as name, age, weight"),
    ],
)
def test_a_wrong_type_is_named_with_what_it_is(text: str, mistake: str) -> None:
    assert mistakes(text) == [f"cat.yaml:1: {mistake}"]


def test_part_of_a_record_is_what_is_there() -> None:
    problems: Problems = []

    assert read_partly(Training, parse_yaml("epochs: 2", "x.yaml"), problems) == {"epochs": 2.0}
    assert problems == []
