from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scripts import ALL, any_text

from xeval.text.manywords import words_of
from xeval.text.segmentation import spans_of_words


def found(texts: list[str], script: str) -> list[list[tuple[int, int]]]:
    words = words_of(texts, script)
    per_text: list[list[tuple[int, int]]] = [[] for _ in texts]
    for start, end, text in zip(words.starts, words.ends, words.texts, strict=True):
        first = words.firsts[text]
        per_text[text].append((int(start - first), int(end - first)))
    return per_text


@given(texts=st.lists(any_text(), max_size=5), script=st.sampled_from(["Latn", "Jpan", "Hant", "Hans", "Thai", "Mymr"]))
@example(["1,๒ 3.14 a'b a'1", "", "\n", 'צה"ל', "l'eau", "_x__y", "\u0301a", "日\u0301a"], "Latn")
@example(["0\u1037 a", "a\u0e34'b", "ก\u0e34a", "a\u1037\u1000b"], "Latn")
@settings(max_examples=300, deadline=None)
def test_words_of_many_texts_are_those_of_each(texts: list[str], script: str) -> None:
    assert found(texts, script) == [list(spans_of_words(text, script)) for text in texts]


@pytest.mark.parametrize("code", ALL)
def test_words_of_a_sentence_in_every_script(code: str) -> None:
    sentence, script = ALL[code]

    assert found([sentence, sentence], script) == [list(spans_of_words(sentence, script))] * 2
