from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics import f1_score

from xeval.errors import UnknownName
from xeval.scores.answers import exact_match, normalised, word_f1
from xeval.scores.chunks import chunks
from xeval.scores.metrics import METRICS, metric, metrics_of, scored
from xeval.values import (
    FORMATS,
    Answer,
    Example,
    LabelledText,
    MultipleChoice,
    Prediction,
    Question,
    SentencePair,
    TaggedTokens,
)

BIO = st.sampled_from(["O", "B-PER", "I-PER", "B-LOC", "I-LOC"])
IOBES = st.sampled_from(["O", "B-PER", "I-PER", "E-PER", "S-PER", "B-LOC", "I-LOC", "E-LOC", "S-LOC"])


def tagged(*tags: str) -> TaggedTokens:
    return TaggedTokens("1", "en", ("w",) * len(tags), tags)


def score(name: str, examples: list[Example], values: list[object]) -> float:
    said = [Prediction(example.uid, value) for example, value in zip(examples, values, strict=True)]
    return float(metric(name).score(scored(metric(name), examples, said).sum(axis=0)))


# -------------------------------------------------------------------------------------------------- entities


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (("O", "O"), []),
        (("B-PER", "I-PER", "O"), [("PER", 0, 1)]),
        (("B-PER", "B-PER"), [("PER", 0, 0), ("PER", 1, 1)]),
        (("I-PER", "I-PER"), [("PER", 0, 1)]),
        (("B-PER", "I-LOC"), [("PER", 0, 0), ("LOC", 1, 1)]),
        (("O", "I-LOC", "O", "I-LOC"), [("LOC", 1, 1), ("LOC", 3, 3)]),
        (("S-PER", "E-PER"), [("PER", 0, 0), ("PER", 1, 1)]),
        (("B-A-B", "I-A-B"), [("A-B", 0, 1)]),
    ],
)
def test_chunks_are_those_of_conlleval(tags: tuple[str, ...], expected: list[tuple[str, int, int]]) -> None:
    assert chunks(tags) == expected


def test_runs_of_a_tag_without_prefix_are_one_chunk_save_those_with_an_initial_s() -> None:
    assert chunks(("NOUN", "NOUN", "VERB")) == [("NOUN", 0, 1), ("VERB", 2, 2)]
    assert chunks(("SCONJ", "SCONJ", "CCONJ")) == [("SCONJ", 0, 0), ("SCONJ", 1, 1), ("CCONJ", 2, 2)]
    assert chunks(("INTJ", "INTJ")) == [("INTJ", 0, 1)]


def test_cconj_and_sconj_are_two_types() -> None:
    assert score("f1", [tagged("CCONJ", "NOUN")], [("SCONJ", "NOUN")]) == pytest.approx(1 / 2)


@given(st.lists(st.lists(st.tuples(BIO, BIO), min_size=1, max_size=8), min_size=1, max_size=5))
def test_f1_is_seqevals_on_bio(pairs: list[list[tuple[str, str]]]) -> None:
    check_against_seqeval(pairs)


@given(st.lists(st.lists(st.tuples(IOBES, IOBES), min_size=1, max_size=8), min_size=1, max_size=5))
def test_f1_is_seqevals_on_iobes(pairs: list[list[tuple[str, str]]]) -> None:
    check_against_seqeval(pairs)


def check_against_seqeval(pairs: list[list[tuple[str, str]]]) -> None:
    gold = [[tag for tag, _ in sentence] for sentence in pairs]
    said = [[tag for _, tag in sentence] for sentence in pairs]

    ours = score("f1", [tagged(*tags) for tags in gold], [tuple(tags) for tags in said])

    assert ours == pytest.approx(float(f1_score(gold, said, zero_division=0)))


def test_token_accuracy_counts_tokens_not_sentences() -> None:
    examples: list[Example] = [tagged("A", "A", "A"), tagged("B")]

    assert score("token_accuracy", examples, [("A", "A", "A"), ("A",)]) == 3 / 4


# --------------------------------------------------------------------------------------------------- answers


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("The Denver  Broncos!", "denver broncos"),
        ("an a the", ""),
        ("U.S.", "us"),
        ("theatre", "theatre"),
        ("«Á»", "«á»"),
    ],
)
def test_answers_are_normalised_by_the_english_rules(answer: str, expected: str) -> None:
    assert normalised(answer) == expected


@pytest.mark.parametrize(
    ("gold", "said", "em", "f1"),
    [
        ("Denver Broncos", "the Denver Broncos", 1, 1),
        ("Denver Broncos", "Broncos", 0, 2 / 3),
        ("Saint Bernadette Soubirous", "Bernadette Soubirous of Lourdes", 0, 4 / 7),
        ("a b c c", "c c d", 0, 2 * (2 / 3) * (2 / 3) / (4 / 3)),  # "a" is an article; repeated words count
        ("", "", 1, 1),
        ("", "something", 0, 0),
        ("something", "", 0, 0),
        ("the", "", 1, 1),
        ("欧洲", "欧洲 联盟", 0, 2 / 3),
    ],
)
def test_golden_comparisons_of_answers(gold: str, said: str, em: float, f1: float) -> None:
    assert exact_match(gold, said) == em
    assert word_f1(gold, said) == pytest.approx(f1)


def test_the_best_gold_answer_counts() -> None:
    question = Question("1", "en", "who?", "Anna or Bob Lee", (Answer("Anna", 0), Answer("Bob Lee", 8)))

    assert score("squad_f1", [question], ["Bob"]) == pytest.approx(2 / 3)
    assert score("squad_em", [question], ["Bob Lee"]) == 1


def test_a_question_without_answer_wants_the_empty_answer() -> None:
    question = Question("1", "en", "who?", "nobody", ())

    assert [score("squad_f1", [question], [said]) for said in ("", "nobody")] == [1, 0]


# -------------------------------------------------------------------------------------------------- accuracy


def test_accuracy_reads_labels_choices_and_neighbours() -> None:
    label = LabelledText("a", "en", ("x",), "yes")
    choice = MultipleChoice("b", "en", "x", ("y", "z"), 1)
    pair = SentencePair("c", "de", "x", "y")

    assert [score("accuracy", [e], [v]) for e, v in ((label, "yes"), (choice, 1), (pair, "c"))] == [1, 1, 1]
    assert [score("accuracy", [e], [v]) for e, v in ((label, "no"), (choice, 0), (pair, "d"))] == [0, 0, 0]


def test_chance_is_the_commonest_label_a_blind_choice_or_one_of_all() -> None:
    labels: list[Example] = [LabelledText(str(i), "en", ("x",), "yes" if i < 3 else "no") for i in range(4)]
    choices: list[Example] = [MultipleChoice(str(i), "en", "x", ("y",) * n, 0) for i, n in enumerate((2, 4))]
    pairs: list[Example] = [SentencePair(str(i), "de", "x", "y") for i in range(5)]

    assert [metric("accuracy").chance(examples) for examples in (labels, choices, pairs)] == [3 / 4, 3 / 8, 1 / 5]
    assert metric("token_accuracy").chance([tagged("A", "A", "B")]) == 2 / 3
    assert metric("accuracy").chance([]) == metric("token_accuracy").chance([]) == 0


# ------------------------------------------------------------------------------------------------ every metric


@pytest.mark.parametrize("name", list(METRICS))
def test_a_score_of_many_resamples_is_the_score_of_each(name: str) -> None:
    width = 3 if name.endswith(("f1", "precision", "recall")) and not name.startswith(("squad", "mlqa")) else 2
    sums = np.random.default_rng(0).integers(0, 9, (4, 5, width)).astype(np.float64)

    many = metric(name).score(sums)

    assert many.shape == (4, 5)
    assert many[1, 2] == metric(name).score(sums[1, 2])
    assert metric(name).score(np.zeros(width)) == 0


def test_every_format_has_metrics_that_exist() -> None:
    assert {name for of in FORMATS for name in metrics_of(of)} <= set(METRICS)
    assert all(metric(name).name == name for name in METRICS)


def test_a_headline_comes_first_and_brings_what_belongs_to_it() -> None:
    assert metrics_of("tagging", "xtreme_f1")[:3] == ("xtreme_f1", "xtreme_precision", "xtreme_recall")
    assert metrics_of("tagging", "token_accuracy")[:2] == ("token_accuracy", "f1")
    assert metrics_of("span_qa", "mlqa_f1") == ("mlqa_f1", "mlqa_em", "squad_f1", "squad_em")
    assert metrics_of("retrieval", "map_at_20") == ("map_at_20",)


def test_an_unknown_metric_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="accuracy"):
        metric("acuracy")


def test_predictions_of_other_examples_are_refused() -> None:
    with pytest.raises(ValueError, match="'2' stands where one for '1'"):
        scored(metric("f1"), [tagged("O")], [Prediction("2", ("O",))])
