"""Inputs are made once of the same examples, and what is kept of them is what would be made anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_gradients import SETTINGS, training_set

from xeval.formats.features import Feature
from xeval.formats.subwords import Subwords
from xeval.formats.table import TABLE, format_of
from xeval.hashing import file_digest
from xeval.learning import tokenised
from xeval.learning.models import open_model
from xeval.learning.tokenised import KEPT, content_of, encoded, kept_in
from xeval.learning.training import train
from xeval.tuning import Compute, Training
from xeval.values import Example, FormatName, LabelledText, Passage, Query, SentencePair


@pytest.fixture(autouse=True)
def forgetful(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(tokenised, "LEAST", 1)
    KEPT.clear()
    yield
    KEPT.clear()


@pytest.fixture(scope="module")
def subwords(tiny_model: Path) -> Subwords:
    return open_model(tiny_model)[2]


def examples(of: FormatName) -> list[Example]:
    if of == "retrieval":
        return [SentencePair(str(i), "de", "der Hund " * (1 + i % 3), "the dog") for i in range(10)]
    return list(training_set(of, 10).examples)


def made(of: FormatName, subwords: Subwords, settings: Training = SETTINGS) -> list[Feature]:
    return encoded(format_of(of), examples(of), subwords, settings, training_set(of, 1).labels)


def plain(features: list[Feature]) -> list[Any]:
    return [
        (f.example, [s.tolist() for s in f.sequences], f.second, f.target.tolist(), f.trace.tolist(), f.trace.shape)
        for f in features
    ]


def no_tokenizer(subwords: Subwords) -> Subwords:
    """The same sub-words, without anything that could split a text."""
    return replace(subwords, backend=None, kept={})


@pytest.mark.parametrize("of", sorted(TABLE))
def test_what_is_kept_is_what_would_be_made_anew(of: FormatName, subwords: Subwords, tmp_path: Path) -> None:
    settings = replace(SETTINGS, max_length=24, stride=4)
    fresh = format_of(of).encode(examples(of), subwords, settings, training_set(of, 1).labels)
    with kept_in(tmp_path):
        made(of, subwords, settings)
        from_memory = made(of, no_tokenizer(subwords), settings)
        KEPT.clear()
        from_file = made(of, no_tokenizer(subwords), settings)

    assert plain(from_memory) == plain(fresh)
    assert plain(from_file) == plain(fresh)
    kinds = [[(s.dtype, f.target.dtype, f.trace.dtype) for f in one for s in f.sequences] for one in (fresh, from_file)]
    assert kinds[0] == kinds[1]


def test_a_training_from_kept_inputs_gives_the_same_bits(tiny_model: Path, tmp_path: Path) -> None:
    for name in ("anew", "written", "read"):
        KEPT.clear()
        with kept_in(tmp_path / "tokenised"):
            sets = [training_set("classification"), training_set("masked_lm")]
            train(tiny_model, sets, SETTINGS, 0, Compute(), tmp_path / name, lambda progress: None)
        if name == "anew":
            tokenised.remove(tmp_path / "tokenised")

    digests = [file_digest(tmp_path / name / "model.safetensors") for name in ("anew", "written", "read")]
    assert len(set(digests)) == 1
    assert len(list(tmp_path.glob("tokenised/*/*.arrow"))) == 2


@pytest.mark.parametrize("change", ["text", "order", "labels", "settings", "tokenizer"])
def test_whatever_decides_inputs_makes_them_anew(change: str, subwords: Subwords) -> None:
    one, labels, settings = examples("classification"), ("yes", "no"), SETTINGS
    encoded(format_of("classification"), one, subwords, settings, labels)
    assert len(KEPT) == 1
    if change == "text":
        one = [replace(one[0], texts=("another", "text")), *one[1:]]
    elif change == "order":
        one = one[::-1]
    elif change == "labels":
        labels = ("no", "yes")
    elif change == "settings":
        settings = replace(SETTINGS, max_length=20)
    else:
        subwords = replace(subwords, name="another")

    encoded(format_of("classification"), one, subwords, settings, labels)

    assert len(KEPT) == 2


@pytest.mark.parametrize("of", sorted(TABLE))
def test_no_other_setting_decides_inputs(of: FormatName, subwords: Subwords) -> None:
    class Noted:
        """Settings that write down what is asked of them."""

        def __init__(self) -> None:
            self.asked: set[str] = set()

        def __getattr__(self, name: str) -> Any:
            self.asked.add(name)
            return getattr(SETTINGS, name)

    noted: Any = Noted()
    format_of(of).encode(examples(of), subwords, noted, training_set(of, 1).labels)

    assert noted.asked <= set(tokenised.SETTINGS) <= {field.name for field in fields(Training)}


@pytest.mark.parametrize("damage", ["cut", "bent"])
def test_a_damaged_file_is_taken_away_and_made_anew(damage: str, subwords: Subwords, tmp_path: Path) -> None:
    with kept_in(tmp_path):
        fresh = made("span_qa", subwords)
        (path,) = tmp_path.glob("*/*.arrow")
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content[:-10] if damage == "cut" else content)
        KEPT.clear()

        again = made("span_qa", subwords)

    assert plain(again) == plain(fresh)
    (path,) = tmp_path.glob("*/*.arrow")
    assert path.stem.endswith(file_digest(path)[:24])


def test_a_folder_that_cannot_be_written_stops_nothing(subwords: Subwords, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("where the folder should be")
    with kept_in(tmp_path / "file"):
        assert plain(made("tagging", subwords))


def test_a_list_that_no_table_can_count_is_not_written(
    subwords: Subwords, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokenised, "LONGEST", 50)
    with kept_in(tmp_path):
        found = made("classification", subwords)
    KEPT.clear()

    assert plain(found) == plain(made("classification", subwords))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_short_lists_are_not_written(subwords: Subwords, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenised, "LEAST", 100_000)
    with kept_in(tmp_path):
        made("tagging", subwords)

    assert list(tmp_path.iterdir()) == []


def test_memory_holds_the_newest_lists_alone(subwords: Subwords, monkeypatch: pytest.MonkeyPatch) -> None:
    for length in (20, 21, 22):
        made("tagging", subwords, replace(SETTINGS, max_length=length))
    tokens = next(iter(KEPT.values()))[1]
    monkeypatch.setattr(tokenised, "MOST", int(2.5 * tokens))
    before = list(KEPT)

    made("tagging", subwords, replace(SETTINGS, max_length=23))

    assert list(KEPT)[:-1] == before[2:]


def test_examples_with_the_same_fields_in_other_classes_are_not_the_same() -> None:
    query, passage = Query("1", "en", "text", "k"), Passage("1", "en", "text", ("k",))

    assert content_of([query]) != content_of([passage])
    assert content_of([query]) == content_of([replace(query)])
    assert content_of([LabelledText("1", "en", ("a", "b"), "x")]) != content_of(
        [LabelledText("1", "en", ("a,b",), "x")]
    )
    assert np.unique([content_of([query] * n) for n in (1, 2, 1000, 1001)]).size == 4


@pytest.mark.parametrize("of", ["classification", "tagging", "span_qa", "multiple_choice"])
def test_texts_that_noise_left_alone_are_split_once_for_all_levels(of: FormatName, subwords: Subwords) -> None:
    class Counted:
        """A tokenizer that writes down what it is given."""

        def __init__(self) -> None:
            self.given: list[str] = []

        def __getattr__(self, name: str) -> Any:
            def encode(texts: list[str], **how: Any) -> Any:
                self.given += texts
                return getattr(subwords.backend, name)(texts, **how)

            return encode

    counted = Counted()
    mine = replace(subwords, backend=counted, kept={}, placed={})
    levels = [examples(of), examples(of)[3:], examples(of)[::-1]]  # other lists, of texts that some have in common

    for one in levels:
        encoded(format_of(of), one, mine, SETTINGS, training_set(of, 1).labels)

    assert len(KEPT) == 3
    assert len(counted.given) == len(set(counted.given)) > 0
