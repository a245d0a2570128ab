"""A small world: what is likely to happen in it. All languages speak of the same one, and that is what aligns them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random

from xeval.api import seed_of
from xeval.tasks.mini.meaning import (
    ADJECTIVES,
    CITIES,
    COMPANIES,
    HYPERNYM,
    NOUNS_BY_KIND,
    NUMBERS,
    PEOPLE,
    PLACES,
    TIMES,
    VERBS,
    Event,
    Phrase,
    is_name,
)

PATIENT_KINDS = ("food", "thing", "person", "animal")  # of verbs 0 and 1, 2 and 3, and so on
PEAKEDNESS = 1.2  # standard deviation of the log preferences
# How much a verb likes animals, people without a name, people with one, and companies as agents.
AGENT_TASTES = ((1.0, 1.0, 0.5, 0.18), (2.0, 0.5, 0.5, 0.06), (0.3, 2.0, 0.5, 0.6), (0.2, 1.0, 0.5, 1.2))


@dataclass(frozen=True)
class Weighted:
    """Things with the running sum of their weights, as `Random.choices` takes them."""

    items: tuple[str, ...]
    cumulative: tuple[float, ...]


@dataclass(frozen=True)
class Chances:
    """How often an optional part of an event is there."""

    place: float = 0.5
    time: float = 0.5
    negated: float = 0.12
    adjective: float = 0.45
    number: float = 0.15


@dataclass(frozen=True)
class World:
    """Preferences: of the world for verbs, of verbs for participants and places, of nouns for qualities."""

    verbs: Weighted
    agents: Mapping[str, Weighted]
    patients: Mapping[str, Weighted]
    places: Mapping[str, Weighted]
    adjectives: Mapping[str, Weighted]


@cache
def make_world(seed: int) -> World:
    """A world with preferences of its own, drawn from `seed`."""
    rng = Random(seed_of("mini", "world", seed))
    ranks = [1.0 / (rank + 1) ** 0.5 for rank in range(len(VERBS))]
    rng.shuffle(ranks)
    return World(
        verbs=_weighted(VERBS, ranks),
        agents={verb: _agents(rng) for verb in VERBS},
        patients={verb: _peaked(NOUNS_BY_KIND[PATIENT_KINDS[i // 2 % 4]], rng) for i, verb in enumerate(VERBS)},
        places={verb: _peaked(PLACES + CITIES, rng) for verb in VERBS},
        adjectives={noun: _peaked(ADJECTIVES, rng) for noun in HYPERNYM},
    )


def draw(of: Weighted, rng: Random) -> str:
    """One of the things, by weight."""
    return rng.choices(of.items, cum_weights=of.cumulative)[0]


def draw_event(world: World, rng: Random, chances: Chances, agent: str = "") -> Event:
    """Something that happens, by the world's preferences; `agent` fixes who does it."""
    verb = draw(world.verbs, rng)
    who = agent or draw(world.agents[verb], rng)
    whom = draw(world.patients[verb], rng)
    while whom == who:
        whom = draw(world.patients[verb], rng)
    return Event(
        _phrase(world, who, rng, chances),
        verb,
        _phrase(world, whom, rng, chances),
        draw(world.places[verb], rng) if rng.random() < chances.place else "",
        rng.choice(TIMES) if rng.random() < chances.time else "",
        rng.random() < chances.negated,
    )


def _phrase(world: World, head: str, rng: Random, chances: Chances) -> Phrase:
    if is_name(head):
        return Phrase(head)
    adjective = draw(world.adjectives[head], rng) if rng.random() < chances.adjective else ""
    return Phrase(head, adjective, rng.choice(NUMBERS) if rng.random() < chances.number else 0)


def _agents(rng: Random) -> Weighted:
    groups = (NOUNS_BY_KIND["animal"], NOUNS_BY_KIND["person"], PEOPLE, COMPANIES)
    taste = rng.choice(AGENT_TASTES)
    return _peaked(sum(groups, ()), rng, [like for like, group in zip(taste, groups, strict=True) for _ in group])


def _peaked(items: Sequence[str], rng: Random, likes: Sequence[float] = ()) -> Weighted:
    return _weighted(items, [like * rng.lognormvariate(0, PEAKEDNESS) for like in likes or [1.0] * len(items)])


def _weighted(items: Sequence[str], weights: Sequence[float]) -> Weighted:
    return Weighted(tuple(items), tuple(accumulate(weights)))
