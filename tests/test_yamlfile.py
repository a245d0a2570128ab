"""YAML 1.2, with the line of everything."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xeval.errors import BadFile
from xeval.facts.yamlfile import parse_yaml, plain, read_yaml


def value(text: str) -> Any:
    return plain(parse_yaml(f"it: {text}\n", "x.yaml"))["it"]


def mistakes(text: str) -> list[str]:
    with pytest.raises(BadFile) as raised:
        parse_yaml(text, "x.yaml")
    return raised.value.problems


@pytest.mark.parametrize(
    "word", ["no", "yes", "on", "off", "y", "n", "No", "NO", "1:30", "2001-01-01", "1_000", "<<", "="]
)
def test_words_of_other_versions_of_yaml_are_only_words(word: str) -> None:
    assert value(word) == word


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1e-5", 1e-5),
        ("012", 12),
        ("0o14", 12),
        ("0x1F", 31),
        ("+3", 3),
        (".5", 0.5),
        ("1.", 1.0),
        ("-.inf", -float("inf")),
    ],
)
def test_numbers_are_those_of_the_core_schema(text: str, number: float) -> None:
    assert value(text) == number
    assert type(value(text)) is type(number)


@pytest.mark.parametrize("text", ["~", "null", "Null", "", "!!null ~"])
def test_nothing_is_null(text: str) -> None:
    assert value(text) is None


def test_quotes_and_the_tag_of_text_make_text() -> None:
    assert [value("'12'"), value('"no"'), value("!!str 12"), value("! 12")] == ["12", "no", "12", "12"]


def test_the_languages_no_and_en_are_two_texts() -> None:
    assert value("[no, en]") == ["no", "en"]


def test_every_node_knows_its_line_and_its_path() -> None:
    tree = parse_yaml("models:\n  a:\n    layers: 2\nlevels:\n- 0.1\n- 0.2\n", "x.yaml")

    layers, level = tree.value["models"].value["a"].value["layers"], tree.value["levels"].value[1]

    assert (layers.where, layers.key) == ("x.yaml:3", "models.a.layers")
    assert (level.where, level.key) == ("x.yaml:6", "levels[1]")


def test_a_key_given_twice_is_a_mistake_in_both_lines() -> None:
    assert mistakes("a: 1\nb:\n  c: 1\n  c: 2\na: 3\n") == [
        "x.yaml:4: b.c: is given twice, first in line 3",
        "x.yaml:5: a: is given twice, first in line 1",
    ]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("a: &x 1\nb: *x\n", "x.yaml:2: b: *x is an alias; write the value out"),
        ("a: !!python/object/apply:os.system [ls]\n", "x.yaml:1: a: has the tag tag:yaml.org,2002:python"),
        ("a: !!int no\n", "x.yaml:1: a: 'no' cannot be read as !!int"),
        ("a: 1\n---\nb: 1\n", "x.yaml:3: a second document; one file holds one"),
        ("[a]: 1\n", "x.yaml:1: a key: a key must be one word or text"),
        ("a: 1\n\tb: 2\n", "x.yaml:2: a tab stands where YAML wants spaces"),
        ("a: [1\n", "x.yaml:2: did not find expected ',' or ']'"),
        ("[" * 100_000, "x.yaml:1: nested more than 40 deep"),
        ("a: " + "9" * 5000, "x.yaml:1: a: a number of 5000 digits is too long"),
    ],
    ids=lambda text: text[:20],
)
def test_what_cannot_be_read_is_named_with_its_line(text: str, mistake: str) -> None:
    assert mistakes(text)[0].startswith(mistake)


def test_an_empty_file_is_an_empty_mapping() -> None:
    assert [plain(parse_yaml(text, "x.yaml")) for text in ("", "# nothing\n", "---\n")] == [{}, {}, {}]


def test_a_file_that_is_absent_or_not_utf8_is_the_users_mistake(tmp_path: Path) -> None:
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("name: Müller".encode("latin-1"))

    with pytest.raises(BadFile, match="is not UTF-8"):
        read_yaml(latin)
    with pytest.raises(BadFile, match="No such file"):
        read_yaml(tmp_path / "absent.yaml")


# YAML has no surrogate pairs, and takes the separators of lines and paragraphs for ends of lines.
texts = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(texts, json_values, max_size=4))
def test_json_is_read_as_what_it_says(data: dict[str, Any]) -> None:
    assert plain(parse_yaml(json.dumps(data, ensure_ascii=False), "x.yaml")) == data


@given(st.text(max_size=60))
def test_any_text_is_data_or_a_bad_file(text: str) -> None:
    with suppress(BadFile):  # no other error
        parse_yaml(text, "x.yaml")
