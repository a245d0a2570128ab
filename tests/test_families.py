from __future__ import annotations

import unicodedata
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xeval.contracts import Perturbation
from xeval.facts.registry import load_registry
from xeval.plugins.perturbations import diacritics, homoglyph, ocr, romanize, speech, wordedits, words
from xeval.text.change import changed
from xeval.text.units import Edits, Pieces, graphemes
from xeval.values import Answer, Language, Question, TaggedTokens

MODULES = (diacritics, homoglyph, ocr, romanize, speech, words)
OFFERED: dict[str, Perturbation] = {one.name: one for module in MODULES for one in module.xeval_perturbations()}
LANGUAGES = load_registry().languages
seeds = st.integers(0, 2**32)


def became(name: str, code: str, text: str, level: float = 1.0, seed: int = 0) -> str:
    return "".join(piece.text for piece in OFFERED[name].perturb(text, LANGUAGES[code], level, Random(seed)))


def covered(name: str) -> set[str]:
    return {code for code, language in LANGUAGES.items() if OFFERED[name].covers(language)}


# ------------------------------------------------------------------------------------------------------------------ ocr


def test_ocr_covers_every_script_of_the_registry() -> None:
    assert covered("ocr") == set(LANGUAGES)
    assert not OFFERED["ocr"].covers(Language("chr", "Cherokee", "Iroquoian", "Cher"))


@pytest.mark.parametrize(
    ("script", "letter", "like"),
    [
        *(("Latn", "l", "I"), ("Latn", "8", "B"), ("Latn", "m", "rn"), ("Cyrl", "ш", "щ"), ("Grek", "φ", "ψ")),
        *(("Hebr", "ד", "ר"), ("Arab", "ب", "ت"), ("Deva", "ब", "व"), ("Thai", "ด", "ต"), ("Hans", "未", "末")),
        *(("Kore", "극", "국"), ("Jpan", "ぬ", "め"), ("Geor", "შ", "მ"), ("Armn", "գ", "զ")),
    ],
)
def test_what_people_know_to_look_alike_was_measured_to(script: str, letter: str, like: str) -> None:
    assert like in ocr.look_alikes()[script][letter]


@pytest.mark.parametrize("script", sorted(ocr.look_alikes()))
def test_no_letter_is_its_own_look_alike_and_all_are_normalised(script: str) -> None:
    for letter, alike in ocr.look_alikes()[script].items():
        assert letter not in alike
        assert len(set(alike)) == len(alike) > 0
        assert all(unicodedata.is_normalized("NFC", one) for one in alike)


def test_a_letter_keeps_its_marks_when_it_is_misread() -> None:
    new = became("ocr", "hi", "शि")

    assert new != "शि"
    assert new[1:] == "ि"


# ------------------------------------------------------------------------------------------------------------ homoglyph


@pytest.mark.parametrize(("code", "old"), [("en", "copper"), ("ru", "ТОСКА"), ("el", "ΑΒΕ"), ("qda", "հո")])
def test_a_homoglyph_is_of_another_script_and_of_the_same_case(code: str, old: str) -> None:
    for before, after in zip(old, became("homoglyph", code, old), strict=True):
        assert unicodedata.name(before).split()[0] != unicodedata.name(after).split()[0]
        assert unicodedata.category(before) == unicodedata.category(after)


def test_homoglyphs_have_no_meaning_in_scripts_that_share_no_shapes() -> None:
    assert {LANGUAGES[code].script for code in covered("homoglyph")} == {"Latn", "Cyrl", "Grek", "Armn"}


@pytest.mark.parametrize(
    ("code", "word"), [("fa", "می\u200cخواهم"), ("hi", "क्\u200dष"), ("th", "ตลาด"), ("en", "boat")]
)
@given(seed=seeds)
@settings(max_examples=15)
def test_what_cannot_be_seen_is_never_beside_a_joiner_nor_within_a_cluster(code: str, word: str, seed: int) -> None:
    new = became("homoglyph.invisible", code, word, seed=seed)
    left = new.translate({0x200B: None, 0x2060: None})

    assert left == word
    assert {unit.text for unit in graphemes(word)} >= {u.text.strip("\u2060") for u in graphemes(new)} - {"\u200b", ""}
    beside = [pair for one in homoglyph.UNSEEN for two in homoglyph.JOINERS for pair in (one + two, two + one)]
    assert not any(pair in new for pair in beside)


# ----------------------------------------------------------------------------------------------------------- diacritics


@pytest.mark.parametrize(
    ("name", "code", "old", "new"),
    [
        ("diacritics", "vi", "Tôi học tiếng Việt ở Đà Nẵng", "Toi hoc tieng Viet o Da Nang"),
        ("diacritics", "de", "Über Café", "Uber Café"),  # é is no letter of German
        ("diacritics", "ru", "ёлка йод", "елка йод"),
        ("diacritics", "el", "θάλασσα ΐ", "θαλασσα ι"),
        ("diacritics", "pl", "Zażółć łódź", "Zazolc lodz"),
        ("diacritics", "tr", "ışık İğne", "isik Igne"),
        ("diacritics", "ar", "إلى المؤمنُ آن", "الى المومن ان"),
        ("diacritics", "ur", "کوئی", "کویی"),
        ("diacritics", "he", "שָׁלוֹם", "שלום"),
        ("diacritics", "hi", "सड़क ज़रा", "सडक जरा"),
        ("diacritics", "bn", "বাড়ি হয়", "বাডি হয"),
        ("diacritics.tones", "vi", "Việt Nẵng Đà", "Viêt Năng Đa"),
        ("diacritics.tones", "yo", "iṣẹ́ náà", "iṣẹ naa"),
        ("diacritics.vowels", "ar", "المؤمنُ", "المؤمن"),
        ("diacritics.hamza", "ar", "المؤمنُ", "المومنُ"),
        ("diacritics.nukta", "pa", "ਜ਼ਰਾ", "ਜਰਾ"),
    ],
)
def test_marks_are_left_out_as_people_leave_them_out(name: str, code: str, old: str, new: str) -> None:
    assert became(name, code, unicodedata.normalize("NFC", old)) == new


def test_diacritics_mean_something_only_where_the_spelling_has_them() -> None:
    without = {"en", "id", "ms", "sw", "tl", "bg", "ka", "ta", "te", "th", "zh", "ja", "ko", "my", "ml", "mr", "qen"}

    assert not covered("diacritics") & without
    assert covered("diacritics") >= {"vi", "de", "fr", "el", "ar", "fa", "ur", "he", "hi", "bn", "pa", "gu", "yo", "ru"}
    assert covered("diacritics.tones") == {"vi", "yo"}
    assert covered("diacritics.vowels") == {"ar", "fa", "ur", "he"}
    assert covered("diacritics.hamza") == {"ar", "fa", "ur"}
    assert covered("diacritics.nukta") == {"hi", "bn", "pa", "gu"}


# ---------------------------------------------------------------------------------------------------------------- words

SENTENCE = "The old miller, who was deaf, sold seventeen sacks of flour."


@given(seed=seeds, level=st.floats(0, 1))
@settings(max_examples=30)
def test_words_that_are_left_out_leave_no_double_space_and_one_word_stays(seed: int, level: float) -> None:
    new = became("words.drop", "en", SENTENCE, level, seed)

    assert "  " not in new
    assert any(character.isalpha() for character in new)


def test_a_text_of_one_word_is_left_alone() -> None:
    assert became("words.drop", "en", "Hello!") == became("words.shuffle", "en", "Hello!") == "Hello!"


@given(seed=seeds)
@settings(max_examples=30)
def test_shuffled_words_stay_within_their_three_and_on_their_side_of_a_comma(seed: int) -> None:
    new = became("words.shuffle", "en", SENTENCE, 1.0, seed)
    old_words, new_words = SENTENCE.split(), new.split()

    assert sorted(old_words) == sorted(new_words)
    assert all(abs(old_words.index(word) - new_words.index(word)) < wordedits.WINDOW for word in old_words)
    assert [new_words[place] for place in (2, 5, 10)] == ["miller,", "deaf,", "flour."]


def test_every_three_that_is_hit_reads_otherwise() -> None:
    pieces = OFFERED["words.shuffle"].perturb("a a b c c c", LANGUAGES["en"], 1.0, Random(3))

    assert isinstance(pieces, Pieces)
    assert pieces.units == pieces.units_changed
    assert "".join(piece.text for piece in pieces) != "a a b c c c"


@pytest.mark.parametrize(("code", "text"), [("zh", "老渔夫每天捕鱼"), ("th", "ชาวสวนเก็บมะม่วง")])
def test_scripts_without_spaces_get_none(code: str, text: str) -> None:
    for name in ("words.repeat", "words.insert"):
        assert " " not in became(name, code, text)


def test_what_is_put_in_is_a_word_of_the_text() -> None:
    assert {*became("words.insert", "en", "red green blue").split()} == {"red", "green", "blue"}


@given(seed=seeds, level=st.floats(0, 1))
@settings(max_examples=30)
def test_a_dropped_token_takes_its_tag_and_an_entity_begins_with_its_b(seed: int, level: float) -> None:
    tokens = ("In", "Rio", "de", "Janeiro", "lives", "Ada", "Lovelace")
    tags = ("O", "B-LOC", "I-LOC", "I-LOC", "O", "B-PER", "I-PER")
    old = TaggedTokens("1", "en", tokens, tags)
    new = changed(old, OFFERED["words.drop"], level, LANGUAGES["en"], seed).example

    assert isinstance(new, TaggedTokens)
    assert len(new.tokens) == len(new.tags)
    kinds = dict(zip(tokens, tags, strict=True))
    assert [tag[2:] for tag in new.tags] == [kinds[token][2:] for token in new.tokens]
    before = ("O", *new.tags)
    assert all(b[2:] == tag[2:] for b, tag in zip(before, new.tags, strict=False) if tag.startswith("I-"))


@pytest.mark.parametrize("name", sorted(OFFERED))
@pytest.mark.parametrize("policy", ["protect", "remap"])
def test_answers_are_found_at_their_starts(name: str, policy: str) -> None:
    context = "Am Flüßchen steht die große Mühle, in der früher Öl gepreßt wurde."
    question = Question("1", "de", "Was steht dort?", context, (Answer("die große Mühle", 18), Answer("Mühle", 28)))
    for seed in range(20):
        new = changed(question, OFFERED[name], 0.5, LANGUAGES["de"], seed, policy).example  # type: ignore[arg-type]
        assert isinstance(new, Question)
        assert all(new.context[a.start : a.start + len(a.text)] == a.text for a in new.answers)


# ------------------------------------------------------------------------------------------------- romanize and speech


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("ru", "Привет, мир", "Privet, mir"),
        ("hi", "नमस्ते दुनिया", "namaste duniyaa"),
        ("el", "Νεπάλ", "Nepal"),
        ("ko", "안녕", "annyeong"),
        ("zh", "北京", "beijing"),
        ("ru", "слово COVID 19", "slovo COVID 19"),
    ],
)
def test_words_are_spelt_in_latin_letters_as_uroman_spells_them(code: str, old: str, new: str) -> None:
    assert became("romanize", code, old) == new


def test_romanization_means_nothing_in_latin_script() -> None:
    assert {LANGUAGES[code].script for code in covered("romanize")} == {one.script for one in LANGUAGES.values()} - {
        "Latn"
    }


def test_words_are_mixed_at_the_level() -> None:
    pieces = OFFERED["romanize"].perturb("один два три четыре", LANGUAGES["ru"], 0.5, Random(0))

    assert isinstance(pieces, Edits)
    assert (pieces.units, pieces.units_changed) == (4, 2)


@pytest.mark.parametrize("code", sorted(speech.fillers()))
def test_what_is_said_between_words_is_a_filler_of_the_language(code: str) -> None:
    parts = {piece.text for piece in OFFERED["speech.filler"].perturb("A B", LANGUAGES[code], 1.0, Random(0))}
    known = speech.fillers()[code]

    assert all(any(part.startswith(one) for one in known) for part in parts - {" "})


@pytest.mark.parametrize(("code", "old", "new"), [("en", "Their flower", "There flour"), ("en", "boat", "boat")])
def test_a_homophone_keeps_the_capitals(code: str, old: str, new: str) -> None:
    assert became("speech.homophone", code, old) == new


def test_homophones_are_mutual_and_known_in_two_languages() -> None:
    assert covered("speech.homophone") == {"en", "zh"}
    for known in speech.homophones().values():
        assert all(word in known[other] for word in known for other in known[word])


def test_a_word_is_begun_twice() -> None:
    assert became("speech.stutter", "en", "big boat") == "b-big b-boat"
    assert became("speech.stutter", "hi", "नमस्ते") == "न-नमस्ते"
    assert not covered("speech.stutter") & {"zh", "ja", "th", "my"}
