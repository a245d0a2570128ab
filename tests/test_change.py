from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xeval.errors import BadData, BadPlugin
from xeval.text.change import Changed, changed
from xeval.text.tokens import sentence
from xeval.text.units import change_characters, change_words, words
from xeval.values import (
    Answer,
    Document,
    LabelledText,
    Language,
    MultipleChoice,
    Piece,
    Question,
    SentencePair,
    TaggedTokens,
)

EN = Language("en", "English", "", "Latn")


@dataclass
class Toy:
    """A perturbation made of a function of text, level and chance."""

    pieces: Callable[[str, float, Random], Sequence[Piece]]
    name: str = "toy"
    version: str = "1"

    def covers(self, language: Language) -> bool:
        return True

    def perturb(self, text: str, language: Language, level: float, rng: Random) -> Sequence[Piece]:
        return self.pieces(text, level, rng)


def pieces_of(text: str, *spans: tuple[int, int] | str) -> list[Piece]:
    """Pieces from stretches of a text, and from new texts that are inserted where the last one ended."""
    pieces, at = [], 0
    for span in spans:
        start, end = (at, at) if isinstance(span, str) else span
        pieces.append(Piece(span if isinstance(span, str) else text[start:end], start, end))
        at = end
    return pieces


SHOUT = Toy(lambda text, level, rng: change_words(text, EN, level, rng, lambda word, own: word.upper() + "!"))
EMPTY = Toy(lambda text, level, rng: change_words(text, EN, level, rng, lambda word, own: ""))
REVERSE = Toy(lambda text, level, rng: [Piece(text[i], i, i + 1) for i in reversed(range(len(text)))])
DROP = Toy(lambda text, level, rng: [] if not level else _without(text, level, rng))
SHUFFLE = Toy(lambda text, level, rng: _shuffled(text, rng) if level else [Piece(text, 0, len(text))])


def _without(text: str, level: float, rng: Random) -> list[Piece]:
    """Words left out, each with the space before it, or else the one after it."""
    gone = [unit for unit in words(text, EN) if rng.random() < level]
    holes = {i for unit in gone for i in range(max(0, unit.start - 1), unit.end + (unit.start == 0))}
    return [Piece(text[i], i, i + 1) for i in range(len(text)) if i not in holes]


def _shuffled(text: str, rng: Random) -> list[Piece]:
    units, order = words(text, EN), list(range(len(words(text, EN))))
    rng.shuffle(order)
    pieces, at = [], 0
    for unit, number in zip(units, order, strict=True):
        pieces += [
            Piece(text[at : unit.start], at, unit.start),
            Piece(units[number].text, units[number].start, units[number].end),
        ]
        at = unit.end
    return [*pieces, Piece(text[at:], at, len(text))]


def tagged(sentence: str, tags: str) -> TaggedTokens:
    return TaggedTokens("7", "en", tuple(sentence.split()), tuple(tags.split()))


def question(context: str, *answers: str) -> Question:
    return Question("q", "en", "who was it", context, tuple(Answer(a, context.index(a)) for a in answers))


PERSON = tagged("Ada Byron met Charles near London Bridge", "B-PER I-PER O B-PER O B-LOC I-LOC")


# ------------------------------------------------------------------------------------------------------ plain texts


def test_both_texts_of_a_pair_are_changed_and_the_label_stays() -> None:
    new = changed(LabelledText("1", "en", ("one two", "three"), "yes"), SHOUT, 1.0, EN, 0)

    assert new == Changed(LabelledText("1", "en", ("ONE! TWO!", "THREE!"), "yes"), 3, 3)


def test_prompt_and_choices_are_changed_and_the_answer_stays() -> None:
    new = changed(MultipleChoice("1", "en", "why", ("a b", "c"), 1), SHOUT, 1.0, EN, 0).example

    assert new == MultipleChoice("1", "en", "WHY!", ("A! B!", "C!"), 1)


def test_only_the_side_of_a_pair_that_is_searched_with_is_changed() -> None:
    new = changed(SentencePair("1", "de", "hallo du", "hello you"), SHOUT, 1.0, EN, 0).example

    assert new == SentencePair("1", "de", "HALLO! DU!", "hello you")


def test_every_segment_of_a_document_is_changed() -> None:
    new = changed(Document("1", "en", ("a", "", "b c")), SHOUT, 1.0, EN, 0)

    assert new == Changed(Document("1", "en", ("A!", "", "B! C!")), 3, 3)


def test_chance_depends_on_seed_name_language_uid_and_field() -> None:
    base = LabelledText("1", "en", ("a b c d e f g h i j k l",) * 2, "yes")
    first = changed(base, SHOUT, 0.5, EN, 0).example

    assert isinstance(first, LabelledText)
    assert first.texts[0] != first.texts[1]
    assert first == changed(base, SHOUT, 0.5, EN, 0).example
    assert first != changed(base, SHOUT, 0.5, EN, 1).example
    assert first != changed(base, SHOUT, 0.5, Language("de", "German", "", "Latn"), 0).example
    assert first != changed(base, Toy(SHOUT.pieces, "other"), 0.5, EN, 0).example
    assert first.texts != changed(LabelledText("2", "en", base.texts, "yes"), SHOUT, 0.5, EN, 0).example.texts


# ---------------------------------------------------------------------------------------------------- measuring


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (pieces_of("one two three", (0, 13)), 0),
        (pieces_of("one two three", (0, 4), (4, 13)), 0),
        (pieces_of("one two three", (0, 4), "x", (4, 13)), 0),
        (pieces_of("one two three", (0, 5), "x", (5, 13)), 1),
        (pieces_of("one two three", (0, 4), (8, 13)), 1),
        (pieces_of("one two three", (4, 7), (3, 4), (0, 3), (7, 13)), 1),
        (pieces_of("one two three", "ONE TWO"), 3),
        ([], 3),
    ],
)
def test_words_that_did_not_survive_whole_and_in_place_are_counted(pieces: list[Piece], expected: int) -> None:
    new = changed(SentencePair("1", "en", "one two three", ""), Toy(lambda text, level, rng: pieces), 1.0, EN, 0)

    assert (new.units, new.units_changed) == (3, expected)


@pytest.mark.parametrize(
    "wrong", ["text", None, ["text"], [Piece("a", 2, 1)], [Piece("a", 0, 99)], [Piece("a", -1, 1)], [Piece(b"a", 0, 1)]]
)
def test_what_are_no_pieces_is_refused_by_name(wrong: object) -> None:
    with pytest.raises(BadPlugin, match=r"perturbation 'toy' gave .* for '1' \(en, text\)"):
        changed(SentencePair("1", "en", "one two", ""), Toy(lambda text, level, rng: wrong), 1.0, EN, 0)


# ------------------------------------------------------------------------------------------------------- tagging


def test_tokens_keep_their_tags() -> None:
    new = changed(PERSON, SHOUT, 1.0, EN, 0)

    assert new.example == tagged("ADA! BYRON! MET! CHARLES! NEAR! LONDON! BRIDGE!", " ".join(PERSON.tags))
    assert (new.units, new.units_changed, new.skipped) == (7, 7, False)


def test_emptied_tokens_stay_and_are_not_counted() -> None:
    shrink = Toy(lambda text, level, rng: change_words(text, EN, level, rng, lambda word, own: word[4:]))

    assert changed(PERSON, shrink, 1.0, EN, 0) == Changed(
        tagged("Ada n met les near on ge", " ".join(PERSON.tags)), 7, 4
    )
    assert changed(PERSON, EMPTY, 1.0, EN, 0) == Changed(PERSON, 7, 0, skipped=True)


def test_a_token_that_would_hold_white_space_stays() -> None:
    split = Toy(lambda text, level, rng: change_words(text, EN, level, rng, lambda word, own: word[0] + " " + word[1:]))

    assert changed(PERSON, split, 1.0, EN, 0) == Changed(PERSON, 7, 0, skipped=True)


def test_spaces_between_tokens_may_go_and_the_tokens_stay_apart() -> None:
    joined = Toy(lambda text, level, rng: [Piece(text[i], i, i + 1) for i in range(len(text)) if text[i] != " "])

    assert changed(PERSON, joined, 1.0, EN, 0).example == PERSON


@pytest.mark.parametrize(
    ("pieces", "sentence", "tags"),
    [
        ([(4, 40)], "Byron met Charles near London Bridge", "B-PER O B-PER O B-LOC I-LOC"),
        ([(0, 3), (9, 40)], "Ada met Charles near London Bridge", "B-PER O B-PER O B-LOC I-LOC"),
        ([(0, 9), (13, 40)], "Ada Byron Charles near London Bridge", "B-PER I-PER B-PER O B-LOC I-LOC"),
        ([(0, 33)], "Ada Byron met Charles near London", "B-PER I-PER O B-PER O B-LOC"),
        (
            [(34, 40), (26, 34), (0, 26)],
            "Bridge London Ada Byron met Charles near",
            "B-LOC I-LOC B-PER I-PER O B-PER O",
        ),
        (
            [(14, 21), (3, 14), (0, 3), (21, 40)],
            "Charles Byron met Ada near London Bridge",
            "B-PER B-PER O B-PER O B-LOC I-LOC",
        ),
    ],
)
def test_a_word_left_out_or_moved_takes_its_tag_along(pieces: list[tuple[int, int]], sentence: str, tags: str) -> None:
    toy = Toy(lambda text, level, rng: pieces_of(text, *pieces))

    assert changed(PERSON, toy, 1.0, EN, 0).example == tagged(sentence, tags)


@pytest.mark.parametrize(
    "pieces",
    [
        [Piece("Lovelace", 0, 9), Piece(" met Charles near London Bridge", 9, 40)],
        [Piece("Ad", 0, 2), Piece("met", 10, 13), Piece("a", 2, 3)],
        [],
    ],
)
def test_pieces_that_do_not_say_which_token_is_which_leave_the_sentence_clean(pieces: list[Piece]) -> None:
    assert changed(PERSON, Toy(lambda text, level, rng: pieces), 1.0, EN, 0) == Changed(PERSON, 7, 0, skipped=True)


def test_a_phrase_replaced_word_by_word_keeps_its_tags() -> None:
    toy = Toy(lambda text, level, rng: [Piece("Eda Biron", 0, 9), Piece(text[9:], 9, 40)])

    assert changed(PERSON, toy, 1.0, EN, 0).example == tagged(
        "Eda Biron met Charles near London Bridge", " ".join(PERSON.tags)
    )


def test_two_words_written_as_one_stay_two_tokens() -> None:
    toy = Toy(lambda text, level, rng: [Piece("AdaByron", 0, 9), Piece(text[9:], 9, 40)])

    assert changed(PERSON, toy, 1.0, EN, 0).example == PERSON


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ("京北是很大", "京 北 是 很 大"),
        ("北京京是很大", "北 京京 是 很 大"),
        ("北海是很大", "北 海 是 很 大"),
        ("北京是大", "北 京 是 很 大"),
    ],
)
def test_tokens_of_scripts_without_spaces_are_changed_as_running_text(new: str, expected: str) -> None:
    old = tagged("北 京 是 很 大", "B-LOC I-LOC O O O")
    toy = Toy(lambda text, level, rng: [Piece(new, 0, len(text))])

    assert sentence(old.tokens).text == "北京是很大"
    assert changed(old, toy, 1.0, EN, 0).example == tagged(expected, " ".join(old.tags))


def test_a_space_parts_tokens_of_which_one_has_spaces() -> None:
    assert sentence(("我", "用", "iPhone", "15", "拍", "照")).text == "我用 iPhone 15 拍照"


def test_tags_that_are_not_one_to_a_token_are_refused() -> None:
    with pytest.raises(BadData, match="2 tokens have 1 tags"):
        changed(TaggedTokens("7", "en", ("a", "b"), ("O",)), SHOUT, 0.5, EN, 0)


tags = st.sampled_from(["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "NOUN"])
tokens = st.lists(st.tuples(st.text("abcé-'.1", min_size=1, max_size=5), tags), min_size=1, max_size=8)


@pytest.mark.parametrize("by", [SHOUT, EMPTY, DROP, SHUFFLE, REVERSE])
@settings(max_examples=40)
@given(tokens=tokens, seed=st.integers(0, 99), level=st.floats(0, 1))
def test_there_is_always_a_tag_to_a_token(by: Toy, tokens: list[tuple[str, str]], seed: int, level: float) -> None:
    old = TaggedTokens("7", "en", tuple(token for token, _ in tokens), tuple(tag for _, tag in tokens))
    result = changed(old, by, level, EN, seed)
    new = result.example

    assert isinstance(new, TaggedTokens)
    assert len(new.tokens) == len(new.tags) > 0
    assert all(token and not any(map(str.isspace, token)) for token in new.tokens)
    assert 0 <= result.units_changed <= result.units
    assert new == old if result.skipped else True


@given(tokens=tokens, seed=st.integers(0, 99))
def test_after_words_are_shuffled_every_entity_begins_with_its_b(tokens: list[tuple[str, str]], seed: int) -> None:
    names = [f"w{number}" for number in range(len(tokens))]
    lawful = [tag.replace("I-", "B-") for _, tag in tokens]
    new = changed(TaggedTokens("7", "en", tuple(names), tuple(lawful)), SHUFFLE, 1.0, EN, seed).example

    assert isinstance(new, TaggedTokens)
    assert dict(zip(new.tokens, new.tags, strict=True)) == dict(zip(names, lawful, strict=True))


# ------------------------------------------------------------------------------------------------------- questions

TOWER = question("In 1889 Gustave Eiffel built the tower in Paris", "Gustave Eiffel", "Eiffel", "Paris")


def test_protected_answers_stay_and_move_along() -> None:
    new = changed(TOWER, SHOUT, 1.0, EN, 0)

    assert isinstance(new.example, Question)
    assert new.example.context == "IN! 1889! Gustave Eiffel BUILT! THE! TOWER! IN! Paris"
    assert new.example.answers == (Answer("Gustave Eiffel", 10), Answer("Eiffel", 18), Answer("Paris", 48))
    assert new.example.question == "WHO! WAS! IT!"
    assert (new.units, new.units_changed) == (9, 9)


def test_remapped_answers_are_what_became_of_them() -> None:
    new = changed(TOWER, SHOUT, 1.0, EN, 0, "remap")

    assert isinstance(new.example, Question)
    assert [answer.text for answer in new.example.answers] == ["GUSTAVE! EIFFEL!", "EIFFEL!", "PARIS!"]
    assert (new.units, new.units_changed) == (12, 12)


def test_with_question_only_the_context_is_as_it_was() -> None:
    new = changed(TOWER, SHOUT, 1.0, EN, 0, "question-only")

    assert isinstance(new.example, Question)
    assert (new.example.context, new.example.answers) == (TOWER.context, TOWER.answers)
    assert (new.example.question, new.units) == ("WHO! WAS! IT!", 3)


def test_a_question_whose_answer_is_lost_stays_clean_and_is_counted() -> None:
    assert changed(TOWER, EMPTY, 1.0, EN, 0, "remap") == Changed(TOWER, 12, 0, skipped=True)
    assert changed(question("one two", "two"), DROP, 1.0, EN, 0, "remap").skipped


def test_a_question_without_an_answer_is_changed_all_over() -> None:
    new = changed(question("none of it"), SHOUT, 1.0, EN, 0).example

    assert isinstance(new, Question)
    assert new.context == "NONE! OF! IT!"


def test_an_answer_that_is_not_in_its_context_is_refused() -> None:
    with pytest.raises(BadData, match=r"example 'q' \(en\): the answer 'tower' is not at character 3"):
        changed(Question("q", "en", "what", "the tower", (Answer("tower", 3),)), SHOUT, 0.1, EN, 0)


contexts = st.text("ab éü文字.क्षि ", max_size=30)


@pytest.mark.parametrize("policy", ["protect", "remap", "question-only"])
@pytest.mark.parametrize("by", [SHOUT, EMPTY, DROP, SHUFFLE, REVERSE])
@settings(max_examples=40)
@given(context=contexts, data=st.data(), level=st.floats(0, 1), seed=st.integers(0, 99))
def test_answers_are_found_where_they_are_said_to_be(by, policy, context, data, level, seed) -> None:
    bounds = st.lists(st.tuples(*[st.integers(0, len(context))] * 2).map(sorted), max_size=3)
    answers = tuple(Answer(context[start:end], start) for start, end in data.draw(bounds))
    old = Question("q", "en", "who did", context, answers)
    result = changed(old, by, level, EN, seed, policy)
    new = result.example

    assert isinstance(new, Question)
    assert all(new.context[a.start : a.start + len(a.text)] == a.text for a in new.answers)
    assert len(new.answers) == len(answers)
    if policy == "protect":
        assert [a.text for a in new.answers] == [a.text for a in answers]
    assert new == old if result.skipped else True


def test_character_noise_is_confined_to_the_stretches_between_answers() -> None:
    cross = Toy(lambda text, level, rng: change_characters(text, EN, level, rng, lambda grapheme, own: "x"))
    new = changed(question("ab Paris cd", "Paris"), cross, 1.0, EN, 0).example

    assert isinstance(new, Question)
    assert new.context == "xx Paris xx"
