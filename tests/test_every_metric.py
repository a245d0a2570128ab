"""Every metric against something that was written without it: seqeval, scikit-learn, or a slow literal reading."""

from __future__ import annotations

import re
import string
import sys
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import seqeval.metrics
import sklearn.metrics
from hypothesis import given, settings
from hypothesis import strategies as st

from xeval.scores.metrics import METRICS, metric, scored
from xeval.scores.ranking import average_precision
from xeval.scores.squad import best_threshold, withheld
from xeval.values import Answer, LabelledText, MultipleChoice, Prediction, Question, SentencePair, TaggedTokens

several = settings(max_examples=300)

ALPHABETS = (
    "abcdeß",
    "éñçığ",
    "жщыё",
    "αβγς",
    "ابتؤ",
    "אבגץ",
    "कािंत्",
    "กขาี",
    "日本語一龥",
    "かなカ",
    "한국어",
    "தமி",
    "𠀋😀",
)
SIGNS = string.punctuation + "«»“”…—。，、？！।،؟·¿¡€№ "
WORDS = "a an the The un una los ein der des الكتاب ال là của những 北京 NASA 2,5 U.S. don't".split(" ")  # noqa: SIM905 - words
UPOS = "ADJ ADP AUX CCONJ DET INTJ NOUN PROPN PUNCT SCONJ SYM VERB X".split(" ")  # noqa: SIM905 - as others list them
BIO = [f"{prefix}-{kind}" for prefix in "BI" for kind in ("PER", "LOC", "地名", "A-B")] + ["O"]
IOBES = [f"{prefix}-{kind}" for prefix in "BIES" for kind in ("PER", "МЕСТО")] + ["O"]

letters = st.sampled_from("".join(ALPHABETS))
pieces = st.one_of(
    st.sampled_from(WORDS), st.text(letters, min_size=1, max_size=3), st.sampled_from(SIGNS), st.text(max_size=2)
)
texts = st.builds(
    lambda parts, space: space.join(parts), st.lists(pieces, max_size=5), st.sampled_from([" ", "", "　"])
)


def close_texts() -> st.SearchStrategy[tuple[str, str]]:
    """Two answers that often have something in common."""
    common = st.lists(pieces, max_size=3)
    return st.builds(lambda a, b, c: (" ".join([*a, *c]), " ".join([*c, *b])), common, common, common)


def sentences(tags: Sequence[str]) -> st.SearchStrategy[list[list[tuple[str, str]]]]:
    """Sentences of (gold, said) tags."""
    tag = st.sampled_from(tags)
    alike = st.tuples(tag, tag, st.booleans()).map(lambda drawn: (drawn[0], drawn[0] if drawn[2] else drawn[1]))
    return st.lists(st.lists(alike, min_size=1, max_size=9), min_size=1, max_size=4)


def score(name: str, examples: Sequence[Any], values: Sequence[Any]) -> float:
    said = [Prediction(example.uid, value) for example, value in zip(examples, values, strict=True)]
    return float(metric(name).score(scored(metric(name), examples, said).sum(axis=0)))


def tag_scores(pairs: list[list[tuple[str, str]]], *names: str) -> list[float]:
    gold = [tuple(tag for tag, _ in sentence) for sentence in pairs]
    said = [tuple(tag for _, tag in sentence) for sentence in pairs]
    examples = [TaggedTokens(str(i), "en", ("w",) * len(tags), tags) for i, tags in enumerate(gold)]
    return [score(name, examples, said) for name in names]


def shares(right: float, found: float, there: float) -> list[float]:
    """F1, precision and recall by their textbook."""
    precision, recall = right / found if found else 0.0, right / there if there else 0.0
    return [2 * precision * recall / (precision + recall) if right else 0.0, precision, recall]


# ------------------------------------------------------------------------------------------------------- tagging


@several
@given(st.one_of(sentences(BIO), sentences(IOBES)))
def test_entity_scores_are_seqevals(pairs: list[list[tuple[str, str]]]) -> None:
    gold, said = [[g for g, _ in s] for s in pairs], [[p for _, p in s] for s in pairs]
    of = seqeval.metrics
    expected = [f(gold, said, zero_division=0) for f in (of.f1_score, of.precision_score, of.recall_score)]

    assert tag_scores(pairs, "f1", "precision", "recall") == pytest.approx([float(one) for one in expected])


@several
@given(sentences(UPOS))
def test_xtreme_f1_counts_runs_of_equal_tags_and_tags_with_an_initial_s_one_by_one(
    pairs: list[list[tuple[str, str]]],
) -> None:
    def runs(tags: list[str]) -> set[tuple[str, int, int]]:
        found, start = set(), 0
        for tag, group in groupby(tags):
            size = len(list(group))
            if tag.startswith("S"):
                found |= {(tag, i, i) for i in range(start, start + size)}
            else:
                found.add((tag, start, start + size - 1))
            start += size
        return found

    gold, said = [runs([g for g, _ in s]) for s in pairs], [runs([p for _, p in s]) for s in pairs]
    right = sum(len(one & other) for one, other in zip(gold, said, strict=True))
    expected = shares(right, sum(map(len, said)), sum(map(len, gold)))

    assert tag_scores(pairs, "xtreme_f1", "xtreme_precision", "xtreme_recall") == pytest.approx(expected)


@several
@given(st.one_of(sentences(UPOS), sentences(BIO)))
def test_micro_f1_and_token_accuracy_are_those_of_scikit_learn(pairs: list[list[tuple[str, str]]]) -> None:
    gold, said = [g for s in pairs for g, _ in s], [p for s in pairs for _, p in s]
    tags = sorted({*gold, *said} - {"O"})
    micro = sklearn.metrics.f1_score(gold, said, labels=tags, average="micro", zero_division=0) if tags else 0.0

    found = tag_scores(pairs, "micro_f1", "token_accuracy")

    assert found == pytest.approx([micro, sklearn.metrics.accuracy_score(gold, said)])
    assert "O" in {*gold, *said} or found[0] == pytest.approx(found[1])


# ------------------------------------------------------------------------------------------------ classes, choices


@several
@given(st.lists(st.tuples(texts, texts, st.booleans()), min_size=1, max_size=8))
def test_accuracy_is_that_of_scikit_learn(rows: list[tuple[str, str, bool]]) -> None:
    gold, said = [g for g, _, _ in rows], [g if same else p for g, p, same in rows]
    numbers = {text: number for number, text in enumerate(dict.fromkeys([*gold, *said]))}
    labelled = [LabelledText(str(i), "en", ("x",), text) for i, text in enumerate(gold)]
    chosen = [MultipleChoice(str(i), "en", "x", ("y",) * len(numbers), numbers[text]) for i, text in enumerate(gold)]
    expected = sklearn.metrics.accuracy_score([numbers[g] for g in gold], [numbers[p] for p in said])

    assert score("accuracy", labelled, said) == pytest.approx(expected)
    assert score("accuracy", chosen, [numbers[text] for text in said]) == pytest.approx(expected)


# --------------------------------------------------------------------------------------------------------- answers


def squad_words(answer: str) -> list[str]:
    kept = "".join(letter for letter in answer.lower() if letter not in set(string.punctuation))
    return re.sub(r"\b(a|an|the)\b", " ", kept).split()


PUNCTUATION = {chr(n) for n in range(sys.maxunicode) if unicodedata.category(chr(n))[0] == "P"} | set(
    string.punctuation
)
MLQA_ARTICLES = {
    "en": r"\b(a|an|the)\b",
    "es": r"\b(un|una|unos|unas|el|la|los|las)\b",
    "vi": r"\b(của|là|cái|chiếc|những)\b",
    "de": r"\b(ein|eine|einen|einem|eines|einer|der|die|das|den|dem|des)\b",
    "ar": "\\sال^|ال",
}


def mlqa_words(answer: str, language: str) -> list[str]:
    text = "".join(letter for letter in answer.lower() if letter not in PUNCTUATION)
    text = re.sub(MLQA_ARTICLES.get(language, "(?!)"), " ", text)
    if language != "zh":
        return text.split()
    found, other = [], ""
    for letter in text:
        if "\u4e00" <= letter <= "\u9fa5":
            found += [*other.split(), letter]
            other = ""
        else:
            other += letter
    return [*found, *other.split()]


def bag_f1(gold: list[str], said: list[str]) -> float:
    left, right = list(gold), 0
    for word in said:
        if word in left:
            left.remove(word)
            right += 1
    return shares(right, len(said), len(gold))[0]


def question(golds: Sequence[str], language: str = "en") -> Question:
    return Question("q", language, "?", "", tuple(Answer(gold, 0) for gold in golds))


@several
@given(st.lists(close_texts(), min_size=1, max_size=3), st.sampled_from([*MLQA_ARTICLES, "hi", "zh"]))
def test_answers_are_scored_as_the_squad_and_mlqa_scripts_say(pairs: list[tuple[str, str]], language: str) -> None:
    golds, said = [gold for gold, _ in pairs], pairs[0][1]
    asked = question(golds, language)

    def best(words: Callable[[str], list[str]]) -> list[float]:
        mine = words(said)
        return [max(bag_f1(words(g), mine) for g in golds), max(float(words(g) == mine) for g in golds)]

    found = [score(name, [asked], [said]) for name in ("squad_f1", "squad_em", "mlqa_f1", "mlqa_em")]

    assert found == pytest.approx(best(squad_words) + best(lambda text: mlqa_words(text, language)))


@several
@given(st.lists(close_texts(), max_size=3), texts)
def test_squad_2_drops_gold_answers_without_words_and_wants_nothing_where_none_is_left(
    pairs: list[tuple[str, str]], other: str
) -> None:
    said = pairs[0][1] if pairs else other
    golds = [gold for gold, _ in pairs if squad_words(gold)] or [""]

    def f1(gold: list[str], mine: list[str]) -> float:
        return bag_f1(gold, mine) if gold and mine else float(gold == mine)

    asked = question([gold for gold, _ in pairs])
    expected = max(f1(squad_words(g), squad_words(said)) for g in golds)

    assert score("squad2_f1", [asked], [said]) == pytest.approx(expected)
    assert score("squad2_em", [asked], [said]) == max(float(squad_words(g) == squad_words(said)) for g in golds)


@several
@given(
    st.lists(
        st.tuples(st.booleans(), close_texts(), st.integers(1, 50)), min_size=1, max_size=12, unique_by=lambda r: r[2]
    )
)
def test_no_threshold_is_better_than_the_best(rows: list[tuple[bool, tuple[str, str], int]]) -> None:
    asked = [question([gold + " word"] if has else []) for has, (gold, _), _ in rows]
    said, doubts = [answer for _, (_, answer), _ in rows], [float(doubt) for _, _, doubt in rows]

    def at(threshold: float) -> float:
        kept = withheld(said, doubts, threshold)
        return score("squad2_f1", asked, kept)

    each = [score("squad2_f1", [one], [answer]) for one, answer in zip(asked, said, strict=True)]
    # An answer to a question without one that has no word is right, but the script takes it for given.
    plain = all(squad_words(answer) or not answer or has for (has, _, _), answer in zip(rows, said, strict=True))
    best = best_threshold(each, doubts, [bool(one.answers) for one in asked], said)

    if plain:
        assert best.score == pytest.approx(max(at(threshold) for threshold in (0.0, *doubts)))
        assert at(best.value) == pytest.approx(best.score)


def test_the_best_threshold_by_hand() -> None:
    best = best_threshold([1.0, 0.5, 0.0], [0.2, 0.4, 0.9], [True, True, False], ["a", "b", "c"])

    assert best == (pytest.approx((1 + 0.5 + 1) / 3), 0.4)
    assert best_threshold([0.0], [0.5], [False], ["a"]) == (1.0, 0.0)


# ----------------------------------------------------------------------------------------------- rankings and pairs

uids = st.text(letters, min_size=1, max_size=1)


@dataclass(frozen=True)
class Query:
    uid: str
    relevant: tuple[str, ...]


@several
@given(st.sets(uids, min_size=1, max_size=30), st.lists(uids, max_size=40), st.integers(1, 25))
def test_average_precision_is_its_slow_reading(relevant: set[str], ranked: list[str], depth: int) -> None:
    cut = ranked[:depth]
    total = sum(
        len(relevant & set(cut[: i + 1])) / (i + 1) for i in range(len(cut)) if cut[i] in relevant - set(cut[:i])
    )

    assert average_precision(relevant, ranked, depth) == pytest.approx(total / min(len(relevant), depth))


@several
@given(st.lists(uids, min_size=1, max_size=20, unique=True), st.data())
def test_of_a_whole_list_the_average_precision_is_that_of_scikit_learn(ranked: list[str], data: st.DataObject) -> None:
    relevant = data.draw(st.sets(st.sampled_from(ranked), min_size=1))
    truth = [uid in relevant for uid in ranked]
    expected = sklearn.metrics.average_precision_score(truth, [-place for place in range(len(ranked))])

    assert score("map_at_20", [Query("q", tuple(relevant))], [ranked]) == pytest.approx(expected)


@several
@given(
    st.dictionaries(uids, st.tuples(st.lists(uids, max_size=2, unique=True), st.none() | uids), min_size=1, max_size=9)
)
def test_mining_scores_are_those_of_two_sets_of_pairs(rows: dict[str, tuple[list[str], str | None]]) -> None:
    gold = {(source, target) for source, (targets, _) in rows.items() for target in targets}
    said = {(source, target) for source, (_, target) in rows.items() if target is not None}
    examples = [Query(source, tuple(targets)) for source, (targets, _) in rows.items()]
    found = [target for _, target in rows.values()]

    names = ("mining_f1", "mining_precision", "mining_recall")

    assert [score(name, examples, found) for name in names] == pytest.approx(
        shares(len(gold & said), len(said), len(gold))
    )


def test_a_sentence_is_to_find_its_translation_and_one_without_is_to_find_none() -> None:
    examples = [SentencePair("a", "de", "x", "y"), SentencePair("b", "de", "x", "")]

    assert score("mining_f1", examples, ["a", None]) == 1
    assert score("mining_precision", examples, ["a", "a"]) == 1 / 2


@several
@given(
    st.lists(
        st.tuples(st.sampled_from(["comp 0", "comp 1", "props 0"]), st.booleans(), st.sampled_from(["", ".", ", "])),
        min_size=1,
        max_size=8,
    )
)
def test_a_case_of_a_checklist_is_passed_if_all_of_it_is(rows: list[tuple[str, bool, str]]) -> None:
    examples = [
        Question(str(n), "en", "who?", "Anna and Bo", (Answer("Anna", 0),), group=case)
        for n, (case, _, _) in enumerate(rows)
    ]
    found = [("the Anna" if right else "Bo") + end for _, right, end in rows]

    def rate(of: str) -> float:
        cases = {case for case, _, _ in rows if case.startswith(of)}
        passed = [case for case in cases if all(right for other, right, _ in rows if other == case)]
        return len(passed) / len(cases) if cases else 0.0

    assert score("pass_rate", examples, found) == pytest.approx(rate(""))
    assert score("pass_comp", examples, found) == pytest.approx(rate("comp"))
    assert score("pass_props", examples, found) == pytest.approx(rate("props"))
    others = ("pass_intense", "pass_profession_nationality", "pass_animal_vehicle", "pass_animal_vehicle_v2")
    assert [score(name, examples, found) for name in others] == [0, 0, 0, 0]


def test_every_metric_is_held_against_an_oracle_here() -> None:
    text = Path(__file__).read_text(encoding="utf-8")

    assert [name for name in METRICS if f'"{name}"' not in text] == []
