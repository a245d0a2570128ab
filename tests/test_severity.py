"""What a perturbation did is measured on the texts themselves."""

from __future__ import annotations

import pytest

from xeval.text.change import Changed
from xeval.text.severity import sample, severity, text_of
from xeval.values import Answer, Example, LabelledText, Language, MultipleChoice, Question, SentencePair, TaggedTokens

EN = Language("en", "English", "", "Latn")
CLEAN = LabelledText("1", "en", ("a small boat", "it floats"), "yes")


def test_texts_left_alone_are_at_full_chrf_and_no_share() -> None:
    found = severity([CLEAN], [Changed(CLEAN, 5, 0, skipped=False)], EN)

    assert found == {
        "units": 5,
        "units_changed": 0.0,
        "examples": 1,
        "examples_changed": 0,
        "skipped": 0,
        "chrf": 100.0,
        "bleu": 100.0,
        "measured": 1,
    }


def test_damage_is_a_share_of_units_and_lowers_chrf() -> None:
    damaged = LabelledText("1", "en", ("a smlal boat", "it flaots"), "yes")

    found = severity([CLEAN, CLEAN], [Changed(damaged, 5, 2, skipped=False), Changed(CLEAN, 5, 0, skipped=True)], EN)

    assert (found["units_changed"], found["examples_changed"], found["skipped"]) == (0.2, 1, 1)
    assert 50 < found["chrf"] < 100
    assert found["bleu"] < 100


def test_texts_are_compared_on_a_sample_that_their_uids_decide() -> None:
    many = [LabelledText(str(number), "en", (f"text {number} " * 10,), "yes") for number in range(200)]
    chosen = sample(many, 2000)

    assert 15 < len(chosen) < 25
    assert {many[n].uid for n in chosen} == {many[::-1][n].uid for n in sample(many[::-1], 2000)}
    assert sample(many[:5], 2000) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("example", "text"),
    [
        (CLEAN, "a small boat it floats"),
        (TaggedTokens("1", "en", ("a", "boat"), ("DET", "NOUN")), "a boat"),
        (Question("1", "en", "what?", "a boat", (Answer("boat", 2),)), "what? a boat"),
        (MultipleChoice("1", "en", "it floats.", ("a boat", "a stone"), 0), "it floats. a boat a stone"),
        (SentencePair("1", "de", "ein Boot", "a boat"), "ein Boot"),
    ],
)
def test_only_what_may_be_changed_is_measured(example: Example, text: str) -> None:
    assert text_of(example) == text
