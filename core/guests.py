"""Calling the code of plugins that others wrote: whatever it raises, or how long it takes, the plugin is named."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

from xeval.errors import BadPlugin, XevalError, spoken
from xeval.visits import BOOK, Visit

Thing = TypeVar("Thing")
PATIENCE = "XEVAL_PLUGIN_SECONDS"
USUAL_PATIENCE = 60.0


class PluginFailed(BadPlugin):
    """The code of a plugin raised, or took too long."""


class Hangs(BaseException):
    """Raised inside code that takes too long; no Exception, since plugins may catch those."""


def patience() -> float:
    """Seconds that a plugin may take for one step: an import, a hook, one text, one example; 0 is for ever."""
    try:
        return max(0.0, float(os.environ.get(PATIENCE, USUAL_PATIENCE)))
    except ValueError:
        return USUAL_PATIENCE


def is_ours(code: Any) -> bool:
    """Whether a function, or what stands behind a bound one, ships with xeval."""
    return f"{getattr(code, '__module__', '') or ''}.".startswith("xeval.")


def asked(plugin: Any, method: str, *arguments: Any, seconds: float | None = None) -> Any:
    """Call a method of a plugin; raises PluginFailed with its name if it raises or hangs."""
    with visiting(plugin, getattr(plugin, method), method, seconds):
        return getattr(plugin, method)(*arguments)


def missing(by: Any, language: Any) -> str:
    """What a user can do where a perturbation does not cover a language, if it says so."""
    return str(asked(by, "missing", language)) if hasattr(by, "missing") else ""


@contextmanager
def visiting(plugin: Any, code: Any, doing: str, seconds: float | None = None) -> Iterator[None]:
    """A stretch in which code of a plugin runs. What ships with xeval is not watched: its errors are bugs of ours."""
    if is_ours(code):
        yield
        return
    seconds = patience() if seconds is None else seconds
    name, module = getattr(plugin, "name", type(plugin).__name__), getattr(code, "__module__", "?")
    try:
        with noted(Visit(name, module, doing, seconds)), limited(seconds):
            yield
    except (XevalError, KeyboardInterrupt, GeneratorExit):
        raise
    except Hangs as hang:
        raise failed(name, module, str(hang), doing) from None
    except (Exception, SystemExit) as error:  # whatever it raises, it is told with the plugin's name
        raise failed(name, module, f"raised {spoken(error)}", doing) from error


def failed(name: str, module: str, what: str, doing: str) -> PluginFailed:
    """What is told of a plugin that did something wrong."""
    return PluginFailed(f"The plugin {name!r} ({module}) {what}, in {doing}.", hint=f"See: xeval plugins check {name}")


@contextmanager
def noted(visit: Visit) -> Iterator[None]:
    """Keep where this process is, if another may end it and reads that."""
    book = BOOK.get()
    if book is None or not visit.seconds:
        yield
        return
    with book.entered(visit):
        yield


def overstayed(visit: Visit) -> PluginFailed:
    """What is told of a plugin whose process had to be ended."""
    return failed(visit.name, visit.module, f"{too_long(visit.seconds)}; its process was ended", visit.doing)


def too_long(seconds: float) -> str:
    """What a plugin did that took more time than it has."""
    return f"took longer than {seconds:g} seconds ({PATIENCE})"


def stepwise(things: Iterable[Thing], plugin: Any, code: Any, doing: str) -> Iterator[Thing]:
    """What a plugin yields; each step has the whole time limit for itself."""
    if is_ours(code):
        yield from things
        return
    steps = iter(things)
    while True:
        with visiting(plugin, code, doing):
            try:
                thing = next(steps)
            except StopIteration:
                return
        yield thing


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise Hangs in a block that takes longer; only in a main thread, on systems with interval timers.

    The clock of a block around is stopped meanwhile, and goes on with what it had left.
    """
    if seconds <= 0 or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise Hangs(too_long(seconds))

    before = signal.signal(signal.SIGALRM, ring)
    left, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if left:
            signal.setitimer(signal.ITIMER_REAL, left)


class Watched:
    """A perturbation of somebody else's: each text has a time limit, and what goes wrong has a name."""

    def __init__(self, by: Any) -> None:
        self.by, self.name, self.version = by, by.name, by.version

    def covers(self, language: Any) -> bool:
        """As the plugin says."""
        return bool(asked(self.by, "covers", language))

    def perturb(self, *of: Any) -> Any:
        """As the plugin does."""
        return asked(self.by, "perturb", *of)


class WatchedMany(Watched):
    """A perturbation of many texts at once: the limit grows with their number."""

    def perturb_many(self, texts: Any, *of: Any) -> Any:
        """As the plugin does."""
        return asked(self.by, "perturb_many", texts, *of, seconds=patience() * (1 + len(texts) / 1000))


def watched(by: Any) -> Any:
    """A perturbation as it is used in a run: our own as they are."""
    if is_ours(by.perturb):
        return by
    return WatchedMany(by) if hasattr(by, "perturb_many") else Watched(by)
