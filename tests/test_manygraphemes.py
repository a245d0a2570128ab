from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from scripts import any_text

from xeval.text.manygraphemes import graphemes_of, spelt
from xeval.text.manywords import joined, words_of
from xeval.text.segmentation import CONTENT, GRAPHEME


@given(texts=st.lists(any_text(), min_size=1, max_size=4), script=st.sampled_from(["Latn", "Jpan", "Thai", "Mymr"]))
@settings(max_examples=400, deadline=None)
def test_graphemes_of_many_words_are_those_of_each(texts: list[str], script: str) -> None:
    words = words_of(texts, script)
    found = graphemes_of(words)
    spelt = [words.whole[start:end] for start, end in zip(found.starts, found.ends, strict=True)]

    for start, end, first, count in zip(words.starts, words.ends, found.firsts, found.counts, strict=True):
        assert spelt[first : first + count] == GRAPHEME.findall(words.whole[start:end])


@given(text=any_text())
@settings(max_examples=200, deadline=None)
def test_graphemes_written_alike_have_one_name_and_others_another(text: str) -> None:
    words = words_of([text], "Latn")
    found = graphemes_of(words)
    spelt = [words.whole[start:end] for start, end in zip(found.starts, found.ends, strict=True)]

    assert len({*spelt}) == len({*found.names.tolist()}) == len({*zip(spelt, found.names.tolist(), strict=True)})


@given(text=any_text())
@settings(max_examples=200, deadline=None)
def test_a_word_is_uneven_if_two_neighbouring_graphemes_differ(text: str) -> None:
    words = words_of([text], "Latn")
    pairs = zip(words.starts, words.ends, strict=True)

    assert (graphemes_of(words).different > 0).tolist() == [
        len(set(GRAPHEME.findall(words.whole[start:end]))) > 1 for start, end in pairs
    ]


@given(texts=st.lists(any_text(), max_size=4))
@example(["क्\n ्क", "", " \u0301a", "ล\u0e33 ်လ", "\u0600 1a", "👩\u200d👩 é\r\n\u0301b", "\n", "ⓐ1️⃣"])
@settings(max_examples=400, deadline=None)
def test_graphemes_of_many_texts_are_those_of_each_that_hold_a_letter_or_a_digit(texts: list[str]) -> None:
    one = joined(texts)
    starts, ends = spelt(one)
    found = list(zip((starts - one.firsts[one.texts_at(starts)]).tolist(), starts.tolist(), ends.tolist(), strict=True))

    assert [(at, one.whole[start:end]) for at, start, end in found] == [
        (match.start(), match[0]) for text in texts for match in GRAPHEME.finditer(text) if CONTENT.search(match[0])
    ]
