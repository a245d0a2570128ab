"""From rows to examples: what breaks a task's rules is named by data set, config, split and row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from xeval.columns import labelled_pairs, questions, tagged_tokens
from xeval.data import MadeData
from xeval.errors import BadData, MissingData
from xeval.guests import PluginFailed
from xeval.hubtask import HubTask
from xeval.sources.examples import examples_of, passages_of
from xeval.sources.rows import Place
from xeval.tuning import Training
from xeval.values import Example, LabelledText, Passage, Row, Split

PAIRS = HubTask(
    name="pairs",
    format="classification",
    repository="org/pairs",
    config="{language}",
    columns=("a", "b", "label"),
    read=labelled_pairs("a", "b", ("no", "yes")),
    training=Training(),
    labels=("no", "yes"),
    languages=("en", "de"),
)
TAGS = replace(
    PAIRS,
    name="tags",
    format="tagging",
    columns=("tokens", "tags"),
    read=tagged_tokens("tags", ("O", "B")),
    labels=("O", "B"),
)
ASKED = replace(
    PAIRS, name="asked", format="span_qa", columns=("id", "question", "context", "answers"), read=questions, labels=()
)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path, offline=True)


def put(place: Place, rows: Sequence[dict[str, Any]], language: str = "en") -> None:
    assert place.hub
    folder = place.hub / "org" / "pairs" / language
    folder.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(list(rows)), folder / "test-00000-of-00001.parquet")


def pair(label: object, a: str = "cat") -> dict[str, Any]:
    return {"a": a, "b": "dog", "label": label}


def question(text: str, start: int) -> dict[str, Any]:
    answers = {"text": [text], "answer_start": [start]}
    return {"id": f"{text}{start}", "question": "Who sleeps?", "context": "Anna sleeps well.", "answers": answers}


def test_rows_become_examples_in_their_order(place: Place) -> None:
    put(place, [pair(0), pair(1)])

    assert examples_of(PAIRS, "test", "en", place) == [
        LabelledText("0", "en", ("cat", "dog"), "no"),
        LabelledText("1", "en", ("cat", "dog"), "yes"),
    ]


def test_a_limit_counts_examples_whatever_is_left_out_before(place: Place) -> None:
    put(place, [pair(-1), pair(0), pair(1), pair(1)])

    assert [len(examples_of(PAIRS, "test", "en", place, limit)) for limit in (0, 1, 2, 9, None)] == [0, 1, 2, 3, 3]


@pytest.mark.parametrize(
    ("task", "rows", "said"),
    [
        (PAIRS, [pair(0), pair(7)], "row 1: the label '7' is not one of no, yes"),
        (PAIRS, [pair(0), pair(0), pair(1, " ") | {"b": ""}], "row 2: its text is empty"),
        (TAGS, [{"tokens": ["a", "b"], "tags": [0]}], "row 0: it has 2 tokens and 1 tags"),
        (TAGS, [{"tokens": ["a"], "tags": [2]}], "row 0: the tag '2' is not one of O, B"),
        (ASKED, [question("Anna", 0), question("well", 3)], "row 1: the answer 'well' is not in its context at 3"),
        (ASKED, [question("Anna", 0), question("Anna", 0)], "row 1: the uid 'Anna0' was there before"),
        (
            ASKED,
            [question("Anna", 0) | {"answers": {"text": ["Anna"], "answer_start": []}}],
            "row 0: the task 'asked' cannot",
        ),
        (ASKED, [question("Anna", 0) | {"context": None}], "row 0: the task 'asked' cannot read it"),
    ],
)
def test_the_first_row_that_breaks_a_rule_is_named(task: HubTask, rows: list[Any], said: str, place: Place) -> None:
    put(place, rows)

    with pytest.raises(BadData) as raised:
        examples_of(task, "test", "en", place)
    assert str(raised.value).startswith(f"org/pairs, config en, split test, {said}")


def test_rows_beyond_the_limit_are_not_looked_at(place: Place) -> None:
    put(place, [pair(0), pair(7)])

    assert len(examples_of(PAIRS, "test", "en", place, 1)) == 1


def test_a_split_without_an_example_in_the_language_is_missing(place: Place) -> None:
    put(place, [pair(-1)])

    with pytest.raises(MissingData, match="holds no example of the task 'pairs' in 'en'"):
        examples_of(PAIRS, "test", "en", place)


def test_a_language_that_is_not_there_is_missing(place: Place) -> None:
    put(place, [pair(0)])

    with pytest.raises(MissingData, match="has no config 'de'; it has en"):
        examples_of(PAIRS, "test", "de", place)


def test_an_example_in_another_language_than_asked_for_is_refused(place: Place) -> None:
    def read(rows: Iterable[Row], language: str) -> Iterator[Example]:
        yield from (LabelledText("1", "fr", ("a",), "no") for _ in rows)

    put(place, [pair(0)])

    with pytest.raises(BadData, match="row 0: it is in 'fr', and 'en' was asked for"):
        examples_of(replace(PAIRS, read=read), "test", "en", place)


class Made:
    """A task that makes its examples, and makes a mistake in doing so."""

    name, version, format = "made", "1", "classification"
    labels, languages, source_language = ("no", "yes"), ("en",), "en"
    training = Training()

    def data(self, split: Split, language: str) -> MadeData:
        return MadeData("made", "1", (), lambda: iter([LabelledText("1", "en", ("a",), "no")]))

    def examples(self, rows: Iterable[Any], language: str) -> Iterator[Example]:
        for row in rows:
            yield row
            raise ValueError("a bug")


def test_an_error_in_made_data_is_its_plugins_and_not_a_bad_row() -> None:
    made: Any = Made()

    with pytest.raises(PluginFailed, match="raised ValueError: a bug"):
        examples_of(made, "train", "en", Place(offline=True))
    assert len(examples_of(made, "train", "en", Place(offline=True), 1)) == 1


class Listed(Made):
    """A task whose methods give lists, and may fail before they give anything."""

    def __init__(self, fail: Callable[[], None]) -> None:
        self.fail = fail

    def pool_data(self, split: Split, language: str) -> MadeData:
        return self.data(split, language)

    def examples(self, rows: Iterable[Any], language: str) -> Any:
        self.fail()
        return list(rows)

    def passages(self, rows: Iterable[Any], language: str) -> Any:
        self.fail()
        return [Passage("1", language, "a", ("k",))]


def raises() -> None:
    raise RuntimeError("no file")


def hangs() -> None:
    while True:
        pass


@pytest.mark.parametrize(("fail", "said"), [(raises, "raised RuntimeError: no file"), (hangs, "took longer than 0.2")])
@pytest.mark.parametrize("of", [examples_of, passages_of])
def test_what_fails_before_it_gives_anything_is_its_plugins_too(
    of: Callable[..., Any], fail: Callable[[], None], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XEVAL_PLUGIN_SECONDS", "0.2")

    with pytest.raises(PluginFailed, match=f"'made' .* {said}"):
        of(Listed(fail), "train", "en", Place(offline=True))
    assert len(of(Listed(lambda: None), "train", "en", Place(offline=True))) == 1
