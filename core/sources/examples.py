"""From the rows of a task to its examples, every one of them checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import TypeVar

from xeval.contracts import RankingTask, Task
from xeval.data import MadeData
from xeval.errors import BadData, MissingData
from xeval.guests import asked, stepwise
from xeval.scores.checks import check_example, check_passage
from xeval.sources.rows import Place, Rows, open_rows, spoken
from xeval.values import Example, Passage, Split

Thing = TypeVar("Thing")


def examples_of(task: Task, split: Split, language: str, place: Place, limit: int | None = None) -> list[Example]:
    """The examples of one split in one language, at most `limit`, in the order of the rows.

    Raises MissingData if the data are not there, and BadData for the first row that breaks the task's rules.
    """
    data = asked(task, "data", split, language)
    rows = open_rows(data, place)
    # The limit counts examples, not rows: some files hold many languages one after the other, of which one is taken.
    make = partial(task.examples, rows, language)
    made = _made(make) if isinstance(data, MadeData) else _read(make, rows, task)
    made = stepwise(made, task, getattr(task, "read", task.examples), "examples")
    found = list(islice(_checked(made, rows, task, language), limit))
    if not found and limit != 0:
        # some files hold all languages of a task, or rows without labels only, and it shows when they are read
        raise MissingData(f"{spoken(data)} holds no example of the task {task.name!r} in {language!r}.")
    return found


def passages_of(task: RankingTask, split: Split, language: str, place: Place) -> list[Passage]:
    """The passages of one part of a task's pool, in the order of the rows.

    Raises MissingData if the data are not there, and BadData for the first row that breaks the rules.
    """
    data = asked(task, "pool_data", split, language)
    rows = open_rows(data, place)
    found: dict[str, Passage] = {}
    made = _read(partial(task.passages, rows, language), rows, task)
    for passage in stepwise(made, task, task.passages, "passages"):
        reason = check_passage(passage, task)
        if reason or passage.uid in found:
            raise BadData(rows.at, reason or f"the passage {passage.uid!r} was there before")
        found[passage.uid] = passage
    if not found:
        raise MissingData(f"{spoken(data)} holds no passage for the task {task.name!r}.")
    return list(found.values())


def _checked(made: Iterable[Example], rows: Rows, task: Task, language: str) -> Iterator[Example]:
    seen: set[str] = set()
    for example in made:
        reason = check_example(example, task) or _out_of_place(example, language, seen)
        if reason:
            raise BadData(rows.at, reason)
        seen.add(example.uid)
        yield example


def _made(make: Callable[[], Iterable[Thing]]) -> Iterator[Thing]:
    yield from make()  # in the first step, which is watched: a task may give a list, and hang or raise before that


def _read(make: Callable[[], Iterable[Thing]], rows: Rows, task: Task) -> Iterator[Thing]:
    try:
        yield from make()
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        # A row that has not the shape that the task reads: a null, a text for a list, lists of two lengths.
        raise BadData(rows.at, f"the task {task.name!r} cannot read it: {_told(error)}") from error


def _told(error: Exception) -> str:
    """What is wrong with a row: readers say so in a ValueError; of others the kind tells more than the text."""
    if isinstance(error, KeyError):
        return f"it has no {error}"
    return str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"


def _out_of_place(example: Example, language: str, seen: set[str]) -> str | None:
    if example.language != language:
        return f"it is in {example.language!r}, and {language!r} was asked for"
    return f"the uid {example.uid!r} was there before" if example.uid in seen else None
