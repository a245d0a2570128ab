"""From what is said to the words of a language that say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import NamedTuple

from xeval.tasks.mini.languages import DESIGNS, Design
from xeval.tasks.mini.lexicon import Lexicon, lexicons
from xeval.tasks.mini.meaning import Event, Phrase, is_name

FREE_ORDER = 0.25  # share of clauses whose order is not the usual one, so that no rule rests on position alone
ARTICLES = 0.5  # share of the noun phrases that could have an article and do
DIGITS = 0.5  # share of the numbers written as digits
ORDERS = ("SVO", "SOV", "VSO", "OVS")
TENSES = {"yesterday": "past", "today": "present", "tomorrow": "future", "": "present"}
QUESTION_WORDS = {"agent": "who", "patient": "what", "place": "where", "time": "when"}


class Word(NamedTuple):
    """A word with its part of speech (UPOS), the slot of the event it is of, its entity type, and its concept."""

    form: str
    pos: str
    slot: str
    entity: str
    concept: str


@dataclass(frozen=True)
class Speaker:
    """A language that can be spoken: its grammar and its words."""

    design: Design
    lexicon: Lexicon


@cache
def speakers(seed: int) -> Mapping[str, Speaker]:
    """A speaker of every language, with the lexicons of `seed`."""
    return {code: Speaker(DESIGNS[code], lexicon) for code, lexicon in lexicons(seed).items()}


def realised(event: Event, speaker: Speaker, rng: Random) -> list[Word]:
    """A sentence that says (or asks for) the event; articles, digits and free word order are drawn from `rng`."""
    agent = _asked(event, "agent", speaker) or _phrase(event.agent, "agent", speaker, rng)
    patient = _asked(event, "patient", speaker) or _phrase(event.patient, "patient", speaker, rng)
    place = _asked(event, "place", speaker) or _place(event.place, speaker, rng)
    time = _asked(event, "time", speaker) or _time(event.time, speaker)
    free = not event.asks and rng.random() < FREE_ORDER
    order = rng.choice(ORDERS) if free else speaker.design.order
    words = _ordered(order, {"S": agent, "V": _verb(event, speaker), "O": patient}, place, time)
    return [*words, full_stop("?" if event.asks else ".")]


def full_stop(mark: str) -> Word:
    """The mark at the end of a sentence."""
    return Word(mark, "PUNCT", "", "O", mark)


def text_of(words: Iterable[Word]) -> str:
    """The sentence as people write it: words with spaces between them, and none before a mark."""
    return written([word.form for word in words])


def written(forms: Sequence[str]) -> str:
    """Forms joined by spaces, but for the marks."""
    return " ".join(forms).replace(" .", ".").replace(" ?", "?")


def _ordered(order: str, parts: Mapping[str, list[Word]], place: list[Word], time: list[Word]) -> list[Word]:
    if order == "SOV":
        return [*parts["S"], *time, *place, *parts["O"], *parts["V"]]
    return [*(word for part in order for word in parts[part]), *place, *time]


def _asked(event: Event, slot: str, speaker: Speaker) -> list[Word]:
    if event.asks != slot:
        return []
    concept = QUESTION_WORDS[slot]
    return [Word(speaker.lexicon.words[concept], "PRON", slot, "O", concept)]


def _phrase(phrase: Phrase, slot: str, speaker: Speaker, rng: Random) -> list[Word]:
    design, lexicon = speaker.design, speaker.lexicon
    case = lexicon.suffixes["accusative"] if slot == "patient" and design.accusative else ""
    if is_name(phrase.head):
        return [Word(_name(phrase.head, speaker, rng) + case, "PROPN", slot, phrase.head[:3], phrase.head)]
    definite = rng.random() < ARTICLES
    before = []
    if definite and design.article == "word":
        before.append(Word(lexicon.words["the"], "DET", slot, "O", "the"))
    if phrase.number:
        before.append(_number(phrase.number, slot, speaker, rng))
    ending = (lexicon.suffixes["plural"] if phrase.number else "") + case
    if definite and design.article == "suffix":
        ending += lexicon.suffixes["definite"]
    noun = Word(lexicon.words[phrase.head] + ending, "NOUN", slot, "O", phrase.head)
    if not phrase.adjective:
        return [*before, noun]
    adjective = Word(lexicon.words[phrase.adjective], "ADJ", slot, "O", phrase.adjective)
    return [*before, adjective, noun] if design.adjective_first else [*before, noun, adjective]


def _number(number: int, slot: str, speaker: Speaker, rng: Random) -> Word:
    concept = f"number{number}"
    return Word(str(number) if rng.random() < DIGITS else speaker.lexicon.words[concept], "NUM", slot, "O", concept)


def _name(name: str, speaker: Speaker, rng: Random) -> str:
    latin = rng.random() < speaker.design.latin_names
    return (speaker.lexicon.latin if latin else speaker.lexicon.names)[name]


def _verb(event: Event, speaker: Speaker) -> list[Word]:
    words, suffixes = speaker.lexicon.words, speaker.lexicon.suffixes
    form = words[event.verb] + suffixes[TENSES[event.time]]
    verb = Word(form, "VERB", "verb", "O", event.verb)
    if not event.negated:
        return [verb]
    if speaker.design.negation == "suffix":
        return [verb._replace(form=form + suffixes["negated"])]
    return [Word(words["not"], "PART", "verb", "O", "not"), verb]


def _place(place: str, speaker: Speaker, rng: Random) -> list[Word]:
    if not place:
        return []
    design, lexicon = speaker.design, speaker.lexicon
    form = _name(place, speaker, rng) if is_name(place) else lexicon.words[place]
    pos, entity = ("PROPN", place[:3]) if is_name(place) else ("NOUN", "O")
    if design.adposition == "suffix":
        return [Word(form + lexicon.suffixes["within"], pos, "place", entity, place)]
    noun = Word(form, pos, "place", entity, place)
    preposition = Word(lexicon.words["in"], "ADP", "place", "O", "in")
    return [preposition, noun] if design.adposition == "before" else [noun, preposition]


def _time(time: str, speaker: Speaker) -> list[Word]:
    return [Word(speaker.lexicon.words[time], "ADV", "time", "O", time)] if time else []
