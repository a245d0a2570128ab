"""The made languages: what they share, what they differ in, and that the registry says so."""

from __future__ import annotations

from random import Random

import pytest

from xeval.facts.registry import load_registry
from xeval.tasks.mini.corpus import documents
from xeval.tasks.mini.languages import DESIGNS, LANGUAGES, SOURCE, syntactic_distance
from xeval.tasks.mini.lexicon import described, lexical_distance, lexicons
from xeval.tasks.mini.meaning import CONCEPTS, NAMES, Event, Phrase
from xeval.tasks.mini.realise import realised, speakers

EVENT = Event(Phrase("animal1", "adjective2"), "verb3", Phrase("thing4"), "place1", "tomorrow")


def test_the_registry_says_what_the_designs_say():
    table = load_registry().languages

    for code, language in described().items():
        assert table[code] == language
        assert dict(table[code].distances) == dict(language.distances)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_concept_has_a_word_of_its_own(code: str):
    words = lexicons(0)[code].words

    assert set(words) == set(CONCEPTS)
    assert len(set(words.values())) == len(CONCEPTS)


@pytest.mark.parametrize("seed", [0, 1])
def test_languages_share_words_by_descent_alone(seed: int):
    known = lexicons(seed)

    for code in ("qba", "qca", "qda"):
        shared = set(known[code].spoken.values()) & set(known[SOURCE].spoken.values())
        assert len(shared) <= 0.1 * len(CONCEPTS)
    assert not set(known["qca"].spoken.values()) & set(known["qda"].spoken.values())


def test_relatives_are_nearer_than_strangers():
    distance = {code: lexical_distance(code) + syntactic_distance(DESIGNS[code]) for code in LANGUAGES}

    assert distance[SOURCE] == 0
    assert max(distance[code] for code in ("qaa", "qab", "qac")) < min(
        distance[c] for c in ("qba", "qbb", "qca", "qda")
    )


def test_a_language_of_a_higher_resource_class_has_more_text():
    order = sorted(DESIGNS.values(), key=lambda design: design.documents)

    assert [d.resource for d in order] == sorted(d.resource for d in order)


@pytest.mark.parametrize(
    ("code", "low", "high"), [("qac", 0x400, 0x4FF), ("qca", 0x10A0, 0x10FF), ("qda", 0x530, 0x58F)]
)
def test_a_script_is_its_own_block(code: str, low: int, high: int):
    letters = {letter for word in lexicons(0)[code].words.values() for letter in word}

    assert all(low <= ord(letter) <= high for letter in letters)


@pytest.mark.parametrize(
    ("code", "concepts"),
    [
        ("qen", ["adjective2", "animal1", "verb3", "thing4", "in", "place1", "tomorrow"]),
        ("qab", ["animal1", "adjective2", "verb3", "thing4", "in", "place1", "tomorrow"]),
        ("qba", ["adjective2", "animal1", "tomorrow", "place1", "in", "thing4", "verb3"]),
        ("qca", ["verb3", "animal1", "adjective2", "thing4", "in", "place1", "tomorrow"]),
        ("qda", ["adjective2", "animal1", "tomorrow", "place1", "thing4", "verb3"]),
    ],
)
def test_a_language_has_its_word_order(code: str, concepts: list[str]):
    said = [realised(EVENT, speakers(0)[code], Random(seed)) for seed in range(40)]
    orders = [[word.concept for word in words if word.concept not in ("the", ".")] for words in said]

    assert orders.count(concepts) > 20


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_corpus_has_its_size_and_its_share_of_bilingual_documents(code: str):
    made = documents(code, 0)
    share = sum(bool(document.partner) for document in made) / len(made)

    assert len(made) == len({document.uid for document in made}) == DESIGNS[code].documents
    assert share == pytest.approx(DESIGNS[code].bilingual, abs=0.04)
    assert all(document.language == code and 1 <= len(document.texts) <= 2 for document in made)


def test_names_are_the_same_in_every_language():
    assert len({tuple(lexicon.latin[name] for name in NAMES) for lexicon in lexicons(0).values()}) == 1
