"""Every mistake a user can make: what is wrong, where, and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class XevalError(Exception):
    """A mistake that the user can fix. The command line prints message and hint, never a traceback."""

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UnknownName(XevalError):
    """A name that nobody offers; the hint holds the nearest known one."""

    def __init__(self, kind: str, name: str, known: Iterable[str], *, hint: str = "") -> None:
        self.kind, self.name, self.known = kind, name, sorted(known)
        super().__init__(f"No {kind} is called {name!r}.", hint=hint or suggestion(kind, name, self.known))

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.kind, self.name, self.known))


class BadValue(XevalError):
    """A value that an option, a setting or a level cannot have."""


SHOWN = 20  # mistakes in a file that are told


class BadFile(XevalError):
    """A file of the user's with mistakes in it; each is in the message, as file:line:key, or the first of very many."""

    def __init__(self, path: str, problems: Iterable[str], *, hint: str = "") -> None:
        self.path, self.problems = path, list(problems)
        more = len(self.problems) - SHOWN
        shown = [*self.problems[:SHOWN], *([f"and {more} more"] if more > 0 else [])]
        lines = "\n".join(f"  {problem}" for problem in shown)
        count = "1 mistake" if len(self.problems) == 1 else f"{len(self.problems)} mistakes"
        super().__init__(f"{count} in {path}:\n{lines}", hint=hint)

    def __reduce__(self) -> tuple[object, ...]:
        return (_bad_file, (self.path, self.problems, self.hint))


class BadData(XevalError):
    """A row of a data set that breaks the rules of its task."""

    def __init__(self, where: str, reason: str, *, hint: str = "") -> None:
        self.where, self.reason = where, reason
        super().__init__(f"{where}: {reason}", hint=hint)

    def __reduce__(self) -> tuple[object, ...]:
        return (_bad_data, (self.where, self.reason, self.hint))


class MissingData(XevalError):
    """A data set or a model that is not where it was looked for."""


class BadPlugin(XevalError):
    """A plugin that does not import, does not have the shape of its kind, or claims a name that is taken."""


def _bad_file(path: str, problems: list[str], hint: str) -> BadFile:
    return BadFile(path, problems, hint=hint)


def _bad_data(where: str, reason: str, hint: str) -> BadData:
    return BadData(where, reason, hint=hint)


def spoken(error: BaseException) -> str:
    """An error as it is told: a user's mistake by its message and hint, anything else with its type."""
    return str(error) if isinstance(error, XevalError) else f"{type(error).__name__}: {error}".rstrip(": ")


def first_line(error: Exception) -> str:
    """The first line of what a library says of an error; its type, where it says nothing.

    >>> first_line(OSError("no route\\nlong story")), first_line(OSError())
    ('no route', 'OSError')
    """
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None if nothing is like it."""
    matches = difflib.get_close_matches(name.lower(), {k.lower(): k for k in known}, n=1, cutoff=0.5)
    return next((k for k in known if matches and k.lower() == matches[0]), None)


def suggestion(kind: str, name: str, known: list[str]) -> str:
    """A hint: the nearest known name, or all of them when they are few."""
    close = nearest(name, known)
    if close:
        return f"Did you mean {close!r}?"
    if not known:
        return f"There is no {kind} at all."
    shown = ", ".join(known[:12])
    return f"Known: {shown}{', …' if len(known) > 12 else ''}."
