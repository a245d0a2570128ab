from __future__ import annotations

import unicodedata
from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xeval.contracts import Perturbation
from xeval.facts.registry import load_registry
from xeval.plugins.perturbations.keyboards import levels, neighbours, places
from xeval.plugins.perturbations.layouts import BRAHMIC, BY_LANGUAGE, BY_SCRIPT, BY_SCRIPT_OF_CONSTRUCTED, LAYOUTS
from xeval.plugins.perturbations.noise import xeval_perturbations
from xeval.text.units import graphemes, words
from xeval.values import Language

NOISE = {perturbation.name: perturbation for perturbation in xeval_perturbations()}
SENTENCES = {
    "en": "The Harbour master sold seventeen copper lanterns",
    "de": "Über die Brücke läuft ein grüner Frosch",
    "ru": "Рыжая лиса перебежала через дорогу",
    "el": "Η θάλασσα σήμερα είναι ήρεμη",
    "ar": "وصل الطبيب إلى القرية صباحا",
    "hi": "नदी के किनारे छोटी नाव खड़ी है",
    "ta": "மழை பெய்தால் குளம் நிறையும்",
    "th": "พ่อค้าขายผลไม้ในตลาด",
    "zh": "农民在田里种了很多蔬菜",
    "my": "ကလေးများသည် ကျောင်းသို့ သွားကြသည်",
    "ka": "მებაღემ ვარდები დარგო",
    "ko": "할머니가 시장에서 생선을 샀다",
}
REGISTRY = load_registry().languages
LETTERS = {"noise", "noise.swap", "noise.delete", "noise.insert", "noise.substitute", "noise.repeat"}
seeds = st.integers(0, 2**32)


def noisy(name: str, code: str, level: float, seed: int, text: str = "") -> str:
    pieces = NOISE[name].perturb(text or SENTENCES[code], REGISTRY[code], level, Random(seed))
    return "".join(piece.text for piece in pieces)


def spelt(text: str) -> list[str]:
    return [unit.text for unit in graphemes(text)]


def test_the_family_is_offered_under_these_names() -> None:
    assert {*NOISE} == LETTERS | {"noise.keyboard", "noise.case", "noise.space", "noise.punctuation"}
    assert all(isinstance(perturbation, Perturbation) for perturbation in NOISE.values())


@pytest.mark.parametrize("code", SENTENCES)
@pytest.mark.parametrize(
    ("name", "more"), [("delete", -1), ("insert", 1), ("repeat", 1), ("substitute", 0), ("swap", 0)]
)
def test_each_word_that_is_hit_gets_one_edit(name: str, more: int, code: str) -> None:
    old = SENTENCES[code]
    pieces = NOISE[f"noise.{name}"].perturb(old, REGISTRY[code], 1.0, Random(1))
    hit = [(old[piece.start : piece.end], piece.text) for piece in pieces if piece.text != old[piece.start : piece.end]]

    assert pieces.units == pieces.units_changed == len(hit) > 0
    assert all(len(spelt(new)) == len(spelt(word)) + more for word, new in hit)
    if name == "swap":
        assert all(Counter(spelt(new)) == Counter(spelt(word)) for word, new in hit)


@pytest.mark.parametrize("code", SENTENCES)
@pytest.mark.parametrize("name", sorted(LETTERS))
@settings(max_examples=15)
@given(seed=seeds)
def test_letters_that_are_put_in_come_from_the_text_itself(name: str, code: str, seed: int) -> None:
    new, old = noisy(name, code, 1.0, seed), {*spelt(SENTENCES[code])}

    capitals = {grapheme for grapheme in spelt(new) if grapheme.isupper()}  # of which a short text has no second one
    assert {*spelt(new)} - capitals <= old


@given(seed=seeds)
def test_no_latin_letter_gets_into_a_hindi_word(seed: int) -> None:
    latin, *hindi = noisy("noise", "hi", 1.0, seed, "WHO ने नई रिपोर्ट जारी की").split()

    assert {unicodedata.name(letter).split()[0] for letter in latin} == {"LATIN"}
    assert {unicodedata.name(letter).split()[0] for word in hindi for letter in word} == {"DEVANAGARI"}


@pytest.mark.parametrize("code", SENTENCES)
@pytest.mark.parametrize("name", sorted(NOISE))
def test_what_was_normalised_stays_so(name: str, code: str) -> None:
    old = unicodedata.normalize("NFC", SENTENCES[code])

    assert all(unicodedata.is_normalized("NFC", noisy(name, code, 1.0, seed, old)) for seed in range(20))


def test_words_of_one_grapheme_are_left_alone() -> None:
    assert noisy("noise", "en", 1.0, 0, "I o u 5 !") == "I o u 5 !"
    assert noisy("noise.swap", "en", 1.0, 0, "ooo 11") == "ooo 11"


def test_languages_without_words_are_named_holes() -> None:
    lao = Language("lo", "Lao", "Kra-Dai", "Laoo")

    assert not any(NOISE[name].covers(lao) for name in LETTERS)
    assert all(NOISE[name].covers(language) for name in LETTERS for language in REGISTRY.values())


def test_keyboards_are_known_of_all_registered_languages_but_these() -> None:
    covered = {code for code, language in REGISTRY.items() if NOISE["noise.keyboard"].covers(language)}

    assert {*REGISTRY} - covered == {"ja", "ko", "my", "zh"}


@pytest.mark.parametrize(
    ("code", "letter", "expected"),
    [
        ("en", "g", "bfhtvy"),
        ("en", "Q", "AW"),
        ("de", "z", "ghtu"),
        ("fr", "a", "qzé"),
        ("tr", "İ", "ĞÜŞ"),
        ("ru", "а", "вемкпс"),
        ("el", "α", "ςσζ"),
        ("he", "ש", "דז"),
        ("ar", "ش", "ئسصض"),
        ("hi", "क", "गतदरस"),
        ("th", "ก", "ดพหแป"),
        ("ka", "ა", "ზსქწ"),
    ],
)
def test_neighbours_are_those_of_the_published_layout(code: str, letter: str, expected: str) -> None:
    assert set(neighbours(REGISTRY[code])[letter]) == set(expected)


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_a_layout_has_each_letter_once_and_neighbours_are_mutual(name: str) -> None:
    for rows in levels(name, 0):
        letters = Counter(letter for letter, _, _ in places(rows))
        assert {letter for letter, count in letters.items() if count > 1} <= {"ւ", "Ւ"}  # on two keys in Armenian


@pytest.mark.parametrize("code", sorted({*REGISTRY} - {"ja", "ko", "my", "zh"}))
def test_neighbours_are_mutual(code: str) -> None:
    near = neighbours(REGISTRY[code])

    assert all(letter in near[other] for letter in near for other in near[letter])


def test_every_layout_is_used_and_every_name_is_one() -> None:
    used = {*BY_LANGUAGE.values(), *BY_SCRIPT.values(), *BY_SCRIPT_OF_CONSTRUCTED.values(), "inscript"}

    assert used == LAYOUTS.keys()
    assert all(layout.source for layout in LAYOUTS.values())


def test_a_cyrillic_language_without_a_known_layout_is_no_russian() -> None:
    assert not NOISE["noise.keyboard"].covers(Language("mn", "Mongolian", "Mongolic", "Cyrl"))


@pytest.mark.parametrize("code", sorted({*SENTENCES} - {"my", "zh", "ko"}))
@settings(max_examples=15)
@given(seed=seeds)
def test_a_wrong_key_stays_in_the_script_and_keeps_the_marks(code: str, seed: int) -> None:
    old, new = SENTENCES[code], noisy("noise.keyboard", code, 1.0, seed)

    assert len(old) == len(new)
    changed = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    assert changed
    assert all(unicodedata.category(letter).startswith("L") for pair in changed for letter in pair)
    assert len({unicodedata.name(letter).split()[0] for letter in old + new if letter != " "}) == 1


@pytest.mark.parametrize(
    ("script", "word"), [("Beng", "নদীর"), ("Telu", "నది"), ("Mlym", "നദി"), ("Gujr", "નદી"), ("Guru", "ਨਦੀ")]
)
def test_inscript_serves_the_scripts_of_india(script: str, word: str) -> None:
    language = Language("x", "x", "", script)

    assert script in BRAHMIC
    assert [unit.text for unit in words(word, language)] == [word]
    assert NOISE["noise.keyboard"].perturb(word, language, 1.0, Random(0)).units_changed == 1


@pytest.mark.parametrize(
    ("name", "codes"), [("noise.case", {"en", "de", "ru", "el"}), ("noise.space", {*SENTENCES} - {"th", "zh", "my"})]
)
def test_case_and_white_space_are_holes_where_a_script_has_none(name: str, codes: set[str]) -> None:
    assert {code for code in SENTENCES if NOISE[name].covers(REGISTRY[code])} == codes


@given(seed=seeds)
@settings(max_examples=20)
def test_case_changes_letters_and_nothing_else(seed: int) -> None:
    old = SENTENCES["de"]
    new = noisy("noise.case", "de", 1.0, seed)

    assert (len(new), new.casefold()) == (len(old), old.casefold())
    assert all(one != other for one, other in zip(new.split(), old.split(), strict=True))


def test_turkish_letters_keep_their_dots() -> None:
    assert {noisy("noise.case", "tr", 1.0, seed, "ııı iii") for seed in range(20)} <= {
        f"{one} {other}" for one in ("Iıı", "ıIı", "ııI") for other in ("İii", "iİi", "iiİ")
    }


@given(seed=seeds)
@settings(max_examples=20)
def test_white_space_noise_moves_spaces_alone(seed: int) -> None:
    old = SENTENCES["ru"]
    new = noisy("noise.space", "ru", 1.0, seed)

    assert new.replace(" ", "") == old.replace(" ", "")
    assert new != old


def test_punctuation_inside_words_and_numbers_stays() -> None:
    news = {noisy("noise.punctuation", "en", 1.0, seed, "It's 3.14, no?") for seed in range(30)}

    assert news == {f"It's 3.14{one} no{other}" for one in ("", ",,") for other in ("", "??")}
