"""How MultiCheckList compares answers, and its score: the share of cases with every question answered rightly."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from xeval.values import Prediction, Question

TESTS = ("comp", "intense", "props", "profession_nationality", "animal_vehicle", "animal_vehicle_v2")
# By language, which words are articles, and what is stripped beside commas, full stops and spaces: the rules of
# google-research/xtreme, multichecklist/generate_test_utils.py. Case counts.
ARTICLES = {
    "bn": "একটি একজন",
    "de": "ein eine einen",
    "el": "Ο ένα μια",
    "en": "a an the in at",
    "es": "un una unos unas el la los las",
    "eu": "bat",
    "fa": "یک",
    "fr": "un une le la en",
    "hi": "एक",
    "hu": "egy",
    "it": "un una",
    "ml": "ഒരു",
    "mr": "एक",
    "my": "တစ်ဦး",
    "nl": "een",
    "pa": "ਇੱਕ ਇਕ",
    "pt": "um uma",
    "ta": "ஒரு",
    "tl": "Si",
    "tr": "bir",
    "vi": "một",
    "wo": "dafa",
    "yo": "kan",
}
OPEN = ("bn", "hi", "ml", "mr", "my", "pa", "ta")  # where an article may be the beginning of a word
PATTERNS = {
    code: rf"\b(?:{'|'.join(words.split())})" + ("" if code in OPEN else r"\b") for code, words in ARTICLES.items()
}
PATTERNS |= {"af": r"’n\b", "ar": "ال"}
STRIPPED = {
    "bn": "৷",
    "hi": "৷",
    "pa": "।",
    "pl": "„”",
    "ur": "\u200f",
}


def plain(answer: str, language: str) -> str:
    """An answer as MultiCheckList compares it: articles are spaces, and its ends are stripped.

    >>> plain("the round table.", "en"), plain("Der", "de")
    ('round table', 'Der')
    """
    articles = PATTERNS.get(language)
    text = re.sub(articles, " ", answer) if articles else answer
    return text.strip(",. " + STRIPPED.get(language, ""))


def passed(test: str = "") -> Callable[[Question, Prediction], tuple[float, ...]]:
    """(right, 1) of a question of the test, or of any; (0, 0) of another. Its group is `TEST CASE`."""

    def statistics(example: Question, said: Prediction) -> tuple[float, ...]:
        if test and example.group.partition(" ")[0] != test:
            return 0.0, 0.0
        wanted = (plain(answer.text, example.language) for answer in example.answers)
        return float(plain(said.value, example.language) in set(wanted)), 1.0

    return statistics


def by_case(rows: Sequence[tuple[float, ...]], groups: Sequence[str]) -> list[tuple[float, ...]]:
    """(all right, 1) at the first question of each group, and (0, 0) at its others."""
    worst: dict[str, tuple[float, ...]] = {}
    for row, group in zip(rows, groups, strict=True):
        worst[group] = min(row, worst.get(group, row))
    return [worst.pop(group, (0.0, 0.0)) for group in groups]
