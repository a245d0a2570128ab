from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from transformers import PreTrainedTokenizerFast

from xeval.formats.features import Feature, FloatArray
from xeval.formats.span_qa import SPAN_QA, slice_of
from xeval.formats.subwords import subwords_of
from xeval.tuning import Training
from xeval.values import Answer, Question

CONTEXT = "the small cat sat on the old mat where a black dog chased two cats in the garden today"
WORDS = CONTEXT.split()


def asking(answer: str, context: str = CONTEXT, question: str = "where does it sleep") -> Question:
    answers = (Answer(answer, context.index(answer)),) if answer else ()
    return Question("1", "en", question, context, answers)


def perfect(features: list[Feature]) -> list[FloatArray]:
    """What a model puts out that knows its targets."""
    outputs = []
    for feature in features:
        scores = np.zeros((feature.length, 2), dtype=np.float32)
        scores[feature.target[0], 0] = scores[feature.target[1], 1] = 9
        outputs.append(scores)
    return outputs


@how(deadline=None)
@given(
    first=st.integers(0, len(WORDS) - 1),
    count=st.integers(1, 4),
    length=st.integers(24, 90),
    stride=st.integers(0, 60),
    gap=st.sampled_from([" ", "  ", "\n", " "]),
)
def test_an_answer_survives_the_way_there_and_back(
    first: int, count: int, length: int, stride: int, gap: str, tiny_tokenizer: PreTrainedTokenizerFast
) -> None:
    context = gap.join(WORDS)
    words = WORDS[first : first + count]
    start = len(gap.join(WORDS[:first])) + (len(gap) if first else 0)
    example = Question("1", "en", "where", context, (Answer(gap.join(words), start),))
    settings = Training(max_length=length, stride=max(stride, 12))

    features = SPAN_QA.encode([example], subwords_of(tiny_tokenizer), settings, ())
    (said,) = SPAN_QA.decode([example], features, perfect(features), settings, ())

    if any(feature.target.any() for feature in features):
        assert said.value == example.answers[0].text
    assert all(feature.length <= length for feature in features)


def test_windows_cover_the_context_and_overlap_by_the_stride(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    subwords = subwords_of(tiny_tokenizer)
    context = subwords.pieces([CONTEXT])[0]

    features = SPAN_QA.encode([asking("mat")], subwords, Training(max_length=20, stride=3), ())

    places = [[tuple(span) for span in f.trace if span[0] >= 0] for f in features]
    assert len(features) > 2
    assert sorted({span for window in places for span in window}) == [
        tuple(span) for span in subwords.pieces_with_offsets([CONTEXT])[0][1]
    ]
    assert sum(map(len, places)) == len(context) + 3 * (len(features) - 1)
    assert all(left[-3:] == right[:3] for left, right in itertools.pairwise(places))


def test_windows_without_the_answer_point_at_the_first_sub_word(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    features = SPAN_QA.encode([asking("today")], subwords_of(tiny_tokenizer), Training(max_length=20, stride=3), ())

    assert not features[0].target.any()
    assert features[-1].target.all()


def test_a_question_keeps_its_beginning(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    subwords = subwords_of(tiny_tokenizer)
    example = asking("mat", question="where does the cat sleep today in the park")

    (feature,) = SPAN_QA.encode([example], subwords, Training(max_length=128, max_query=4), ())

    assert feature.second == (1 + 4 + 2,)
    assert list(feature.sequences[0][1:5]) == list(subwords.pieces([example.question])[0][:4])


@pytest.mark.parametrize("answer", ["the small cat", "small", "today", "s"])
def test_the_answer_is_the_slice_of_the_context(answer: str, tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    example = asking(answer)

    features = SPAN_QA.encode([example], subwords_of(tiny_tokenizer), Training(), ())
    (said,) = SPAN_QA.decode([example], features, perfect(features), Training(), ())

    assert answer in said.value  # a part of a sub-word brings the whole of it along
    assert answer == "s" or said.value == answer


def test_an_answer_keeps_the_marks_on_its_last_letter() -> None:
    assert slice_of("डेनवर की टीम", 6, 7) == "की"
    assert slice_of("the cat", 0, 3) == "the"


def test_spans_are_forward_and_no_longer_than_allowed(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    example = asking("mat")
    (feature,) = SPAN_QA.encode([example], subwords_of(tiny_tokenizer), Training(), ())
    inside = np.flatnonzero(feature.trace[:, 0] >= 0)
    scores = np.zeros((feature.length, 2), dtype=np.float32)
    scores[inside[8], 0] = scores[inside[0], 1] = 9  # backwards
    scores[inside[5], 0] = scores[inside[18], 1] = 8  # too long
    scores[inside[3], 0] = scores[inside[4], 1] = 7

    (said,) = SPAN_QA.decode([example], [feature], [scores], Training(max_answer=5), ())

    start, stop = feature.trace[inside[3], 0], feature.trace[inside[4], 1]
    assert said.value == CONTEXT[start:stop].strip()


def test_nothing_is_answered_only_where_some_question_has_no_answer(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    subwords = subwords_of(tiny_tokenizer)
    known, unknown = asking("mat"), asking("")
    features = SPAN_QA.encode([known, unknown], subwords, Training(), ())
    scores = [np.zeros((feature.length, 2), dtype=np.float32) for feature in features]
    for one in scores:
        one[0] = 9  # "no answer" wins everywhere

    both = SPAN_QA.decode([known, unknown], features, scores, Training(), ())
    alone = SPAN_QA.decode([known], features[:1], scores[:1], Training(), ())

    assert [said.value for said in both] == ["", ""]
    assert alone[0].value != ""


def test_an_empty_context_has_the_empty_answer(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    example = Question("1", "en", "where", "", ())

    features = SPAN_QA.encode([example], subwords_of(tiny_tokenizer), Training(), ())
    (said,) = SPAN_QA.decode([example], features, perfect(features), Training(), ())

    assert said.value == ""
