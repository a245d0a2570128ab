"""Dictionaries: read from a file, or induced from sentences and their translations."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from xeval.api import BadFile, Language, words
from xeval.plugins.perturbations.natural import lines_of

Lexicon = Mapping[str, tuple[str, ...]]  # a word in small letters to its translations, the likeliest first
Chances = dict[str, dict[str, float]]
Pair = tuple[list[str], list[str]]

ROUNDS = 5  # of expectation maximisation
LARGEST = 2500  # words times words of a pair: longer texts cost most and tell least
ENOUGH = 3000  # pairs
SEEN = 2  # times that a word must be seen to be known


@cache
def read_dictionary(path: Path) -> Mapping[str, Lexicon]:
    """Language to lexicon, from rows of `word TAB translation TAB language`. Raises BadFile with every bad row."""
    found: dict[str, dict[str, dict[str, None]]] = {}
    problems: list[str] = []
    for number, line in enumerate(lines_of(path), 1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.split("\t")]
        if len(parts) != 3 or not all(parts):
            problems.append(f"{path}:{number}: {_wrong(parts)}")
            continue
        word, translation, code = parts
        found.setdefault(code, {}).setdefault(word.lower(), {})[translation] = None
    if problems:
        raise BadFile(str(path), problems, hint="A row is: word TAB translation TAB language of the word.")
    return {code: {word: tuple(to) for word, to in of.items()} for code, of in found.items()}


def _wrong(parts: Sequence[str]) -> str:
    if len(parts) != 3:
        return f"it has {len(parts)} columns, not 3"
    return f"the {('word', 'translation', 'language')[[bool(part) for part in parts].index(False)]} is empty"


def induced(pairs: Iterable[tuple[str, str]], language: Language, source: Language) -> Lexicon:
    """Words of `language` and their translations in `source`, from texts in the one and the other.

    IBM Model 1 (Brown et al. 1993, section 4.2) in both directions; kept are words that are each other's likeliest
    translation and were both seen twice. Of many pairs the first are taken, and very long ones are passed over.
    """
    spelt = _spelt(pairs, language, source)
    forth = _best(model_1(spelt))
    back = _best(model_1([(to, of) for of, to in spelt]))
    seen = Counter(word for of, _ in spelt for word in set(of))
    times = Counter(word for _, to in spelt for word in set(to))
    return {
        word: (other,)
        for word, other in sorted(forth.items())
        if back.get(other) == word and other != word and min(seen[word], times[other]) >= SEEN
    }


def _spelt(pairs: Iterable[tuple[str, str]], language: Language, source: Language) -> list[Pair]:
    found: list[Pair] = []
    for text, translation in pairs:
        pair = _small(text, language), _small(translation, source)
        if 0 < len(pair[0]) * len(pair[1]) <= LARGEST:
            found.append(pair)
        if len(found) == ENOUGH:
            break
    return found


def _small(text: str, language: Language) -> list[str]:
    return [unit.text.lower() for unit in words(text, language)]


def model_1(pairs: Sequence[Pair]) -> Chances:
    """The chance of each word of the second texts, given one of the first: t(e|f), by `ROUNDS` of EM from uniform."""
    chances: Chances = defaultdict(dict)
    for of, to in pairs:
        for word in of:
            chances[word].update(dict.fromkeys(to, 1.0))
    for _ in range(ROUNDS):
        counts: Chances = defaultdict(lambda: defaultdict(float))
        for of, to in pairs:
            for other in to:
                whole = sum(chances[word][other] for word in of)
                for word in of:
                    counts[word][other] += chances[word][other] / whole
        chances = {word: _shares(others) for word, others in counts.items()}
    return chances


def _shares(counts: Mapping[str, float]) -> dict[str, float]:
    whole = sum(counts.values())
    return {word: count / whole for word, count in counts.items()}


def _best(chances: Chances) -> dict[str, str]:
    return {word: max(sorted(others), key=lambda other: others[other]) for word, others in chances.items()}
