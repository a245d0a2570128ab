"""What every perturbation promises, as checks: each yields what is wrong, in a sentence, or nothing."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator, Sequence
from math import sqrt
from random import Random

import numpy as np

from xeval.contracts import Perturbation
from xeval.testing.samples import HARD, SENTENCES, languages
from xeval.text.change import changed
from xeval.text.pieces import Damage, NewText, Text, damaged, kept
from xeval.text.units import graphemes
from xeval.values import LabelledText, Language

LEVELS = (0.1, 0.35, 0.7, 1.0)
Shown = list[tuple[str, Language]]


def shown(by: Perturbation) -> Shown:
    """The sentences in languages that a perturbation covers."""
    known = languages()
    return [(text, known[code]) for code, (text, _) in SENTENCES.items() if by.covers(known[code])]


def made(texts: Sequence[str], by: Perturbation, level: float, language: Language, seed: int = 0) -> list[NewText]:
    """What becomes of texts, each with chance of its own, as in a run."""
    return damaged([Text(text, str(n), "text") for n, text in enumerate(texts)], Damage(by, level, language, seed))


def covers_answers_yes_or_no(by: Perturbation) -> Iterator[str]:
    """`covers` gives a bool for each language."""
    for code, language in languages().items():
        answer = by.covers(language)
        if not isinstance(answer, bool):
            yield f"covers({code}) is {answer!r}; return True or False"
            return


def any_text_becomes_a_text(by: Perturbation) -> Iterator[str]:
    """No text raises; what comes back is a text: whole characters, normalised, the same each time."""
    for _, language in shown(by):
        for text in (SENTENCES[language.code][0], *HARD):
            old = unicodedata.normalize("NFC", text)
            new, again = (made([old], by, 0.5, language)[0] for _ in range(2))
            said = f"of {old!r} in {language.code} at 0.5"
            if new.text != again.text:
                yield f"what becomes {said} differs from call to call; draw all chance from `rng`"
            elif any(0xD800 <= ord(letter) < 0xE000 for letter in new.text):
                yield f"half of a character stands in what becomes {said}"
            elif not unicodedata.is_normalized("NFC", new.text):
                yield f"what becomes {said} is not in NFC; normalise what you put in"
            elif (new.units_changed > 0) != (new.text != old):
                yield f"{new.units_changed} units are counted as changed {said}, and the text is {new.text!r}"
            else:
                continue
            return


def level_0_changes_nothing(by: Perturbation) -> Iterator[str]:
    """At level 0 every text is as it was."""
    for text, language in shown(by):
        (new,) = made([text], by, 0.0, language)
        if new.text != text or new.units_changed:
            yield f"level 0 makes {new.text!r} of {text!r} ({language.code})"
            return


def levels_are_nested(by: Perturbation) -> Iterator[str]:
    """What a level changes, a higher one changes too, in the same way."""
    for text, language in shown(by):
        for seed in range(4):
            news = [made([text], by, level, language, seed)[0] for level in LEVELS]
            for low, high, level in zip(news, news[1:], LEVELS, strict=False):
                lost = changes(text, low) - changes(text, high)
                if lost:
                    start, end, new = min(lost)
                    yield (
                        f"levels are not nested: {text[start:end]!r} becomes {new!r} at {level}, and not at the next "
                        f"higher level ({language.code}); draw the luck of every unit, hit or not"
                    )
                    return


def changes(old: str, new: NewText) -> set[tuple[int, int, str]]:
    """The stretches of a text that became something else, and what."""
    return {(p.start, p.end, p.text) for p in new.pieces if p.text != old[p.start : p.end]}


def the_level_is_the_share_that_is_changed(by: Perturbation) -> Iterator[str]:
    """In every script, within what chance allows (99.99% of a binomial)."""
    for text, language in shown(by):
        for level in (0.1, 0.35):
            found = made([text] * 80, by, level, language)
            units, hit = sum(new.units for new in found), sum(new.units_changed for new in found)
            band = 3.9 * sqrt(level * (1 - level) * units) + 1e-9
            if abs(hit - level * units) > band:
                share = hit / units if units else 0.0
                yield f"level {level} changes {share:.0%} of the units of {text!r} ({language.code}), not {level:.0%}"
                return


def positions_are_drawn_for_each_example(by: Perturbation) -> Iterator[str]:
    """Two examples with one text are hit in places that have nothing to do with each other."""
    for text, language in shown(by)[:1]:
        hits = np.array([hit_places(text, new) for new in made([text] * 400, by, 0.25, language)])
        one, other = hits[::2], hits[1::2]
        rates = hits.mean(axis=0)
        mixed = (rates > 0) & (rates < 1)
        together, expected = (one & other).mean(axis=0)[mixed], (rates**2)[mixed]
        fixed = bool((rates == 1).any())  # at level 0.25 no place is hit for sure
        if fixed or np.any(np.abs(together - expected) > 6 * np.sqrt(expected / len(one)) + 4 / len(one)):
            yield f"the same places of {text!r} are hit in every example; draw them from `rng`"


def hit_places(old: str, new: NewText) -> np.ndarray:
    """Which characters of a text were changed, and at which an insertion stands, (len(old) + 1,)."""
    stays = np.zeros(len(old) + 1, bool)
    stays[len(old)] = True
    for start, end in kept(old, new.pieces):
        stays[start:end] = True
    for piece in new.pieces:
        if piece.start == piece.end and piece.text:
            stays[piece.start] = False
    return ~stays


def graphemes_stay_whole(by: Perturbation) -> Iterator[str]:
    """No mark is parted from its base: pieces begin and end between graphemes, and no mark of a letter gets a base
    that is none.
    """
    for text, language in shown(by):
        edges = {unit.start for unit in graphemes(text)} | {unit.end for unit in graphemes(text)} | {0, len(text)}
        for piece in made([text], by, 0.7, language)[0].pieces:
            if {piece.start, piece.end} - edges:
                yield (
                    f"a character of {text!r} ({language.code}) is split at {text[piece.start : piece.end]!r}; go by "
                    "graphemes, as change_characters does"
                )
                return
        for new in made([text], by, 0.7, language):
            if strays := stray_marks(new.text) - stray_marks(text):
                yield (
                    f"a mark stands without its letter in {min(strays)!r}, in what becomes of {text!r} "
                    f"({language.code}); cut words between graphemes(word), not between characters"
                )
                return


def stray_marks(text: str) -> set[str]:
    """Graphemes whose marks stand on punctuation, a space, or nothing: what a split letter leaves behind."""
    units = (text[unit.start : unit.end] for unit in graphemes(text))
    return {unit for unit in units if any(map(is_mark, unit)) and unicodedata.category(unit[0])[0] in "PZM"}


def is_mark(letter: str) -> bool:
    """Whether a character is a mark of a letter: a vowel sign, an accent; selectors of variants are none."""
    return unicodedata.category(letter) in ("Mn", "Mc") and not 0xFE00 <= ord(letter) <= 0xFE0F


def global_chance_is_left_alone(by: Perturbation) -> Iterator[str]:
    """Neither `random` nor numpy's generator is used, or seeded."""
    for text, language in shown(by)[:3]:
        results = []
        for seed in (1, 2):
            random.seed(seed)
            np.random.seed(seed)
            before = random.getstate(), np.random.get_state()[1].tolist()  # type: ignore[index]
            results.append([new.text for new in made([text] * 4, by, 0.5, language)])
            if (random.getstate(), np.random.get_state()[1].tolist()) != before:  # type: ignore[index]
                yield "global chance (random, numpy.random) is drawn from or seeded; draw from `rng`"
                return
        if results[0] != results[1]:
            yield "global chance decides what a text becomes; draw from `rng`"
            return


def other_seeds_change_other_places(by: Perturbation) -> Iterator[str]:
    """Chance has a say: with other seeds not all texts become the same. One unit is left alone by half of the seeds."""
    for text, language in shown(by)[:3]:
        found = {"".join(p.text for p in by.perturb(text, language, 0.5, Random(seed))) for seed in range(64)}
        if len(found) == 1 and next(iter(found)) != text:
            yield f"every seed makes the same of {text!r} ({language.code}) at 0.5; draw from `rng` which units are hit"
            return


def examples_keep_their_labels(by: Perturbation) -> Iterator[str]:
    """An example of two texts keeps label, number of texts and name."""
    for text, language in shown(by):
        old = LabelledText("1", language.code, (text, text[:20]), "yes", "g")
        new = changed(old, by, 1.0, language, 3).example
        if not isinstance(new, LabelledText) or (new.label, len(new.texts), new.uid) != ("yes", 2, "1"):
            yield f"an example of two texts lost its label ({language.code})"
            return


CHECKS = (
    covers_answers_yes_or_no,
    any_text_becomes_a_text,
    level_0_changes_nothing,
    levels_are_nested,
    the_level_is_the_share_that_is_changed,
    positions_are_drawn_for_each_example,
    graphemes_stay_whole,
    global_chance_is_left_alone,
    other_seeds_change_other_places,
    examples_keep_their_labels,
)


def outputs(by: Perturbation) -> list[str]:
    """What a perturbation makes of the sentences: to be compared between processes with other seeds of hashes."""
    return [made([text], by, 0.5, language)[0].text for text, language in shown(by)]
