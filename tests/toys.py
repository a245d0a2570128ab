"""Small plugins and catalogues for tests: real ones, only tiny."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from xeval.data import Data, MadeData
from xeval.facts.registry import ModelEntry, Registry, Suite
from xeval.plans.catalogue import Catalogue, Offer, PluginEntry, Shelf
from xeval.tuning import Pretraining, Training
from xeval.values import Document, Example, FormatName, LabelledText, Language, Phase, Piece, Row, Split

ENTRY = PluginEntry("toys", "toys", "xeval-toys", "1.0", shipped=False)
LANGUAGES = {
    "qen": Language("qen", "Toy English", "Toy", "Latn", 5, {"lexical": 0.0}, constructed=True),
    "qaa": Language("qaa", "Toy Near", "Toy", "Latn", 3, {"lexical": 0.2}, constructed=True),
    "qda": Language("qda", "Toy Far", "Other", "Latn", 0, {"lexical": 0.9}, constructed=True),
}
WORDS = {"good": ("fine", "nice", "great", "kind"), "bad": ("sad", "poor", "grim", "foul")}

TRAINING = Training(learning_rate=3e-3, batch_size=8, epochs=2, max_length=32, pooling="mean")


@dataclass(frozen=True)
class ToyTask:
    """Whether a text of five words says good or bad things, in three languages that differ by a prefix."""

    name: str = "toy"
    version: str = "1"
    format: FormatName = "classification"
    labels: tuple[str, ...] = ("good", "bad")
    languages: tuple[str, ...] = ("qen", "qaa", "qda")
    source_language: str = "qen"
    training: Training = TRAINING
    metric: str = "accuracy"
    trains_on: tuple[str, ...] = ("toy",)
    evaluates_on: Split = "test"
    size: int = 48
    broken: bool = False

    def data(self, split: Split, language: str) -> Data:
        params = (("size", self.size), ("split", split), ("language", language))
        return MadeData(self.name, self.version, params, lambda: self.make(split, language))

    def make(self, split: str, language: str) -> Iterator[Example]:
        if self.broken:
            raise RuntimeError("this toy is broken")
        chance = Random(f"{split}/{language}")
        for number in range(self.size):
            label = self.labels[number % 2]
            words = (PREFIX[language] + chance.choice(WORDS[label]) for _ in range(5))
            yield LabelledText(f"{split}/{number}", language, (" ".join(words),), label)

    def examples(self, rows: Iterable[Row], language: str) -> Iterator[Example]:
        return iter(rows)  # type: ignore[arg-type]  # made data are examples already


PREFIX = {"qen": "", "qaa": "", "qda": "zu"}


@dataclass(frozen=True)
class ToyText(ToyTask):
    """Documents of the toy's words."""

    name: str = "toy-text"
    format: FormatName = "masked_lm"
    labels: tuple[str, ...] = ()

    def make(self, split: str, language: str) -> Iterator[Example]:
        chance = Random(f"text/{language}")
        for number in range(self.size):
            label = chance.choice(("good", "bad"))
            words = " ".join(PREFIX[language] + chance.choice(WORDS[label]) for _ in range(6))
            yield Document(str(number), language, (words,))


@dataclass(frozen=True)
class Shout:
    """Makes a share of a text loud; means nothing in the far language."""

    name: str = "shout"
    version: str = "1"

    def covers(self, language: Language) -> bool:
        return language.code != "qda"

    def perturb(self, text: str, language: Language, level: float, rng: Random) -> Sequence[Piece]:
        cut = round(level * len(text))
        return [Piece(text[:cut].upper(), 0, cut), Piece(text[cut:], cut, len(text))]


@dataclass(frozen=True)
class SourceFirst:
    """The source alone, then the others together."""

    name: str = "source-first"
    version: str = "1"

    def phases(self, languages: Sequence[Language], source: Language) -> Sequence[Phase]:
        others = tuple(language.code for language in languages if language.code != source.code)
        return (Phase((source.code,), 0.5), Phase(others, 0.5))


@dataclass(frozen=True)
class Order:
    """An order that gives the phases it is told to."""

    given: tuple[Phase, ...]
    name: str = "told"
    version: str = "1"

    def phases(self, languages: Sequence[Language], source: Language) -> Sequence[Phase]:
        return self.given


def shelf(kind: str, plugins: Iterable[Any]) -> Shelf[Any]:
    return Shelf(kind, {plugin.name: Offer(plugin.name, ENTRY, plugin) for plugin in plugins})


@dataclass(frozen=True)
class Toys:
    """A catalogue and a registry of toys, to be varied."""

    targets: tuple[Any, ...] = (ToyTask(),)
    intermediates: tuple[Any, ...] = (ToyTask(name="toy-first"), ToyText())
    perturbations: tuple[Any, ...] = (Shout(),)
    orders: tuple[Any, ...] = (SourceFirst(),)
    models: Mapping[str, ModelEntry] = field(
        default_factory=lambda: {
            "tiny": ModelEntry("tiny", pretraining=TINY),
            "blank": ModelEntry("blank", pretraining=Pretraining("toy-text", (), hidden=16, heads=2, vocabulary=120)),
        }
    )

    def catalogue(self) -> Catalogue:
        return Catalogue(
            perturbations=shelf("perturbation", self.perturbations),
            orders=shelf("language order", self.orders),
            intermediates=shelf("intermediate task", self.intermediates),
            targets=shelf("target task", self.targets),
            entries=(ENTRY,),
            aside={},
        )

    def registry(self) -> Registry:
        suite = Suite("mini", "toys", models=("tiny",), controls=("blank",), targets=("toy",), levels=(0.5,))
        return Registry(LANGUAGES, dict(self.models), {}, {"mini": suite})


TINY = Pretraining(
    "toy-text",
    ("mlm",),
    hidden=16,
    layers=1,
    heads=2,
    feed_forward=32,
    max_length=32,
    vocabulary=120,
    steps=4,
    batch_size=8,
)
