"""A task over a data set of the hub, or over its files in a folder, said in one value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from xeval.columns import Reader
from xeval.data import FileData, HubData, JoinedData
from xeval.tuning import Training
from xeval.values import Example, FormatName, Passage, Row, Split


@dataclass(frozen=True)
class Original:
    """A data set's files as its authors publish them: how they are read, and where in a folder each split is.

    Of the paths of a split the first that is there is taken; {language} in it stands for the language's code, or for
    what `names` calls it. See xeval.values.FileData for what else a path may say. `labels` is a file of the folder that
    knows the labels, for a task that does not: a JSON object from label to number. `tunes_on` is the split on which
    the threshold of mined pairs is tuned. `pool` is where the passages of a ranking task are, if not with its queries.
    """

    reader: str
    paths: Mapping[Split, tuple[str, ...]]
    names: Mapping[str, str] = field(default_factory=dict)
    labels: str = ""
    tunes_on: Split | None = None
    pool: tuple[str, ...] = ()


@dataclass(frozen=True)
class HubTask:
    """An intermediate or target task whose rows lie in a data set on the hub.

    `read` turns the rows of a split in a language into examples. `config` is the name of the data set's config, in
    which {language} stands for the language's code, or for what `names` calls it. `splits` says what the data set
    calls its splits where that is not their name; several are read one after the other. `only` says which rows of a
    split of many languages are meant: a column, and what stands in it. As a target task it trains on the tasks
    `trains_on`: its own name is its own training split in its source language.

    `elsewhere` says for some languages in which other repository and config they are, with the same columns. Where a
    `folder` is named, its `original` files are read instead; languages that are `off_hub` need them.

    Queries of the format ranking search the passages that `read_pool` makes of the rows in all `pool_languages`.
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
    only: tuple[str, str] | None = None
    original: Original | None = None
    folder: str = ""
    off_hub: tuple[str, ...] = ()
    elsewhere: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    tunes_on: Split | None = None
    pool_languages: tuple[str, ...] = ()
    read_pool: Reader[Passage] | None = None

    def data(self, split: Split, language: str) -> HubData | JoinedData | FileData:
        """Where the rows of a split in a language are."""
        name = self.names.get(language, language)
        only = (self.only[0], _named(self.only[1], name)) if self.only else None
        if self.original and (self.folder or language in self.off_hub):
            patterns = self._patterns(self.original, split, language)
            return FileData(self.repository, split, language, patterns, self.original.reader, self.columns, only)
        found = self.splits.get(split, (split,))
        repository, config = self.elsewhere.get(language, (self.repository, self.config))
        parts = tuple(HubData(repository, one, _named(config, name), self.columns, only) for one in found)
        return parts[0] if len(parts) == 1 else JoinedData(parts)

    def examples(self, rows: Iterable[Row], language: str) -> Iterator[Example]:
        """Rows to examples."""
        return self.read(rows, language)

    def pool_data(self, split: Split, language: str) -> HubData | JoinedData | FileData:
        """Where the rows with the passages of a language are: with its queries, or in files of their own."""
        if not (self.original and self.original.pool):
            return self.data(split, language)
        patterns = self._within(self.original, self.original.pool, language)
        return FileData(self.repository, split, language, patterns, self.original.reader)

    def passages(self, rows: Iterable[Row], language: str) -> Iterator[Passage]:
        """Rows to passages; none if the task ranks nothing."""
        return self.read_pool(rows, language) if self.read_pool else iter(())

    def _patterns(self, original: Original, split: Split, language: str) -> tuple[str, ...]:
        return self._within(original, original.paths.get(split, ()), language)

    def _within(self, original: Original, paths: tuple[str, ...], language: str) -> tuple[str, ...]:
        """Paths in the folder; none if no folder is named."""
        name = original.names.get(language, language)
        paths = paths if self.folder else ()
        return tuple(
            " + ".join(str(PurePath(self.folder, _named(part, name))) for part in path.split(" + ")) for path in paths
        )


def _named(pattern: str, language: str) -> str:
    return pattern.replace("{language}", language)  # not str.format: a user's pattern may hold other braces
