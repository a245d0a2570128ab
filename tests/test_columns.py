"""What columns hold, and the readers that turn rows into examples."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xeval.columns import answers_of, choice_number, has_label, label_name, labelled_pairs, questions, tagged_tokens
from xeval.values import Answer, LabelledText, TaggedTokens

NLI = ("entailment", "neutral", "contradiction")


@pytest.mark.parametrize("value", [1, "1", "neutral", " neutral "])
def test_a_label_is_known_by_its_number_or_its_name(value: object) -> None:
    assert label_name(NLI, value) == "neutral"


@pytest.mark.parametrize("value", [3, "3", -2, "netural", None])
def test_what_is_no_label_comes_back_as_text_for_the_check_to_name(value: object) -> None:
    assert label_name(NLI, value) == str(value)


def test_labels_that_are_figures_are_names_first() -> None:
    assert [label_name(("1", "0"), value) for value in ("0", "1")] == ["0", "1"]


@pytest.mark.parametrize("value", [-1, "-1", "", None])
def test_the_hubs_marks_for_no_label_are_known(value: object) -> None:
    assert not has_label(value)
    assert has_label(0)


@pytest.mark.parametrize("value", ["B", 1, "1"])
def test_a_choice_is_known_by_its_name_or_its_number(value: object) -> None:
    assert choice_number(("A", "B", "C"), value) == 1


def test_an_answer_is_one_however_many_people_gave_it() -> None:
    answers = {"text": ["cat", "cat", "the cat"], "answer_start": [4, 4, 0]}

    assert answers_of(answers, "the cat") == (Answer("cat", 4), Answer("the cat", 0))


@given(st.integers(-2, 2))
def test_an_offset_that_is_off_by_two_is_put_right(slip: int) -> None:
    context = "On the mat sat a cat."

    assert answers_of({"text": ["mat"], "answer_start": [7 + slip]}, context) == (Answer("mat", 7),)


def test_an_offset_that_is_far_off_is_left_for_the_check_to_name() -> None:
    assert answers_of({"text": ["mat"], "answer_start": [0]}, "On the mat") == (Answer("mat", 0),)


def test_answers_and_offsets_of_two_lengths_are_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        answers_of({"text": ["mat"], "answer_start": []}, "On the mat")


def test_questions_to_one_passage_are_a_group() -> None:
    answers = {"text": [], "answer_start": []}
    rows = [{"id": n, "question": "?", "context": context, "answers": answers} for n, context in enumerate("aab")]

    assert [question.group for question in questions(rows, "en")] == ["passage 0", "passage 0", "passage 1"]


def test_pairs_without_a_label_are_left_out_and_the_others_keep_their_number() -> None:
    rows = [{"p": "a", "h": "b", "label": label} for label in (-1, 2)]

    assert list(labelled_pairs("p", "h", NLI)(rows, "de")) == [LabelledText("1", "de", ("a", "b"), "contradiction")]


def test_tagged_tokens_of_two_languages_never_share_a_uid() -> None:
    rows = [{"tokens": ["a", "b"], "tags": [0, "neutral"]}]

    assert list(tagged_tokens("tags", NLI)(rows, "de")) == [
        TaggedTokens("de-0", "de", ("a", "b"), ("entailment", "neutral"))
    ]
