"""How cells and stages are called in experiment trackers."""

from __future__ import annotations

import re

from xeval.api import Cell, seed_of

LONGEST = 150  # bytes of the name of a file; file systems take 255
UNLIKELY = re.compile(r"[^\w.+\- ]+")  # what a tracker, or a file system, may refuse in a name


def system_of(cell: Cell) -> str:
    """What was scored: a model after a recipe, with a seed."""
    return plain(f"{cell.model} {cell.recipe} seed {cell.seed}")


def metric_of(cell: Cell) -> str:
    """What it was scored on: task, metric, language, and the noise with its level in percent."""
    noise = f"/{cell.perturbation}" if cell.perturbation else "/clean"
    return "/".join(plain(part) for part in (cell.target, cell.metric, cell.language)) + plain(noise)


def level_of(cell: Cell) -> int:
    """The step at which a score stands: its level in percent, so that a noise is a curve."""
    return round(100 * cell.level)


def plain(text: str) -> str:
    """A name that every tracker takes: slashes stay, they make groups."""
    return "/".join(UNLIKELY.sub("_", part) for part in text.split("/"))


def file_name(text: str) -> str:
    """The name of a file or a folder: without slashes, and cut where it is long, its end then a digest of all of it."""
    whole = plain(text).replace("/", "_")
    if len(whole.encode()) <= LONGEST:
        return whole
    return f"{whole.encode()[: LONGEST - 17].decode(errors='ignore')}~{seed_of(whole):016x}"
