"""What stages left in a store to go on from or to be quick, and which of it nobody needs any more."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from xeval.files import remove
from xeval.plans.stage import Stage
from xeval.running.store import UNFINISHED, Store

DAY = 86_400.0  # seconds


@dataclass(frozen=True)
class Leftover:
    """What may be taken away: where it is, bytes, and days since anybody needed it."""

    path: Path
    size: int
    days: float


def tidy_plan(stages: Iterable[Stage], left: Iterable[Stage], store: Store) -> None:
    """Take away what stages of a plan kept while in work, where nothing is to be computed of them any more."""
    unneeded = {stage.key for stage in stages} - {stage.key for stage in left}
    for one in leftovers(store):
        if one.path.name in unneeded:
            remove(one.path)


def leftovers(store: Store, days: float = 0.0) -> list[Leftover]:
    """Checkpoints that nobody has added to for so many days, the oldest first."""
    return old((store.root / UNFINISHED).glob("*"), days)


def unread(store: Store, days: float) -> list[Leftover]:
    """Tokenised texts that nobody has read for so many days, the oldest first."""
    return old(store.tokenised.glob("*/*.arrow"), days)


def old(paths: Iterable[Path], days: float) -> list[Leftover]:
    """What has not been needed for so many days."""
    return sorted((one for one in map(leftover, paths) if one.days >= days), key=lambda one: -one.days)


def leftover(path: Path) -> Leftover:
    """What there is of one. Files may go meanwhile: their training ends, or writes the next checkpoint."""
    states = [state for state in map(stat_of, [path, *path.glob("*")]) if state]
    newest = max((modified for modified, _ in states), default=time.time())
    return Leftover(path, sum(size for _, size in states), max(0.0, time.time() - newest) / DAY)


def stat_of(path: Path) -> tuple[float, int] | None:
    """When a file was written, and its bytes (0 for a folder); None if it is gone."""
    try:
        state = path.stat()
    except FileNotFoundError:
        return None
    return state.st_mtime, state.st_size if path.is_file() else 0


def prune(old: Iterable[Leftover]) -> None:
    """Take some away."""
    for one in old:
        remove(one.path)
