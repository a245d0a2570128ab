"""What identifies the data of tasks, asked of the world once for each split in each language."""

from __future__ import annotations

from collections.abc import Callable

from xeval.contracts import RankingTask, Task
from xeval.data import Data, FileData
from xeval.errors import MissingData
from xeval.guests import asked
from xeval.values import Json, Split


class Fingerprints:
    """Remembers what it was told; `notes` say which languages a corpus lacks."""

    def __init__(self, ask: Callable[[Data], Json]) -> None:
        self._ask = ask
        self._known: dict[tuple[int, Split, str], Json] = {}
        self.notes: list[str] = []

    def of(self, task: Task, split: Split, code: str) -> Json:
        """The fingerprint of a split in a language. Raises MissingData, with all ways to give the data."""
        name = (id(task), split, code)  # one name may stand on both shelves for different data
        if name not in self._known:
            self._known[name] = self._asked(task, asked(task, "data", split, code))
        return self._known[name]

    def pool(self, task: RankingTask, split: Split) -> dict[str, Json]:
        """The fingerprints of all parts of the pool that a task's queries search. Raises MissingData."""
        return {code: self._pool(task, split, code) for code in task.pool_languages}

    def _pool(self, task: RankingTask, split: Split, code: str) -> Json:
        name = (id(task), split, f"pool {code}")
        if name not in self._known:
            self._known[name] = self._asked(task, asked(task, "pool_data", split, code))
        return self._known[name]

    def corpus(self, corpus: Task) -> dict[str, Json]:
        """The languages of a corpus that are there: a local hub may hold some of them only. Raises MissingData."""
        found: dict[str, Json] = {}
        for code in corpus.languages:
            try:
                found[code] = self.of(corpus, "train", code)
            except MissingData:
                continue
        if not found:
            raise MissingData(
                f"The corpus {corpus.name!r}, which a model is to be pretrained on, is there in no language.",
                hint="Name a folder that holds it with --hub DIR, or another model with --model.",
            )
        if len(found) < len(corpus.languages):
            self.notes.append(f"The corpus {corpus.name!r} is there in {', '.join(found)} only.")
        return found

    def _asked(self, task: Task, data: Data) -> Json:
        try:
            return self._ask(data)
        except MissingData as error:
            if isinstance(data, FileData) or not getattr(task, "original", None):
                raise
            folder = f"Or name a folder with its original files in registry.yaml: files: {{{task.name}: FOLDER}}."
            raise MissingData(error.message, hint=f"{error.hint} {folder}".strip()) from None
