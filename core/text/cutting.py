"""BudouX's models over many runs at once: the words of Chinese, Japanese and Thai, as its parser finds them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import budoux
import numpy as np
from numpy.typing import NDArray

from xeval.text.characters import BOUND, codes_of, flags_of, is_any

PAD = 3  # places between two runs, so that no feature sees both
# Where each feature begins, counted from the character that a word may begin with, and its length.
WINDOWS = {
    **{f"UW{number}": (number - 4, 1) for number in range(1, 7)},
    **{f"BW{number}": (number - 3, 2) for number in range(1, 4)},
    **{f"TW{number}": (number - 4, 3) for number in range(1, 5)},
}
Table = NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Model:
    """A model as flat tables: characters to small numbers, and those, pairs and triples of them to scores."""

    ids: NDArray[np.int16]  # of each code point; 0 for what no feature names
    characters: int  # how many numbers there are
    ones: Mapping[int, Table]  # scores by number; the key is where the feature begins
    twos: Mapping[int, Table]  # by number * characters + number
    pairs: NDArray[np.int16]  # the same, to a number for each pair that begins a triple
    triples: NDArray[np.int16]  # that number * characters + number, to a number for each triple
    threes: Mapping[int, Table]  # by that number
    threshold: int  # of twice the sum of the scores


def cuts(runs: Sequence[str], model: str) -> NDArray[np.int64]:
    """Where words begin in the runs written one after the other, the beginnings of the runs among them."""
    lengths = np.array([len(run) for run in runs])
    firsts = np.cumsum(lengths) - lengths
    tables = _model(model)
    codes = codes_of("".join(runs))
    at = np.arange(len(codes)) + PAD * (np.repeat(np.arange(len(runs)), lengths) + 1)  # the same places, spread out
    spread = np.zeros(int(at[-1]) + 1 + PAD, np.int16)
    spread[at] = tables.ids[codes]
    begins = 2 * _scores(spread, tables)[at - PAD] > tables.threshold
    begins &= ~is_any(flags_of(codes), BOUND)
    begins[firsts] = True
    return np.flatnonzero(begins)


def _scores(ids: NDArray[np.int16], model: Model) -> Table:
    """The sum of all features at each place but the first and last PAD."""
    one = ids.astype(np.intp)
    two = one[:-1] * model.characters + one[1:]
    three = model.triples.take(model.pairs.take(two[:-1]).astype(np.intp) * model.characters + one[2:])
    count = len(ids) - 2 * PAD
    total = np.zeros(count, np.int32)
    for numbers, tables in ((one, model.ones), (two, model.twos), (three, model.threes)):
        for by, table in tables.items():
            total += table.take(numbers[PAD + by : PAD + by + count])
    return total


@cache
def _model(name: str) -> Model:
    path = Path(budoux.__file__).with_name("models") / f"{name}.json"
    found: dict[str, dict[str, int]] = json.loads(path.read_text(encoding="utf-8"))
    by_length: dict[int, dict[int, dict[str, int]]] = {1: {}, 2: {}, 3: {}}
    for feature, (begins, length) in WINDOWS.items():
        scores = found.get(feature, {})  # among them some of another length, which the parser never looks up
        by_length[length][begins] = {text: score for text, score in scores.items() if len(text) == length}
    letters = sorted({letter for scores in found.values() for text in scores for letter in text})
    number = {letter: place for place, letter in enumerate(letters, 1)}
    ids = np.zeros(0x110000, np.int16)
    ids[[ord(letter) for letter in letters]] = np.arange(1, len(letters) + 1)
    pairs, triples, threes = _triples(by_length[3], number)
    return Model(
        ids=ids,
        characters=len(number) + 1,
        ones={at: _table(scores, number, 1) for at, scores in by_length[1].items()},
        twos={at: _table(scores, number, 2) for at, scores in by_length[2].items()},
        pairs=pairs,
        triples=triples,
        threes=threes,
        threshold=sum(sum(scores.values()) for scores in found.values()),
    )


def _table(scores: Mapping[str, int], number: Mapping[str, int], length: int) -> Table:
    table = np.zeros((len(number) + 1,) * length, np.int16)
    for text, score in scores.items():
        table[tuple(number[letter] for letter in text)] = score
    return table.ravel()


def _triples(features: Mapping[int, Mapping[str, int]], number: Mapping[str, int]) -> tuple[Any, Any, Any]:
    texts = sorted({text for scores in features.values() for text in scores})
    begun = {pair: place for place, pair in enumerate(sorted({text[:2] for text in texts}), 1)}
    pairs = np.zeros((len(number) + 1,) * 2, np.int16)
    for pair, place in begun.items():
        pairs[number[pair[0]], number[pair[1]]] = place
    triples = np.zeros((len(begun) + 1, len(number) + 1), np.int16)
    for place, text in enumerate(texts, 1):
        triples[begun[text[:2]], number[text[2]]] = place
    tables = {at: np.array([0, *(scores.get(text, 0) for text in texts)], np.int32) for at, scores in features.items()}
    return pairs.ravel(), triples.ravel(), tables
