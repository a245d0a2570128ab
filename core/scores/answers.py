"""How the SQuAD scripts compare two answers."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

ARTICLES = re.compile(r"\b(a|an|the)\b")
PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalised(answer: str) -> str:
    """An answer as the official SQuAD v1.1 script compares it: lower case, no ASCII punctuation, no English article.

    XQuAD and TyDiQA use the English rules for every language.

    >>> normalised("The  Broncos!")
    'broncos'
    """
    return " ".join(ARTICLES.sub(" ", answer.lower().translate(PUNCTUATION)).split())


def exact_match(gold: str, said: str) -> float:
    """1 if both are the same once normalised."""
    return float(normalised(gold) == normalised(said))


def word_f1(gold: str, said: str) -> float:
    """F1 of the bags of words; 1 if both are empty, as in SQuAD v2.

    >>> word_f1("the Denver Broncos", "Broncos")
    0.6666666666666666
    """
    wanted, got = normalised(gold).split(), normalised(said).split()
    return bag_f1(wanted, got) if wanted and got else float(wanted == got)


def shared_f1(gold: str, said: str) -> float:
    """F1 of the bags of words as in SQuAD v1.1: 0 if they share nothing, even where both are empty.

    >>> [shared_f1("the", "an"), word_f1("the", "an")]
    [0.0, 1.0]
    """
    return bag_f1(normalised(gold).split(), normalised(said).split())


def bag_f1(wanted: Sequence[str], got: Sequence[str]) -> float:
    """F1 of two bags of words; 0 if they share nothing."""
    shared = sum((Counter(wanted) & Counter(got)).values())
    if not shared:
        return 0.0
    precision, recall = shared / len(got), shared / len(wanted)
    return 2 * precision * recall / (precision + recall)
