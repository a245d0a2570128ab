"""How what two sentences say is related: the labels of the testbed, and how to look for sentences that have them."""

from __future__ import annotations

from random import Random
from typing import Literal

from xeval.tasks.mini.meaning import (
    ADJECTIVES,
    EXCLUSIVE_VERBS,
    HYPERNYM,
    NOUNS_BY_KIND,
    PLACES,
    TIMES,
    VERBS,
    Event,
    Phrase,
    exclusive,
    opposite,
)

Relation = Literal["entailment", "neutral", "contradiction"]
RELATIONS: tuple[Relation, ...] = ("entailment", "neutral", "contradiction")
_NEGATION: dict[Relation, Relation] = {
    "entailment": "contradiction",
    "neutral": "neutral",
    "contradiction": "entailment",
}


def relation(premise: Event, hypothesis: Event) -> Relation:
    """Whether a premise that is not negated makes a hypothesis true, false or neither.

    Both speak of one event if they can: a slot that says something new makes the hypothesis neutral; otherwise a slot
    that excludes the premise's makes it a contradiction. A negated hypothesis has the opposite label.

    Raises ValueError for a negated premise, of which this does not hold.
    """
    if premise.negated:
        raise ValueError("the relation to a negated premise is not defined")
    slots = (
        _of_phrases(premise.agent, hypothesis.agent),
        _of_phrases(premise.patient, hypothesis.patient),
        _of_verbs(premise.verb, hypothesis.verb),
        _of_additions(premise.time, hypothesis.time),
        _of_additions(premise.place, hypothesis.place),
    )
    found = _strongest(slots)
    return _NEGATION[found] if hypothesis.negated else found


def _strongest(slots: tuple[Relation, ...]) -> Relation:
    if "neutral" in slots:
        return "neutral"
    return "contradiction" if "contradiction" in slots else "entailment"


def _of_phrases(premise: Phrase, hypothesis: Phrase) -> Relation:
    known = hypothesis.head in (premise.head, HYPERNYM.get(premise.head))
    return _strongest(
        (
            "entailment" if known else "neutral",
            _of_qualities(premise.adjective, hypothesis.adjective),
            _of_additions(premise.number, hypothesis.number),
        )
    )


def _of_qualities(premise: str, hypothesis: str) -> Relation:
    if hypothesis in ("", premise):
        return "entailment"
    return "contradiction" if premise and hypothesis == opposite(premise) else "neutral"


def _of_verbs(premise: str, hypothesis: str) -> Relation:
    if hypothesis == premise:
        return "entailment"
    return "contradiction" if hypothesis == exclusive(premise) else "neutral"


def _of_additions(premise: str | int, hypothesis: str | int) -> Relation:
    if not hypothesis or hypothesis == premise:
        return "entailment"
    return "contradiction" if premise else "neutral"


def weakened(event: Event, rng: Random, vagueness: float = 0.25) -> Event:
    """The event told with less detail, and a participant by its kind alone with the chance `vagueness`."""
    return event._replace(
        agent=_weakened(event.agent, rng, vagueness),
        patient=_weakened(event.patient, rng, vagueness),
        place=event.place if rng.random() < 0.5 else "",
        time=event.time if rng.random() < 0.5 else "",
    )


def _weakened(phrase: Phrase, rng: Random, vagueness: float) -> Phrase:
    adjective = phrase.adjective if rng.random() < 0.5 else ""
    number = phrase.number if rng.random() < 0.6 else 0
    vague = phrase.head in HYPERNYM and rng.random() < vagueness
    return Phrase(HYPERNYM[phrase.head] if vague else phrase.head, adjective, number)


def excluded(event: Event, rng: Random) -> Event | None:
    """The event with one slot changed into what excludes it; None if no slot has an opposite."""
    options = []
    if event.agent.adjective:
        options.append(event._replace(agent=_reversed(event.agent)))
    if event.patient.adjective:
        options.append(event._replace(patient=_reversed(event.patient)))
    if exclusive(event.verb):
        options.append(event._replace(verb=exclusive(event.verb)))
    if event.time:
        options.append(event._replace(time=rng.choice([time for time in TIMES if time != event.time])))
    return rng.choice(options) if options else None


def _reversed(phrase: Phrase) -> Phrase:
    return phrase._replace(adjective=opposite(phrase.adjective))


def extended(event: Event, rng: Random) -> Event:
    """The event with something that it did not say: a new quality, participant, place, time, or another deed."""
    options = [event._replace(agent=phrase) for phrase in _other_phrases(event.agent, rng)]
    options += [event._replace(patient=phrase) for phrase in _other_phrases(event.patient, rng)]
    if not event.place:
        options.append(event._replace(place=rng.choice(PLACES)))
    if not event.time:
        options.append(event._replace(time=rng.choice(TIMES)))
    if not exclusive(event.verb):
        others = [verb for verb in VERBS[EXCLUSIVE_VERBS:] if verb != event.verb]
        options.append(event._replace(verb=rng.choice(others)))
    return rng.choice(options) if options else event


def _other_phrases(phrase: Phrase, rng: Random) -> list[Phrase]:
    if phrase.head not in HYPERNYM:
        return []
    sisters = [noun for noun in NOUNS_BY_KIND[HYPERNYM[phrase.head]] if noun != phrase.head]
    found = [phrase._replace(head=rng.choice(sisters))]
    if not phrase.adjective:
        found.append(phrase._replace(adjective=rng.choice(ADJECTIVES)))
    return found
