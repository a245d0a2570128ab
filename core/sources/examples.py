"""From the rows of a task to its examples, every one of them checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from xeval.contracts import Task
from xeval.data import MadeData
from xeval.errors import BadData, MissingData
from xeval.scores.checks import check_example
from xeval.sources.rows import Place, Rows, open_rows, spoken
from xeval.values import Example, Split


def examples_of(task: Task, split: Split, language: str, place: Place, limit: int | None = None) -> list[Example]:
    """The examples of one split in one language, at most `limit`, in the order of the rows.

    Raises MissingData if the data are not there, and BadData for the first row that breaks the task's rules.
    """
    data = task.data(split, language)
    rows = open_rows(data, place)
    # The limit counts examples, not rows: some files hold many languages one after the other, of which one is taken.
    made = task.examples(rows, language) if isinstance(data, MadeData) else _made(rows, task, language)
    found = list(islice(_checked(made, rows, task, language), limit))
    if not found and limit != 0:
        # some files hold all languages of a task, or rows without labels only, and it shows when they are read
        raise MissingData(f"{spoken(data)} holds no example of the task {task.name!r} in {language!r}.")
    return found


def _checked(made: Iterable[Example], rows: Rows, task: Task, language: str) -> Iterator[Example]:
    seen: set[str] = set()
    for example in made:
        reason = check_example(example, task) or _out_of_place(example, language, seen)
        if reason:
            raise BadData(rows.at, reason)
        seen.add(example.uid)
        yield example


def _made(rows: Rows, task: Task, language: str) -> Iterator[Example]:
    try:
        yield from task.examples(rows, language)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        # A row that has not the shape that the task reads: a null, a text for a list, lists of two lengths.
        raise BadData(rows.at, f"the task {task.name!r} cannot read it: {type(error).__name__}: {error}") from error


def _out_of_place(example: Example, language: str, seen: set[str]) -> str | None:
    if example.language != language:
        return f"it is in {example.language!r}, and {language!r} was asked for"
    return f"the uid {example.uid!r} was there before" if example.uid in seen else None
