"""How the MLQA script compares two answers: by rules of their language."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from xeval.errors import UnknownName
from xeval.scores.answers import bag_f1
from xeval.values import Prediction, Question

# The words that the script takes out, as it has them: for Vietnamese some are no articles, and the Arabic one goes
# wherever it stands, also inside a word (its pattern has two branches, of which only that one can match).
ARTICLES = {
    "ar": re.compile("ال"),
    "de": re.compile(r"\b(ein|eine|einen|einem|eines|einer|der|die|das|den|dem|des)\b"),
    "en": re.compile(r"\b(a|an|the)\b"),
    "es": re.compile(r"\b(un|una|unos|unas|el|la|los|las)\b"),
    "hi": None,
    "vi": re.compile(r"\b(của|là|cái|chiếc|những)\b"),
    "zh": None,
}
IDEOGRAPH = re.compile("([\u4e00-\u9fa5])")


def mlqa(compare: Callable[[str, str, str], float]) -> Callable[[Question, Prediction], tuple[float, ...]]:
    """(the best comparison with any gold answer by the rules of the example's language, 1)."""

    def statistics(example: Question, said: Prediction) -> tuple[float, ...]:
        golds = [answer.text for answer in example.answers] or [""]
        return max(compare(gold, said.value, example.language) for gold in golds), 1.0

    return statistics


def mlqa_f1(gold: str, said: str, language: str) -> float:
    """F1 of the bags of words; 0 if they share nothing. Raises UnknownName for a language that MLQA has not."""
    return bag_f1(mlqa_words(gold, language), mlqa_words(said, language))


def mlqa_exact(gold: str, said: str, language: str) -> float:
    """1 if both are the same words. Raises UnknownName for a language that MLQA has not."""
    return float(mlqa_words(gold, language) == mlqa_words(said, language))


@lru_cache(maxsize=4096)  # a gold answer is compared with what every system says
def mlqa_words(answer: str, language: str) -> tuple[str, ...]:
    """The words of an answer in lower case, without any punctuation of Unicode and without the language's articles.

    An ideograph is a word of its own, in Chinese; elsewhere words are what spaces part.

    >>> mlqa_words("Der «Rote» Platz!", "de")
    ('rote', 'platz')
    """
    if language not in ARTICLES:
        raise UnknownName("language of MLQA", language, ARTICLES)
    text = "".join(letter for letter in answer.lower() if not is_punctuation(letter))
    articles = ARTICLES[language]
    text = articles.sub(" ", text) if articles else text
    return tuple((IDEOGRAPH.sub(r" \1 ", text) if language == "zh" else text).split())


def is_punctuation(letter: str) -> bool:
    """Whether Unicode calls it punctuation, or ASCII does, which counts symbols such as $ and + too."""
    return letter in string.punctuation or unicodedata.category(letter).startswith("P")
