"""What a sentence of the testbed says, whatever language says it: events, and the concepts that they are made of."""

from __future__ import annotations

from typing import Literal, NamedTuple

KINDS = ("animal", "person", "food", "thing")  # the hypernyms; each is a noun of its own
NOUNS_OF_A_KIND = 8
PLACES = tuple(f"place{i}" for i in range(6))
VERBS = tuple(f"verb{i}" for i in range(12))
EXCLUSIVE_VERBS = 8  # the first eight verbs come in pairs of which one event can be only one; the others in none
ADJECTIVES = tuple(f"adjective{i}" for i in range(12))  # six pairs of opposites
NUMBERS = (2, 3, 4, 5, 6)
TIMES = ("yesterday", "today", "tomorrow")
FUNCTION_WORDS = ("the", "not", "in", "thus", "but", "also", "who", "what", "where", "when")

PEOPLE = tuple(f"PER{i}" for i in range(20))
CITIES = tuple(f"LOC{i}" for i in range(12))
COMPANIES = tuple(f"ORG{i}" for i in range(12))
NAMES = PEOPLE + CITIES + COMPANIES

NOUNS_BY_KIND = {kind: tuple(f"{kind}{i}" for i in range(NOUNS_OF_A_KIND)) for kind in KINDS}
HYPERNYM = {noun: kind for kind, nouns in NOUNS_BY_KIND.items() for noun in nouns}
CONCEPTS = (
    *HYPERNYM,
    *KINDS,
    *PLACES,
    *VERBS,
    *ADJECTIVES,
    *(f"number{n}" for n in NUMBERS),
    *TIMES,
    *FUNCTION_WORDS,
)

Slot = Literal["", "agent", "patient", "place", "time"]


class Phrase(NamedTuple):
    """A participant: a noun or a name, perhaps with a quality and a number (0 is none)."""

    head: str
    adjective: str = ""
    number: int = 0


class Event(NamedTuple):
    """Who did what to whom, where and when; `asks` names the slot that a question asks for."""

    agent: Phrase
    verb: str
    patient: Phrase
    place: str = ""
    time: str = ""
    negated: bool = False
    asks: Slot = ""


def is_name(head: str) -> bool:
    """Whether a head is a proper name; its first three letters are then its entity type."""
    return head[:3] in ("PER", "LOC", "ORG")


def opposite(adjective: str) -> str:
    """The quality that excludes this one."""
    return ADJECTIVES[ADJECTIVES.index(adjective) ^ 1]


def exclusive(verb: str) -> str:
    """The deed that one event cannot be besides this one, or "" if there is none."""
    number = VERBS.index(verb)
    return VERBS[number ^ 1] if number < EXCLUSIVE_VERBS else ""


def names_in(event: Event) -> tuple[str, ...]:
    """The proper names of an event."""
    return tuple(head for head in (event.agent.head, event.patient.head, event.place) if is_name(head))
