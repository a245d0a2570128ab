from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise
from random import Random

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from xeval.text.units import change_characters, change_words, chosen, graphemes, words
from xeval.values import Language, Piece

SCRIPTS = {
    "en": "Latn",
    "hi": "Deva",
    "th": "Thai",
    "zh": "Hans",
    "ja": "Jpan",
    "my": "Mymr",
    "km": "Khmr",
    "lo": "Laoo",
}
TEXTS = [
    "She hasn't paid 3.50 for the e-mail, has she?",
    "لم يصل القطار بعد إلى المحطة.",
    "बच्चे ने क्षत्रिय की कहानी पढ़ी।",
    "แมวของฉันนอนอยู่บนหลังคาบ้าน",
    "我的猫昨天睡在屋顶上。",
    "私の猫は屋根の上で寝ています。",
    "고양이가 지붕 위에서 잔다.",
    "ကြောင်သည် အိမ်ခေါင်မိုးပေါ်တွင် အိပ်သည်။",
    "the family 👨‍👩‍👧‍👦 moved to 🇫🇮 é̂n",
]


def spoken(code: str) -> Language:
    return Language(code, code, "", SCRIPTS.get(code, "Latn"))


EN = spoken("en")
texts = st.one_of(st.text(max_size=60), st.sampled_from(TEXTS), st.lists(st.sampled_from(TEXTS)).map(" ".join))
levels = st.floats(0, 1)
seeds = st.integers(0, 2**32)


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("en", "Don't pay 3.50 for e-mail, L'Oréal!", "Don't|pay|3.50|for|e|mail|L'Oréal"),
        ("en", "a_b 12:30 x:y 1,000.", "a_b|12|30|x:y|1,000"),
        ("fa", "می‌خواهم بروم", "می‌خواهم|بروم"),
        ("he", 'צה"ל "שלום"', 'צה"ל|שלום'),
        ("hi", "क्षत्रिय ने कहा।", "क्षत्रिय|ने|कहा"),
        ("ko", "고양이가 잔다.", "고양이가|잔다"),
        ("zh", "昨天我在北京。", "昨天|我|在|北京"),
        ("ja", "私は昨日本を借りた", "私|は|昨日|本|を|借り|た"),
        ("th", "เมื่อวานฉันไปห้องสมุด", "เมื่อวาน|ฉัน|ไป|ห้อง|สมุด"),
        ("th", "ใช้ iPhone รุ่นใหม่", "ใช้|iPhone|รุ่น|ใหม่"),
        ("my", "မြန်မာဗုဒ္ဓ၊", "မြန်|မာ|ဗုဒ္ဓ"),
        ("km", "ខ្មែរ", "ខ្មែ|រ"),
        ("lo", "ລາວ", "ລ|າ|ວ"),
        ("en", " … — !? 🙂 ", ""),
    ],
)
def test_words_are_what_a_reader_would_say(code: str, text: str, expected: str) -> None:
    assert "|".join(unit.text for unit in words(text, spoken(code))) == expected


@pytest.mark.parametrize("text", [TEXTS[0], TEXTS[1], TEXTS[2], TEXTS[6], "L'État n'a côl·laborat a_b x:y 1,5 и «так»"])
def test_words_with_spaces_are_the_default_ones_of_unicode(text: str) -> None:
    default = [part for part in regex.split(r"(?wV1)\b", text) if regex.search(r"[\p{L}\p{N}]", part)]

    assert [unit.text for unit in words(text, EN)] == default


@pytest.mark.parametrize("text", ["0\u1037", "a\u0e34", "e\u0301", "a\u17b6b"])
def test_a_mark_stays_with_its_letter_or_digit_whatever_script_it_is_of(text: str) -> None:
    assert [word.text for word in words(text, spoken("en"))] == [text]


@given(texts, st.sampled_from(sorted(SCRIPTS)))
def test_words_stand_in_the_text_one_after_another(text: str, code: str) -> None:
    found = words(text, spoken(code))

    assert all(text[unit.start : unit.end] == unit.text for unit in found)
    assert all(one.end <= after.start for one, after in pairwise(found))
    assert all(regex.search(r"[\p{L}\p{N}]", unit.text) for unit in found)


@given(texts)
def test_graphemes_make_up_the_text_and_none_begins_with_a_mark(text: str) -> None:
    found = graphemes(text)

    assert "".join(unit.text for unit in found) == text
    assert not any(regex.match(r"\p{M}", unit.text) for unit in found[1:] if not text[unit.start - 1].isspace())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("नमस्ते", "न|म|स्ते"),
        ("นำ้", "นำ้"),
        ("မာန်", "မာ|န်"),
        ("ខ្មែរ", "ខ្មែ|រ"),
        ("👨‍👩‍👧‍👦🇫🇮1️⃣", "👨‍👩‍👧‍👦|🇫🇮|1️⃣"),
        ("e\u0301\u0302x", "e\u0301\u0302|x"),
    ],
)
def test_marks_and_joiners_stay_with_their_base(text: str, expected: str) -> None:
    assert "|".join(unit.text for unit in graphemes(text)) == expected


def differs(piece: Piece, text: str) -> bool:
    """Whether a piece is not what stood in its place: the texts themselves may hold what `shout` puts around a word."""
    return piece.text != text[piece.start : piece.end]


def shout(word: str, rng: Random) -> str:
    return f"<{word}{int(rng.random() * 100)}>"


@pytest.mark.parametrize("change", [change_words, change_characters])
@given(text=texts, code=st.sampled_from(sorted(SCRIPTS)), one=levels, other=levels, seed=seeds)
def test_what_a_level_changes_a_higher_one_changes_too(change, text, code, one, other, seed) -> None:
    low, high = (
        {(p.text, p.start) for p in change(text, spoken(code), level, Random(seed), shout) if differs(p, text)}
        for level in sorted((one, other))
    )

    assert low <= high


@given(texts, st.sampled_from(sorted(SCRIPTS)), levels, seeds)
def test_the_share_is_off_by_less_than_one_unit(text: str, code: str, level: float, seed: int) -> None:
    pieces = change_words(text, spoken(code), level, Random(seed), shout)

    assert pieces.units == len(words(text, spoken(code)))
    assert abs(pieces.units_changed - level * pieces.units) < 1
    assert pieces.units_changed == sum(differs(piece, text) for piece in pieces)


def test_the_share_is_exact_in_expectation() -> None:
    hits = [change_words("one two three", EN, 0.15, Random(seed), shout).units_changed for seed in range(4000)]

    assert sum(hits) / 12000 == pytest.approx(0.15, abs=0.01)


def test_every_unit_is_as_likely_as_any_other() -> None:
    counts = Counter(number for seed in range(6000) for number, _ in chosen(6, 0.5, Random(seed)))

    assert sorted(counts) == list(range(6))
    assert all(count == pytest.approx(3000, abs=200) for count in counts.values())


@given(texts, seeds)
def test_level_0_changes_nothing_and_level_1_every_word(text: str, seed: int) -> None:
    nothing = change_words(text, EN, 0.0, Random(seed), shout)
    everything = change_words(text, EN, 1.0, Random(seed), shout)

    assert "".join(piece.text for piece in nothing) == text
    assert nothing.units_changed == 0
    assert everything.units_changed == everything.units == len(words(text, EN))


def test_words_that_are_not_eligible_are_neither_changed_nor_counted() -> None:
    pieces = change_words("a bc d ef", EN, 1.0, Random(0), shout, eligible=lambda word: len(word) > 1)

    assert [piece.text[:3] for piece in pieces] == ["a ", "<bc", " d ", "<ef"]
    assert (pieces.units, pieces.units_changed) == (2, 2)


def test_an_edit_that_changes_nothing_is_not_counted() -> None:
    pieces = change_words("one two", EN, 1.0, Random(0), lambda word, rng: word)

    assert pieces.units_changed == 0


def test_characters_that_are_changed_hold_letters_or_digits() -> None:
    pieces = change_characters("a, é! 👍", EN, 1.0, Random(0), lambda grapheme, rng: "#")

    assert "".join(piece.text for piece in pieces) == "#, #! 👍"
    assert pieces.units == 2


def test_global_chance_is_left_alone() -> None:
    random.seed(7)
    before = random.getstate()

    change_words(TEXTS[0], EN, 0.5, Random(0), shout)

    assert random.getstate() == before
