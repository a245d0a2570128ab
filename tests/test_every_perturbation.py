"""What holds for every registered perturbation; a new one is tested as soon as its plugin is installed."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import unicodedata
from math import sqrt
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripts import ALL, any_text

from xeval.contracts import Perturbation
from xeval.running.discovery import discover
from xeval.text.change import changed, changed_all
from xeval.text.pieces import Damage, NewText, Text, damaged, kept
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
NAMES = [name for name in OFFERED if not name.startswith("adversarial.")]  # which are the others' first tries
LANGUAGES = {code: Language(code, code, "", script) for code, (_, script) in ALL.items()}
EN = LANGUAGES["en"]
LEVELS = (0.1, 0.35, 1.0)

languages = st.sampled_from(list(LANGUAGES.values()))
seeds = st.integers(0, 2**32)
levels = st.floats(0, 1)
every = pytest.mark.parametrize("name", NAMES)


def covered(by: Perturbation) -> list[tuple[str, Language]]:
    """The sentences that a perturbation may be shown, each with its language."""
    return [(text, LANGUAGES[code]) for code, (text, _) in ALL.items() if by.covers(LANGUAGES[code])]


def known(by: Perturbation) -> list[Language]:
    """Languages that it covers; one that covers none here, for want of a table or a file, has nothing to show."""
    found = [language for _, language in covered(by)]
    if not found:  # natural replays the files of a user, and none is shipped
        pytest.skip(f"{by.name} covers no language without settings")
    return found


def news(texts: list[str], by: Perturbation, level: float, language: Language, seed: int = 0) -> list[NewText]:
    return damaged([Text(text, str(n), "text") for n, text in enumerate(texts)], Damage(by, level, language, seed))


def hit(old: str, new: NewText) -> np.ndarray:
    """Which characters of a text were changed, and at which an insertion stands, (len(old) + 1,)."""
    stays = np.zeros(len(old) + 1, bool)
    stays[len(old)] = True
    spans = list(kept(old, new.pieces))
    for start, end in spans:
        stays[start:end] = True
    for piece in new.pieces:
        if piece.start == piece.end and piece.text:
            stays[piece.start] = False
    return ~stays


def pairs(texts: list[str], language: Language) -> list[Example]:
    return [SentencePair(str(number), language.code, text, "") for number, text in enumerate(texts)]


@pytest.fixture(params=NAMES)
def by(request: pytest.FixtureRequest) -> Perturbation:
    return OFFERED[request.param]


# --------------------------------------------------------------------------------------- properties of any text at all


@every
@given(text=any_text(), seed=seeds, data=st.data())
@settings(max_examples=25, deadline=None)
def test_level_0_changes_nothing(name: str, text: str, seed: int, data: st.DataObject) -> None:
    language = data.draw(st.sampled_from(known(OFFERED[name])))
    (new,) = news([text], OFFERED[name], 0.0, language, seed)

    assert (new.text, new.units_changed) == (text, 0)


@every
@given(text=any_text(), one=levels, other=levels, seed=seeds, data=st.data())
@settings(max_examples=40, deadline=None)
def test_what_a_level_changes_a_higher_one_changes_too(
    name: str, text: str, one: float, other: float, seed: int, data: st.DataObject
) -> None:
    language = data.draw(st.sampled_from(known(OFFERED[name])))
    low, high = (news([text], OFFERED[name], level, language, seed)[0] for level in sorted((one, other)))

    assert low.units_changed <= high.units_changed
    assert changes(text, low) <= changes(text, high)


def changes(old: str, new: NewText) -> set[tuple[int, int, str]]:
    return {(p.start, p.end, p.text) for p in new.pieces if p.text != old[p.start : p.end]}


@every
@given(text=any_text(), level=levels, seed=seeds, data=st.data())
@settings(max_examples=40, deadline=None)
def test_a_text_becomes_a_lawful_text(name: str, text: str, level: float, seed: int, data: st.DataObject) -> None:
    text = unicodedata.normalize("NFC", text)
    language = data.draw(st.sampled_from(known(OFFERED[name])))
    one, two = (news([text], OFFERED[name], level, language, seed)[0] for _ in range(2))

    assert one.text == two.text
    assert one.text.encode().decode() == one.text
    assert unicodedata.is_normalized("NFC", one.text)
    assert all(0 <= piece.start <= piece.end <= len(text) for piece in one.pieces)
    assert 0 <= one.units_changed <= one.units
    assert (one.units_changed > 0) == (one.text != text), "what changes nothing is no change"


@every
@given(texts=st.lists(any_text(), max_size=5), level=levels, seed=seeds, data=st.data())
@settings(max_examples=25, deadline=None)
def test_what_a_text_becomes_depends_on_no_other(
    name: str, texts: list[str], level: float, seed: int, data: st.DataObject
) -> None:
    language = data.draw(st.sampled_from(known(OFFERED[name])))
    examples = pairs(texts, language)
    together = changed_all(examples, OFFERED[name], level, language, seed)

    assert together == [changed(example, OFFERED[name], level, language, seed) for example in examples]
    assert together == changed_all(examples[::-1], OFFERED[name], level, language, seed)[::-1]


# ------------------------------------------------------------------------------------- shares, and where changes stand


@pytest.mark.parametrize("level", [0.1, 0.35])
def test_the_share_that_is_changed_is_the_level(by: Perturbation, level: float) -> None:
    for text, language in covered(by):
        found = news([text] * 80, by, level, language)
        units, changed_units = sum(new.units for new in found), sum(new.units_changed for new in found)

        band = 2.576 * sqrt(level * (1 - level) * units)  # 99% of a binomial
        assert changed_units == pytest.approx(level * units, abs=band + 1e-9), language.code


def test_level_1_changes_every_unit(by: Perturbation) -> None:
    counts = {language.code: news([text], by, 1.0, language)[0] for text, language in covered(by)}

    assert all(new.units_changed == new.units for new in counts.values())
    assert not counts or any(new.units for new in counts.values())


def test_positions_are_not_correlated_across_examples(by: Perturbation) -> None:
    for text, language in covered(by)[:1]:
        hits = np.array([hit(text, new) for new in news([text] * 800, by, 0.25, language)])  # (examples, places)
        one, other = hits[::2], hits[1::2]
        rates = hits.mean(axis=0)
        together = (one & other).mean(axis=0)[rates > 0]
        expected = (rates**2)[rates > 0]

        assert np.all(np.abs(together - expected) < 5 * np.sqrt(expected / len(one)) + 2 / len(one))


# --------------------------------------------------------------------------------------------- what chance depends on


def test_neither_global_chance_is_touched_nor_does_it_matter(by: Perturbation) -> None:
    results, states = [], []
    language = known(by)[0]
    for seed in (1, 2):
        random.seed(seed)
        np.random.seed(seed)
        before = random.getstate(), np.random.get_state()[1].tolist()
        results.append(changed_all(pairs([ALL[language.code][0]], language), by, 0.5, language, 0))
        states.append((before, (random.getstate(), np.random.get_state()[1].tolist())))

    assert results[0] == results[1]
    assert all(before == after for before, after in states)


def test_the_seed_of_the_hash_does_not_matter() -> None:
    script = """
from scripts import ALL
from xeval.running.discovery import discover
from xeval.text.change import changed_all
from xeval.values import Language, SentencePair
for name, offer in discover().perturbations.offers.items():
    for code, (text, script) in ALL.items():
        language = Language(code, code, "", script)
        if offer.plugin.covers(language):
            print(changed_all([SentencePair("7", code, text, "")], offer.plugin, 0.5, language, 0))
"""
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.path.dirname(__file__)},  # noqa: PTH120
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(outputs) == 1


def test_the_generator_that_it_is_given_is_all_its_chance(by: Perturbation) -> None:
    shown = [one for one in known(by) if news([ALL[one.code][0]], by, 0.0, one)[0].units > 1]
    if not shown:  # with one word to change, no two ways of changing it can differ
        pytest.skip(f"{by.name} finds too little in these sentences")
    language = shown[0]
    text = ALL[language.code][0]
    texts = ["".join(p.text for p in by.perturb(text, language, 0.5, Random(seed))) for seed in (1, 1, 2, 3, 4, 5)]

    assert texts[0] == texts[1]
    assert len({*texts}) > 1


# ----------------------------------------------------------------------------------------------------------- labels


def examples(code: str) -> list[Example]:
    """One of each type, in a language."""
    text = ALL[code][0]
    words = tuple(text.split()) * 2
    start = len(text) // 3
    answers = (
        Answer(text[start : start + 9], start),
        Answer(text[start + 4 : start + 15], start + 4),
    )
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
def test_labels_stay_true_in_every_type_of_example(by: Perturbation, level: float, policy: str) -> None:
    for _, language in covered(by):
        for old in examples(language.code):
            change = changed(old, by, level, language, 3, policy)
            assert 0 <= change.units_changed <= change.units
            assert not change.skipped or change.example == old
            assert_true_to(old, change.example)


def assert_true_to(old: Example, new: Example) -> None:
    assert (type(new), new.uid, new.language, new.group) == (type(old), old.uid, old.language, old.group)
    match old, new:
        case LabelledText(), LabelledText():
            assert (new.label, len(new.texts)) == (old.label, len(old.texts))
        case TaggedTokens(), TaggedTokens():
            assert len(new.tokens) == len(new.tags)
            assert all(token and not any(map(str.isspace, token)) for token in new.tokens)
        case Question(), Question():
            assert all(new.context[a.start : a.start + len(a.text)] == a.text for a in new.answers)
        case MultipleChoice(), MultipleChoice():
            assert (new.answer, len(new.choices)) == (old.answer, len(old.choices))
        case SentencePair(), SentencePair():
            assert new.translation == old.translation
        case Document(), Document():
            assert (new.partner, len(new.texts)) == (old.partner, len(old.texts))
