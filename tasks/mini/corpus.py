"""Running text in the languages of the testbed: what an encoder is pretrained on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from random import Random

from xeval.api import Document, seed_of
from xeval.tasks.mini.languages import DESIGNS, SOURCE
from xeval.tasks.mini.meaning import Event, Slot
from xeval.tasks.mini.realise import Speaker, Word, full_stop, realised, speakers, text_of
from xeval.tasks.mini.relation import excluded, extended, relation, weakened
from xeval.tasks.mini.world import Chances, World, draw_event, make_world

USUAL = Chances()
CONNECTIVES = {"entailment": "thus", "contradiction": "but", "neutral": "also"}
WITH_PARENT = 0.3  # share of the bilingual documents whose other language is the parent, not the source language
CODE_MIXED = 0.4  # share of the bilingual documents that mix languages word by word; others do by sentence
BORROWED = 0.5  # share of the words that a code-mixed document says in the other language
IN_SEGMENTS = 0.5  # share of the documents that come as two segments, as pairs of texts do in tasks


@cache
def documents(code: str, seed: int) -> tuple[Document, ...]:
    """Every document of a language, in the world and with the words of `seed`; made once in a process."""
    rng = Random(seed_of("mini", "text", seed, code))
    world, known = make_world(seed), speakers(seed)
    return tuple(_document(f"{code}-{i}", code, world, known, rng) for i in range(DESIGNS[code].documents))


def _document(uid: str, code: str, world: World, known: Mapping[str, Speaker], rng: Random) -> Document:
    design = DESIGNS[code]
    if rng.random() >= design.bilingual:
        return _in_segments(uid, code, "", _two_sentences(world, known[code], known[code], rng), rng)
    partner = design.parent if design.parent and rng.random() < WITH_PARENT else SOURCE
    first, second = rng.sample((known[code], known[partner]), 2)
    if rng.random() < CODE_MIXED:
        return Document(uid, code, (_code_mixed(world, first, second, rng),), partner)
    return _in_segments(uid, code, partner, _two_sentences(world, first, second, rng), rng)


def _in_segments(uid: str, code: str, partner: str, sentences: tuple[list[Word], list[Word]], rng: Random) -> Document:
    texts = tuple(map(text_of, sentences))
    return Document(uid, code, texts if rng.random() < IN_SEGMENTS else (" ".join(texts),), partner)


def _two_sentences(world: World, first: Speaker, second: Speaker, rng: Random) -> tuple[list[Word], list[Word]]:
    """A sentence and what may come after it: a restatement, a conclusion, a question, what happens next."""
    event = draw_event(world, rng, USUAL)
    opening, luck = realised(event, first, rng), rng.random()
    if luck < 0.35 and not event.negated:
        return opening, realised(_restated(event, rng) if first is second else event, second, rng)
    if luck < 0.65 and not event.negated:
        return opening, _connected(event, second, rng)
    if luck < 0.85:
        return opening, _question(event, second, rng)
    following = draw_event(world, rng, USUAL, agent=event.agent.head)
    agent = following.agent._replace(adjective=event.agent.adjective)
    return opening, realised(following._replace(agent=agent), second, rng)


def _restated(event: Event, rng: Random) -> Event:
    denied = excluded(event, rng) if rng.random() < 0.25 else None
    if denied:
        denied = weakened(denied, rng)
        if relation(event, denied) == "contradiction":
            return denied._replace(negated=True)
    return weakened(event, rng)


def _connected(event: Event, speaker: Speaker, rng: Random) -> list[Word]:
    other = rng.choice((event, excluded(event, rng) or event, extended(event, rng)))
    said = weakened(other, rng)
    concept = CONNECTIVES[relation(event, said)]
    return [Word(speaker.lexicon.words[concept], "CCONJ", "", "O", concept), *realised(said, speaker, rng)]


def _question(event: Event, speaker: Speaker, rng: Random) -> list[Word]:
    slots: list[Slot] = ["agent", "patient"]
    slots += ["place"] if event.place else []
    slots += ["time"] if event.time else []
    asked = rng.choice(slots)
    question = event._replace(
        asks=asked,
        place=event.place if asked == "place" or rng.random() < 0.3 else "",
        time=event.time if asked == "time" or rng.random() < 0.3 else "",
    )
    answer = [word for word in realised(event, speaker, rng) if word.slot == asked]
    return [*realised(question, speaker, rng), *answer, full_stop(".")]


def _code_mixed(world: World, matrix: Speaker, other: Speaker, rng: Random) -> str:
    event = draw_event(world, rng, USUAL)
    words = [*realised(event, matrix, rng), *realised(weakened(event, rng), matrix, rng)]
    return text_of(_borrowed(word, other, rng) for word in words)


def _borrowed(word: Word, other: Speaker, rng: Random) -> Word:
    form = other.lexicon.words.get(word.concept) or other.lexicon.names.get(word.concept, word.form)
    return word._replace(form=form) if rng.random() < BORROWED else word
