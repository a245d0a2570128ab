"""A task over a data set of the hub, said in one value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from xeval.columns import Reader
from xeval.values import Example, FormatName, HubData, JoinedData, Row, Split, Training


@dataclass(frozen=True)
class HubTask:
    """An intermediate or target task whose rows lie in a data set on the hub.

    `read` turns the rows of a split in a language into examples. `config` is the name of the data set's config, in
    which {language} stands for the language's code, or for what `names` calls it. `splits` says what the data set
    calls its splits where that is not their name; several are read one after the other. As a target task it trains
    on the tasks `trains_on`: its own name is its own training split in its source language.
    """

    name: str
    format: FormatName
    repository: str
    columns: tuple[str, ...]
    read: Reader[Example]
    training: Training
    config: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    splits: Mapping[Split, tuple[str, ...]] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)
    source_language: str = "en"
    metric: str = ""
    trains_on: tuple[str, ...] = ()
    evaluates_on: Split = "test"
    version: str = "1"

    def data(self, split: Split, language: str) -> HubData | JoinedData:
        """Where the rows of a split in a language are."""
        config = self.config.format(language=self.names.get(language, language))
        found = self.splits.get(split, (split,))
        parts = tuple(HubData(self.repository, name, config, self.columns) for name in found)
        return parts[0] if len(parts) == 1 else JoinedData(parts)

    def examples(self, rows: Iterable[Row], language: str) -> Iterator[Example]:
        """Rows to examples."""
        return self.read(rows, language)
