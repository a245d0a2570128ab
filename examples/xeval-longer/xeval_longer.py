"""Which of two texts has more words: made from nothing but a seed, in two languages of the testbed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random

from xeval.api import Example, FormatName, LabelledText, MadeData, Split, Training, hookimpl, seed_of

SIZES: dict[Split, int] = {"train": 200, "validation": 50, "test": 100}
TRAINING = Training(learning_rate=3e-4, batch_size=16, epochs=3, max_length=64)


@dataclass(frozen=True)
class Longer:
    """Two texts of one to nine words each; the label says which is longer."""

    name: str = "longer"
    version: str = "1"
    format: FormatName = "classification"
    labels: tuple[str, ...] = ("first", "second")
    languages: tuple[str, ...] = ("qen", "qaa")
    source_language: str = "qen"
    training: Training = TRAINING
    metric: str = "accuracy"
    trains_on: tuple[str, ...] = ("longer",)
    evaluates_on: Split = "test"

    def data(self, split: Split, language: str) -> MadeData:
        """Where the rows are: made on the spot. All that decides them is said here; name a HubData for the hub's."""
        said = (("split", split), ("language", language))
        return MadeData(self.name, self.version, said, lambda: made(split, language))

    def examples(self, rows: Iterable[Example], language: str) -> Iterator[Example]:
        """Rows to examples; made data are examples already."""
        yield from rows


def made(split: Split, language: str) -> Iterator[LabelledText]:
    """The examples of a split; one uid is one item in every language."""
    rng = Random(seed_of("longer", split))
    for number in range(SIZES[split]):
        short, long = sorted(rng.sample(range(1, 10), 2))
        texts = [" ".join(rng.choices("abcdefgh", k=length)) for length in (short, long)]
        label = number % 2
        yield LabelledText(str(number), language, (texts[1 - label], texts[label]), ("first", "second")[label])


@hookimpl
def xeval_target_tasks() -> list[Longer]:
    """What this package offers."""
    return [Longer()]
