from __future__ import annotations

import os
import random
import subprocess
import sys
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xeval.contracts import Perturbation
from xeval.running.discovery import discover
from xeval.text.change import changed
from xeval.values import (
    Answer,
    Document,
    Example,
    LabelledText,
    Language,
    MultipleChoice,
    Question,
    SentencePair,
    TaggedTokens,
)

OFFERED = discover().perturbations
NAMES = list(OFFERED)
SENTENCES = {
    "en": "Seven tired sailors carried the broken mast across the harbour before breakfast.",
    "ru": "Старый садовник посадил у ворот три яблони и одну вишню.",
    "ar": "زرع الفلاح أشجار الزيتون قرب البيت القديم في الربيع.",
    "hi": "किसान ने खेत के पास पुराने कुएँ से ठंडा पानी निकाला।",
    "th": "ชาวสวนเก็บมะม่วงสุกใส่ตะกร้าแล้วนำไปขายที่ตลาดเช้า",
    "zh": "老渔夫每天清晨划着小船去湖里捕鱼，然后到市场上卖。",
    "my": "တံငါသည်သည် မနက်တိုင်း ရေကန်သို့ သွားသည်။",
}
SCRIPTS = {"en": "Latn", "ru": "Cyrl", "ar": "Arab", "hi": "Deva", "th": "Thai", "zh": "Hans", "my": "Mymr"}
LANGUAGES = {code: Language(code, code, "", script) for code, script in SCRIPTS.items()}
EN = LANGUAGES["en"]
LEVELS = (0.1, 0.35, 1.0)
MIXED = [*SENTENCES.values(), "👨‍👩‍👧‍👦 went to 🇫🇮!", "e\u0301\u0302a\u200dx", "नि\u200dष्ठा", " ", ""]

texts = st.lists(st.sampled_from(MIXED) | st.text(max_size=12), max_size=4).map(" ".join)
seeds = st.integers(0, 2**32)
levels = st.floats(0, 1)


def per_language(perturbation: Perturbation) -> list[tuple[str, Language]]:
    """The sentences that hold anything that it could change; a kind that finds nothing in them has tests of its own."""
    covered = [(text, LANGUAGES[code]) for code, text in SENTENCES.items() if perturbation.covers(LANGUAGES[code])]
    found = [(text, language) for text, language in covered if units_in(text, perturbation, language)]
    if not found:
        pytest.skip(f"{perturbation.name} finds nothing in these sentences")
    return found


def units_in(text: str, perturbation: Perturbation, language: Language) -> int:
    return changed(pairs([text], language)[0], perturbation, 0.0, language, 0).units


def language_of(example: Example) -> Language:
    return LANGUAGES[example.language]


def may_skip(perturbation: Perturbation, old: Example, policy: str) -> bool:
    """New words have no tags, and words that leave their place may take an answer apart: counted, and left clean."""
    if isinstance(old, TaggedTokens):
        straddles = perturbation.name == "words.shuffle" and language_of(old).script in ("Thai", "Hans", "Mymr")
        return straddles or getattr(perturbation, "adds_words", False)
    return policy == "remap" and isinstance(old, Question) and perturbation.name in ("words.drop", "words.shuffle")


@pytest.fixture(params=NAMES)
def perturbation(request: pytest.FixtureRequest) -> Perturbation:
    return OFFERED[request.param]


def pairs(texts: list[str], language: Language) -> list[Example]:
    return [SentencePair(str(number), language.code, text, "") for number, text in enumerate(texts)]


def changes(
    old: str, perturbation: Perturbation, language: Language, level: float, seed: int
) -> set[tuple[int, int, str]]:
    pieces = perturbation.perturb(old, language, level, Random(seed))
    return {(p.start, p.end, p.text) for p in pieces if p.text != old[p.start : p.end]}


@given(text=texts, seed=seeds)
@settings(max_examples=30)
@pytest.mark.parametrize("name", NAMES)
def test_level_0_changes_nothing(name: str, text: str, seed: int) -> None:
    pieces = OFFERED[name].perturb(text, EN, 0.0, Random(seed))

    assert "".join(piece.text for piece in pieces) == text


@given(text=texts, code=st.sampled_from(sorted(SCRIPTS)), one=levels, other=levels, seed=seeds)
@settings(max_examples=40)
@pytest.mark.parametrize("name", NAMES)
def test_what_a_level_changes_a_higher_one_changes_too(
    name: str, text: str, code: str, one: float, other: float, seed: int
) -> None:
    low, high = sorted((one, other))
    found = [changes(text, OFFERED[name], LANGUAGES[code], level, seed) for level in (low, high)]

    assert found[0] <= found[1]


@given(text=texts, code=st.sampled_from(sorted(SCRIPTS)), level=levels, seed=seeds)
@settings(max_examples=40)
@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_lawful_text(name: str, text: str, code: str, level: float, seed: int) -> None:
    one, two = (OFFERED[name].perturb(text, LANGUAGES[code], level, Random(seed)) for _ in range(2))

    assert list(one) == list(two)
    assert all(0 <= piece.start <= piece.end <= len(text) for piece in one)
    "".join(piece.text for piece in one).encode()


@pytest.mark.parametrize("level", LEVELS)
def test_the_order_of_the_examples_does_not_matter(perturbation: Perturbation, level: float) -> None:
    examples = pairs(list(SENTENCES.values()), EN)
    forth = [changed(example, perturbation, level, EN, 0) for example in examples]
    back = [changed(example, perturbation, level, EN, 0) for example in reversed(examples)]

    assert forth == back[::-1]


def test_neither_global_chance_is_touched_nor_does_it_matter(perturbation: Perturbation) -> None:
    example = pairs([SENTENCES["en"]], EN)[0]
    results, states = [], []
    for seed in (1, 2):
        random.seed(seed)
        np.random.seed(seed)
        before = random.getstate(), np.random.get_state()[1].tolist()
        results.append(changed(example, perturbation, 0.5, EN, 0))
        states.append((before, (random.getstate(), np.random.get_state()[1].tolist())))

    assert results[0] == results[1]
    assert all(before == after for before, after in states)


def test_the_seed_of_the_hash_does_not_matter() -> None:
    script = """
from xeval.running.discovery import discover
from xeval.text.change import changed
from xeval.values import Language, SentencePair
en = Language("en", "English", "", "Latn")
for name, offer in discover().perturbations.offers.items():
    print(changed(SentencePair("7", "en", "Seven tired sailors carried the broken mast", ""), offer.plugin, 0.5, en, 0))
"""
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(outputs) == 1


def test_positions_are_not_correlated_across_examples(perturbation: Perturbation) -> None:
    words = np.array(["stone", "river", "candle", "mirror", "garden", "window", "basket", "kettle"])
    if not perturbation.covers(EN) or perturbation.name.startswith("words."):
        pytest.skip("it does nothing in English, or words do not keep their places")
    found = [changed(example, perturbation, 0.25, EN, 0).example for example in pairs([" ".join(words)] * 600, EN)]
    hits = np.array([words != example.text.split(" ") for example in found])  # (examples, words)
    together = (hits[::2] & hits[1::2]).mean()

    assert hits.any(axis=0).all()
    apart = (hits.mean(axis=0) ** 2).mean()  # long words have more letters to be hit
    assert together == pytest.approx(apart, abs=3 * np.sqrt(apart / hits[::2].size))


@pytest.mark.parametrize("level", [0.1, 0.35])
def test_the_share_that_is_changed_is_the_level_in_expectation(perturbation: Perturbation, level: float) -> None:
    for text, language in per_language(perturbation):
        found = [changed(example, perturbation, level, language, 0) for example in pairs([text] * 500, language)]
        units, hit = sum(change.units for change in found), sum(change.units_changed for change in found)

        assert hit / units == pytest.approx(level, abs=3 * np.sqrt(level * (1 - level) / units)), language.code


def test_level_1_changes_every_unit(perturbation: Perturbation) -> None:
    for text, language in per_language(perturbation):
        change = changed(pairs([text], language)[0], perturbation, 1.0, language, 0)

        assert change.units_changed == change.units > 0
        assert change.example != pairs([text], language)[0]


def examples(code: str) -> list[Example]:
    """One of each type, in a language."""
    text = SENTENCES[code]
    words = tuple(text.split()) * 2
    start = len(text) // 3
    answers = (Answer(text[start : start + 9], start), Answer(text[start + 4 : start + 15], start + 4))
    return [
        LabelledText("1", code, (text, text[:20]), "yes", "g"),
        TaggedTokens("2", code, words, tuple("B-PER" if number % 3 else "O" for number in range(len(words))), "g"),
        Question("3", code, text[:15], text, answers, "g"),
        MultipleChoice("4", code, text, (text[:9], text[9:]), 1, "g"),
        SentencePair("5", code, text, "the translation", "g"),
        Document("6", code, (text, text), "", "g"),
    ]


@pytest.mark.parametrize("policy", ["protect", "remap", "question-only"])
@pytest.mark.parametrize("level", LEVELS)
def test_labels_stay_true_in_every_type_of_example(perturbation: Perturbation, level: float, policy: str) -> None:
    for _, language in per_language(perturbation):
        for old in examples(language.code):
            change = changed(old, perturbation, level, language, 3, policy)
            assert not change.skipped or may_skip(perturbation, old, policy)
            assert 0 <= change.units_changed <= change.units
            assert_true_to(old, change.example)


def assert_true_to(old: Example, new: Example) -> None:
    assert (type(new), new.uid, new.language, new.group) == (type(old), old.uid, old.language, old.group)
    match old, new:
        case LabelledText(), LabelledText():
            assert (new.label, len(new.texts)) == (old.label, len(old.texts))
        case TaggedTokens(), TaggedTokens():
            assert len(new.tokens) == len(new.tags)
        case Question(), Question():
            assert all(new.context[a.start : a.start + len(a.text)] == a.text for a in new.answers)
        case MultipleChoice(), MultipleChoice():
            assert (new.answer, len(new.choices)) == (old.answer, len(old.choices))
        case SentencePair(), SentencePair():
            assert new.translation == old.translation
        case Document(), Document():
            assert (new.partner, len(new.texts)) == (old.partner, len(old.texts))
