"""chrF and BLEU are those of sacrebleu."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics import BLEU, CHRF
from scripts import ALL, any_text

from xeval.running.discovery import discover
from xeval.text.overlap import bleu, chrf
from xeval.text.pieces import Damage, Text, damaged
from xeval.text.segmentation import spans_of_words
from xeval.values import Language

TEXTS = [text for text, _ in ALL.values()]


def split(text: str, script: str) -> str:
    return " ".join(text[start:end].replace(" ", "") for start, end in spans_of_words(text, script))


@given(pairs=st.lists(st.tuples(any_text(), any_text()), min_size=1, max_size=5))
@settings(max_examples=100, deadline=None)
def test_chrf_is_that_of_sacrebleu(pairs: list[tuple[str, str]]) -> None:
    new, old = [one for one, _ in pairs], [other for _, other in pairs]

    assert chrf(new, old) == pytest.approx(CHRF().corpus_score(new, [old]).score, abs=1e-9)


@pytest.mark.parametrize("level", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("code", ALL)
def test_bleu_is_that_of_sacrebleu_over_words(code: str, level: float) -> None:
    text, script = ALL[code]
    damage = Damage(discover().perturbations["noise"], level, Language(code, code, "", script), 0)
    new = [one.text for one in damaged([Text(text, str(n), "t") for n in range(5)], damage)]
    expected = BLEU(tokenize="none", force=True).corpus_score(
        [split(one, script) for one in new], [[split(text, script)] * 5]
    )

    assert bleu(new, [text] * 5, script) == pytest.approx(expected.score, abs=1e-9)


def test_unchanged_texts_are_at_100_and_others_below() -> None:
    assert chrf(TEXTS, TEXTS) == pytest.approx(100)
    assert chrf(TEXTS[1:] + TEXTS[:1], TEXTS) < 30
