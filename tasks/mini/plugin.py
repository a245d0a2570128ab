"""The tasks of the mini testbed: five targets, two of them intermediate tasks too, and the text to pretrain on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, replace
from functools import partial
from typing import Any

from xeval.api import Example, FormatName, MadeData, Split, Training, hookimpl
from xeval.tasks.mini.corpus import documents
from xeval.tasks.mini.items import HELD_OUT, NER_TAGS, POS_TAGS, Use, Wanted, items
from xeval.tasks.mini.languages import LANGUAGES, SOURCE
from xeval.tasks.mini.relation import RELATIONS

UNIVERSE = 0  # the seed of the world and of the words of all languages
# Chosen on other worlds and words, and other seeds, than those of the default run.
TAGGING = Training(learning_rate=3e-3, batch_size=16, epochs=3, max_length=80, freeze_embeddings=True)
MATCHING = replace(TAGGING, pooling="match")

TEXT = Training(learning_rate=2e-3, batch_size=64, epochs=1, max_length=80, mask=0.2)


@dataclass(frozen=True)
class MiniTask:
    """A task of the testbed. Its items are made, from nothing but a seed, when they are asked for."""

    name: str
    format: FormatName
    training: Training
    train_size: int
    metric: str = "accuracy"
    labels: tuple[str, ...] = ()
    use: Use = "target"
    version: str = "1"
    languages: tuple[str, ...] = LANGUAGES
    source_language: str = SOURCE
    evaluates_on: Split = "test"

    @property
    def trains_on(self) -> tuple[str, ...]:
        """Its own training split, if it has one."""
        return (self.name,) if self.train_size else ()

    def data(self, split: Split, language: str) -> MadeData:
        """The items of a split, to be made."""
        size = self.train_size if split == "train" else HELD_OUT
        wanted = Wanted(self.name, self.use, split, language, size, UNIVERSE)
        names = ("task", "use", "split", "language", "size", "seed")
        params = tuple(zip(names, astuple(wanted), strict=True))
        return MadeData(self.name, self.version, params, partial(items, wanted))

    def examples(self, rows: Iterable[Any], language: str) -> Iterator[Example]:
        """The rows are examples already."""
        yield from rows


@dataclass(frozen=True)
class MiniText:
    """Running text in every language of the testbed, some of it in two of them."""

    name: str = "mini-text"
    version: str = "1"
    format: FormatName = "masked_lm"
    labels: tuple[str, ...] = ()
    languages: tuple[str, ...] = LANGUAGES
    source_language: str = SOURCE
    training: Training = TEXT

    def data(self, split: Split, language: str) -> MadeData:
        """The documents of a language, to be made; every split is the same text, for nothing is scored on it."""
        params = (("language", language), ("seed", UNIVERSE))
        return MadeData(self.name, self.version, params, partial(documents, language, UNIVERSE))

    def examples(self, rows: Iterable[Any], language: str) -> Iterator[Example]:
        """The rows are documents already."""
        yield from rows


RETRIEVAL = MiniTask("mini-retrieval", "retrieval", Training(max_length=80), 0)
POS = MiniTask("mini-pos", "tagging", TAGGING, 600, "token_accuracy", POS_TAGS)
NER = MiniTask("mini-ner", "tagging", TAGGING, 600, "f1", NER_TAGS)
CHOICE = MiniTask("mini-mc", "multiple_choice", replace(MATCHING, epochs=4), 600)
RELATED = MiniTask("mini-nli", "classification", replace(MATCHING, epochs=8), 600, "accuracy", RELATIONS)
CHOICE_FIRST = MiniTask("mini-mc", "multiple_choice", MATCHING, 1500, use="intermediate")
POS_FIRST = replace(POS, use="intermediate")
NER_FIRST = replace(NER, use="intermediate")
RELATED_FIRST = MiniTask("mini-nli", "classification", MATCHING, 2000, "accuracy", RELATIONS, use="intermediate")


@hookimpl
def xeval_target_tasks() -> list[MiniTask]:
    """Retrieval, parts of speech, names that were held out, what follows, and how two sentences are related."""
    return [RETRIEVAL, POS, NER, CHOICE, RELATED]


@hookimpl
def xeval_intermediate_tasks() -> list[MiniTask | MiniText]:
    """What follows, how sentences are related, tags, and plain text; no item opens with an event of a target's test."""
    return [CHOICE_FIRST, RELATED_FIRST, POS_FIRST, NER_FIRST, MiniText()]
