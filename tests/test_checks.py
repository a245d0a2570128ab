"""What must hold of an example, kind by kind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from xeval.hubtask import HubTask
from xeval.scores.checks import check_example
from xeval.tuning import Training
from xeval.values import Answer, Document, LabelledText, MultipleChoice, Question, SentencePair, TaggedTokens

TEXT = LabelledText("1", "en", ("a cat", "an animal"), "entailment")
TAGGED = TaggedTokens("1", "en", ("Anna", "sleeps"), ("B-PER", "O"))
QUESTION = Question("1", "en", "Who?", "Anna sleeps.", (Answer("Anna", 0),))
CHOICE = MultipleChoice("1", "en", "It rained.", ("wet", "dry"), 0)
PAIR = SentencePair("1", "de", "Katze", "cat")
DOCUMENT = Document("1", "en", ("a cat",))
LABELS = {"classification": ("entailment", "neutral"), "tagging": ("O", "B-PER", "I-PER")}
GOOD: dict[str, Any] = {
    "classification": TEXT,
    "tagging": TAGGED,
    "span_qa": QUESTION,
    "multiple_choice": CHOICE,
    "retrieval": PAIR,
    "masked_lm": DOCUMENT,
}


def reason(form: Any, example: Any) -> str | None:
    labels = LABELS.get(form, ())
    task = HubTask("cats", form, "org/cats", (), lambda rows, language: iter(()), Training(), labels=labels)
    return check_example(example, task)


@pytest.mark.parametrize("form", GOOD)
def test_a_good_example_has_nothing_said_of_it(form: str) -> None:
    assert reason(form, GOOD[form]) is None


@pytest.mark.parametrize("form", GOOD)
def test_an_example_of_another_format_is_refused(form: str) -> None:
    others = [example for other, example in GOOD.items() if other != form]

    assert all("needs" in str(reason(form, example)) for example in others)


@pytest.mark.parametrize(
    ("form", "changes", "said"),
    [
        (
            "classification",
            {"label": "entailmnt"},
            "the label 'entailmnt' is not one of entailment, neutral; did",
        ),
        ("classification", {"texts": (" ", "")}, "its text is empty"),
        ("classification", {"texts": ("a", "b", "c")}, "it has 3 texts; classification takes one or two"),
        ("classification", {"uid": ""}, "it has no uid"),
        ("tagging", {"tags": ("O",)}, "it has 2 tokens and 1 tags"),
        ("tagging", {"tags": ("O", "B-ORG")}, "the tag 'B-ORG' is not one of O, B-PER, I-PER"),
        ("tagging", {"tokens": (), "tags": ()}, "it has no tokens"),
        (
            "span_qa",
            {"answers": (Answer("Ann", 1),)},
            "the answer 'Ann' is not in its context at 1, where 'nna'",
        ),
        ("span_qa", {"answers": (Answer("a", -7),)}, "the answer 'a' is not in its context at -7"),
        ("span_qa", {"answers": (Answer("", 0),)}, "the answer '' is not in its context at 0"),
        ("span_qa", {"answers": (Answer("sleeps.!", 5),)}, "the answer 'sleeps.!' is not in its context at 5"),
        ("span_qa", {"question": "  "}, "its question is empty"),
        ("span_qa", {"context": ""}, "its context is empty"),
        ("multiple_choice", {"answer": 2}, "its answer is choice 2 of 2, counted from 0"),
        ("multiple_choice", {"answer": -1}, "its answer is choice -1 of 2"),
        ("multiple_choice", {"choices": ("wet",)}, "it has 1 choices"),
        ("multiple_choice", {"choices": ("wet", " ")}, "choice 1 is empty"),
        ("retrieval", {"text": "\n"}, "its text is empty"),
        ("retrieval", {"translation": ""}, "its translation is empty"),
        ("masked_lm", {"texts": ()}, "its text is empty"),
    ],
)
def test_what_is_wrong_is_said(form: str, changes: dict[str, Any], said: str) -> None:
    assert str(reason(form, replace(GOOD[form], **changes))).startswith(said)


@pytest.mark.parametrize(
    ("metric", "lawful"), [("", True), ("squad2_f1", True), ("squad_f1", False), ("mlqa_f1", False)]
)
def test_a_question_without_an_answer_is_lawful_where_it_can_be_scored(metric: str, lawful: bool) -> None:
    task = HubTask("t", "span_qa", "r", (), lambda rows, language: iter(()), Training(), metric=metric)
    said = check_example(replace(QUESTION, answers=()), task)

    assert said is None if lawful else str(said).startswith("it has no answer")


def test_one_text_of_a_pair_may_be_empty_as_in_rows_of_qqp() -> None:
    assert reason("classification", replace(GOOD["classification"], texts=("", "Why?"))) is None
    assert reason("classification", replace(GOOD["classification"], texts=("", " "))) is not None


def test_an_answer_at_the_end_of_a_text_in_another_script_is_found() -> None:
    context = "बिल्ली चटाई पर है"

    assert reason("span_qa", replace(QUESTION, context=context, answers=(Answer("है", len(context) - 2),))) is None
