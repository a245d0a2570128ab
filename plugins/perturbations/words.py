"""Words left out, said twice, put in, and in another order: the letters stay as they are."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from random import Random

from xeval.api import Language, Piece, Pieces, Unit, change_words, chosen, edited, hookimpl, words
from xeval.plugins.perturbations.letters import has_words
from xeval.plugins.perturbations.picking import draw, space_after

WINDOW = 3  # neighbouring words that change places


@dataclass(frozen=True)
class Dropped:
    """A share of the words is left out, each with a space beside it. One word, which luck decides, always stays."""

    name: str = "words.drop"
    version: str = "1"

    def covers(self, language: Language) -> bool:
        """All languages but those whose words cannot be told apart."""
        return has_words(language)

    def perturb(self, text: str, language: Language, level: float, rng: Random) -> Sequence[Piece]:
        """The text without the words hit."""
        found = words(text, language)
        stays = int(rng.random() * len(found))
        others = found[:stays] + found[stays + 1 :]
        hit = [others[number] for number, _ in chosen(len(others), level, rng)]
        gaps = {gap for unit in hit for gap in ((unit.start, unit.end), _space_beside(unit, text)) if gap}
        return edited(text, ((start, end, "") for start, end in sorted(gaps)), len(others), len(hit))


def _space_beside(unit: Unit, text: str) -> tuple[int, int] | None:
    """The space that goes with a word: the one after it, or the one before it where the sentence ends or pauses."""
    after = text[unit.end : unit.end + 1]
    if after.isspace():
        return unit.end, unit.end + 1
    ends = not after or (unicodedata.category(after)[0] == "P" and unicodedata.category(after) != "Pd")
    return (unit.start - 1, unit.start) if ends and text[max(unit.start - 1, 0) : unit.start].isspace() else None


@dataclass(frozen=True)
class Repeated:
    """A share of the words is said twice."""

    name: str = "words.repeat"
    version: str = "1"
    adds_words: bool = True

    def covers(self, language: Language) -> bool:
        """All languages but those whose words cannot be told apart."""
        return has_words(language)

    def perturb(self, text: str, language: Language, level: float, rng: Random) -> Sequence[Piece]:
        """The text with each word hit twice."""

        def edit(word: str, own: Random) -> str:
            return word + space_after(word, language) + word

        return change_words(text, language, level, rng, edit)


@dataclass(frozen=True)
class Inserted:
    """After a share of the words comes one more: any word of the same text, so that it is the language's own."""

    name: str = "words.insert"
    version: str = "1"
    adds_words: bool = True

    def covers(self, language: Language) -> bool:
        """All languages but those whose words cannot be told apart."""
        return has_words(language)

    def perturb(self, text: str, language: Language, level: float, rng: Random) -> Sequence[Piece]:
        """The text with a filler after each word hit."""
        fillers = sorted({unit.text for unit in words(text, language)})

        def edit(word: str, own: Random) -> str:
            return word + space_after(word, language) + draw(fillers, own)

        return change_words(text, language, level, rng, edit)


@dataclass(frozen=True)
class Shuffled:
    """Three neighbouring words change places, in a share of all such threes; the level counts threes, not words.

    Only words with nothing but white space between them are neighbours; one that touches a full stop stays. The text
    is cut into threes at a place that luck decides; what is left over at an end makes a two.
    """

    name: str = "words.shuffle"
    version: str = "1"

    def covers(self, language: Language) -> bool:
        """All languages but those whose words cannot be told apart."""
        return has_words(language)

    def perturb(self, text: str, language: Language, level: float, rng: Random) -> Sequence[Piece]:
        """The text with the words of each three that is hit in another order."""
        found = list(_windows(text, words(text, language), int(rng.random() * WINDOW)))
        hit = {number: Random(seed) for number, seed in chosen(len(found), level, rng)}
        became = {
            slot.start: word
            for number in hit
            for slot, word in zip(found[number], _another_order(found[number], hit[number]), strict=True)
        }
        return Pieces(_placed(text, found, became), len(found), len(hit))


def _windows(text: str, units: Sequence[Unit], offset: int) -> Iterator[list[Unit]]:
    """Neighbouring words in threes, each of which can be put in an order that reads otherwise."""
    for run in _runs(text, units):
        starts = [0, *range(offset or WINDOW, len(run), WINDOW)]
        for start, end in zip(starts, [*starts[1:], len(run)], strict=True):
            if len({unit.text for unit in run[start:end]}) > 1:
                yield run[start:end]


def _runs(text: str, units: Sequence[Unit]) -> Iterator[list[Unit]]:
    """Words one after the other, parted by white space or by nothing; one that touches anything else ends a run."""
    run: list[Unit] = []
    ends = {0, *(unit.end for unit in units)}
    starts = {len(text), *(unit.start for unit in units)}
    for unit in units:
        alone = (unit.start in ends or text[unit.start - 1].isspace()) and (
            unit.end in starts or text[unit.end].isspace()
        )
        if run and (not alone or text[run[-1].end : unit.start].strip()):
            yield run
            run = []
        run += [unit] if alone else []
    if run:
        yield run


def _another_order(window: Sequence[Unit], rng: Random) -> Sequence[Unit]:
    old = [unit.text for unit in window]
    return draw([new for new in permutations(window) if [unit.text for unit in new] != old], rng)


def _placed(text: str, windows: Sequence[Sequence[Unit]], became: dict[int, Unit]) -> Iterator[Piece]:
    """The pieces of a text in which words stand where others stood."""
    done = 0
    for slot in (unit for window in windows for unit in window if unit.start in became):
        if slot.start > done:
            yield Piece(text[done : slot.start], done, slot.start)
        word = became[slot.start]
        yield Piece(word.text, word.start, word.end)
        done = slot.end
    if done < len(text):
        yield Piece(text[done:], done, len(text))


@hookimpl
def xeval_perturbations() -> list[Dropped | Repeated | Inserted | Shuffled]:
    """Four kinds; none stands for the others, since their levels count different things."""
    return [Dropped(), Repeated(), Inserted(), Shuffled()]
