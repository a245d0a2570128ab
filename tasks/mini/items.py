"""The items of the testbed's tasks. Test items are the same events in every language; training items are not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, replace
from functools import cache
from random import Random
from typing import Literal, NamedTuple

from xeval.api import Example, LabelledText, MultipleChoice, SentencePair, Split, TaggedTokens, seed_of
from xeval.tasks.mini.languages import SOURCE
from xeval.tasks.mini.meaning import NAMES, Event, names_in
from xeval.tasks.mini.realise import Speaker, realised, speakers, text_of
from xeval.tasks.mini.relation import RELATIONS, Relation, excluded, extended, relation, weakened
from xeval.tasks.mini.world import Chances, World, draw_event, make_world

USUAL = Chances()
TELLING = Chances(negated=0.0, adjective=0.6, number=0.1)  # premises with something to take away from, or to deny
POS_TAGS = ("NOUN", "VERB", "ADJ", "DET", "ADP", "NUM", "PROPN", "PART", "ADV", "PUNCT")
NER_TAGS = ("O", "B-PER", "B-LOC", "B-ORG")
Use = Literal["target", "intermediate"]
VAGUENESS = 0.5  # of hypotheses: they take more than finding the premise's words again
TRIES = 6  # at a hypothesis, before another premise is drawn
HELD_OUT = 300  # items of a validation or test split


@dataclass(frozen=True)
class Wanted:
    """Which items: of a task used as a target or as an intermediate one, of a split, in a language, how many."""

    task: str
    use: Use
    split: Split
    language: str
    size: int
    seed: int

    @property
    def parallel(self) -> bool:
        """Whether the items are the same events in every language."""
        return self.split != "train"


class Said(NamedTuple):
    """What an item says: one event or several, and which label or choice is right."""

    events: tuple[Event, ...]
    answer: int = 0


Draw = Callable[[World, Random, Split, int], Said]
Show = Callable[[str, Said, Speaker, Random, Wanted], Example]


def items(wanted: Wanted) -> Iterator[Example]:
    """The items wanted. No training item opens with the event that an item of another split opens with."""
    show = _TASKS[wanted.task][1]
    speaker = speakers(wanted.seed)[wanted.language]
    rng = Random(seed_of("mini", *astuple(wanted), "words"))
    prefix = wanted.split if wanted.parallel else f"{wanted.use}-{wanted.split}-{wanted.language}"
    meanings = said_in(replace(wanted, language="") if wanted.parallel else wanted)
    for number, said in enumerate(meanings):
        yield show(f"{prefix}-{number}", said, speaker, rng, wanted)


@cache
def said_in(wanted: Wanted) -> tuple[Said, ...]:
    """What the items say: events that are all different, and in a training split none that another split opens with."""
    draw = _TASKS[wanted.task][0]
    world = make_world(wanted.seed)
    rng = Random(seed_of("mini", *astuple(wanted), "events"))
    taken = frozenset() if wanted.parallel else _opened_elsewhere(wanted)
    found: dict[Event, Said] = {}
    while len(found) < wanted.size:
        said = draw(world, rng, wanted.split, len(found))
        if said.events[0] not in taken:
            found.setdefault(said.events[0], said)
    return tuple(found.values())


def _opened_elsewhere(wanted: Wanted) -> frozenset[Event]:
    splits: tuple[Split, ...] = ("validation", "test")
    others = (Wanted(wanted.task, "target", split, "", HELD_OUT, wanted.seed) for split in splits)
    return frozenset(said.events[0] for other in others for said in said_in(other))


# ------------------------------------------------------------------------------------------------------- what is said


def draw_any(world: World, rng: Random, split: Split, number: int) -> Said:
    """Any event."""
    return Said((draw_event(world, rng, USUAL),))


def draw_named(world: World, rng: Random, split: Split, number: int) -> Said:
    """An event with names: every other one of each type in training, the rest, held out, in the other splits."""
    wanted = 0 if split == "train" else 1
    while True:
        event = draw_event(world, rng, USUAL)
        names = names_in(event)
        if names and all(NAMES.index(name) % 2 == wanted for name in names):
            return Said((event,))


def draw_related(world: World, rng: Random, split: Split, number: int) -> Said:
    """A premise and a hypothesis; the three relations in turn."""
    premise, hypotheses = _premise_with_hypotheses(world, rng)
    answer = number % len(RELATIONS)
    return Said((premise, hypotheses[answer]), answer)


def draw_choices(world: World, rng: Random, split: Split, number: int) -> Said:
    """A premise, and three sentences of which one follows from it."""
    premise, hypotheses = _premise_with_hypotheses(world, rng)
    choices = rng.sample(hypotheses, len(hypotheses))
    return Said((premise, *choices), choices.index(hypotheses[RELATIONS.index("entailment")]))


def _premise_with_hypotheses(world: World, rng: Random) -> tuple[Event, list[Event]]:
    """A premise, and a hypothesis in each relation to it; the three say equally much, so that no length tells which."""
    while True:
        premise = draw_event(world, rng, TELLING)
        follows, denied = weakened(premise, rng, VAGUENESS), excluded(premise, rng)
        against = _like(follows, denied, premise, "contradiction", rng) if denied else None
        beside = _like(follows, extended(premise, rng), premise, "neutral", rng) if against else None
        if against and beside:
            return premise, [follows, beside, against]  # in the order of RELATIONS


def _like(model: Event, other: Event, premise: Event, wanted: Relation, rng: Random) -> Event | None:
    """The other event weakened until it says as much as the model and has the wanted relation, or None."""
    for _ in range(TRIES):
        found = weakened(other, rng, VAGUENESS)
        if _details(found) == _details(model) and relation(premise, found) == wanted:
            return found
    return None


def _details(event: Event) -> int:
    """How many words an event takes beyond its participants and its verb."""
    (_, quality, number), _, (_, other_quality, other_number), place, time, _, _ = event
    return sum(map(bool, (quality, number, other_quality, other_number, time, place, place)))


# ----------------------------------------------------------------------------------------------------- how it is shown


def show_pair(uid: str, said: Said, speaker: Speaker, rng: Random, wanted: Wanted) -> SentencePair:
    """A sentence and its translation; in the source language itself, the same said another way."""
    source = Random(seed_of("mini", wanted.seed, wanted.task, uid, "translation"))
    translation = text_of(realised(said.events[0], speakers(wanted.seed)[SOURCE], source))
    return SentencePair(uid, wanted.language, text_of(realised(said.events[0], speaker, rng)), translation)


def show_pos(uid: str, said: Said, speaker: Speaker, rng: Random, wanted: Wanted) -> TaggedTokens:
    """The words of a sentence with their parts of speech."""
    words = realised(said.events[0], speaker, rng)
    return TaggedTokens(uid, wanted.language, tuple(w.form for w in words), tuple(w.pos for w in words))


def show_ner(uid: str, said: Said, speaker: Speaker, rng: Random, wanted: Wanted) -> TaggedTokens:
    """The words of a sentence with the entities among them; every name is one word."""
    words = realised(said.events[0], speaker, rng)
    tags = tuple("O" if word.entity == "O" else f"B-{word.entity}" for word in words)
    return TaggedTokens(uid, wanted.language, tuple(word.form for word in words), tags)


def show_relation(uid: str, said: Said, speaker: Speaker, rng: Random, wanted: Wanted) -> LabelledText:
    """Premise and hypothesis with their relation."""
    texts = tuple(text_of(realised(event, speaker, rng)) for event in said.events)
    return LabelledText(uid, wanted.language, texts, RELATIONS[said.answer])


def show_choices(uid: str, said: Said, speaker: Speaker, rng: Random, wanted: Wanted) -> MultipleChoice:
    """A prompt and three choices, of which the right one follows from it."""
    prompt, *choices = (text_of(realised(event, speaker, rng)) for event in said.events)
    return MultipleChoice(uid, wanted.language, prompt, tuple(choices), said.answer)


_TASKS: dict[str, tuple[Draw, Show]] = {
    "mini-retrieval": (draw_any, show_pair),
    "mini-pos": (draw_any, show_pos),
    "mini-ner": (draw_named, show_ner),
    "mini-mc": (draw_choices, show_choices),
    "mini-nli": (draw_related, show_relation),
}
