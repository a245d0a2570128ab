"""What is longer than an input is counted: what lost sub-words, and what was read in several windows."""

from __future__ import annotations

from pathlib import Path

import pytest

from xeval.formats.lengths import in_words, measure, measured
from xeval.formats.table import format_of
from xeval.learning.models import open_model
from xeval.learning.ranking import rank
from xeval.learning.training import TrainingSet, train
from xeval.tuning import Compute, Retrieval, Training
from xeval.values import (
    Answer,
    Example,
    FormatName,
    LabelledText,
    MultipleChoice,
    Passage,
    Query,
    Question,
    SentencePair,
    TaggedTokens,
)

SHORT, LONG = "the cat", "the small cat sat on the old mat " * 6
SETTINGS = Training(max_length=24, stride=4, batch_size=4, epochs=1)


def example(of: FormatName, text: str) -> Example:
    if of == "classification":
        return LabelledText("1", "en", ("the dog", text), "yes")
    if of == "multiple_choice":
        return MultipleChoice("1", "en", text, ("cat", "dog"), 0)
    if of == "retrieval":
        return SentencePair("1", "de", "der Hund", text)
    if of == "tagging":
        return TaggedTokens("1", "en", tuple(text.split()), ("O",) * len(text.split()))
    return Question("1", "en", "where", text, (Answer("cat", text.index("cat")),))


@pytest.mark.parametrize(
    ("of", "kind"),
    [
        ("classification", "cut"),
        ("multiple_choice", "cut"),
        ("retrieval", "cut"),
        ("tagging", "windowed"),
        ("span_qa", "windowed"),
    ],
)
def test_long_examples_are_counted_by_what_becomes_of_them(of: FormatName, kind: str, tiny_model: Path) -> None:
    subwords = open_model(tiny_model)[2]
    examples = [example(of, SHORT), example(of, LONG), example(of, LONG)]

    with measured() as counts:
        features = format_of(of).encode(examples, subwords, SETTINGS, ("yes", "O"))
        measure(examples, features, subwords, SETTINGS)

    assert {name: count for name, count in counts.items() if count} == {"examples": 3, kind: 2}
    assert in_words(counts)[0].startswith("2 of 3 examples were longer")


def test_long_queries_and_passages_are_counted_in_training_and_in_the_pool(tiny_model: Path, tmp_path: Path) -> None:
    settings = Training(max_length=24, max_query=12, batch_size=4, epochs=1)
    middling = "the small cat sat on the old mat the dog"  # too long for a query, not for a passage
    queries = [Query("1", "en", middling, "k", passage=SHORT), Query("2", "en", SHORT, "k", passage=LONG)]
    pool = [Passage(str(n), "en", text, ("k",)) for n, text in enumerate((SHORT, middling, LONG))]

    report = train(
        tiny_model, [TrainingSet("ranking", (), queries)], settings, 0, Compute(), tmp_path, lambda progress: None
    )
    with measured() as counts:
        rank(tiny_model, [queries], [pool], settings, Retrieval(), Compute())

    assert report.remarks[0].startswith("2 of 2 examples were longer")
    assert counts == {"examples": 5, "windowed": 0, "cut": 2}  # the first query, and the last passage


def test_an_input_that_is_just_full_has_lost_nothing(tiny_model: Path) -> None:
    subwords = open_model(tiny_model)[2]
    text = "the small cat sat on the old mat"
    examples = [LabelledText("1", "en", (text,), "yes")]
    full = Training(max_length=len(subwords.pieces([text])[0]) + 2)

    with measured() as counts:
        features = format_of("classification").encode(examples, subwords, full, ("yes",))
        measure(examples, features, subwords, full)

    assert features[0].length == full.max_length
    assert in_words(counts) == []


def test_a_training_tells_what_it_cut(tiny_model: Path, tmp_path: Path) -> None:
    one = TrainingSet("classification", ("yes",), [example("classification", text) for text in (SHORT, LONG)])

    report = train(tiny_model, [one], SETTINGS, 0, Compute(), tmp_path, lambda progress: None)

    assert report.remarks[0].startswith("1 of 2 examples were longer than the model, or training.max_length, allows")
