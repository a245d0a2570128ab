"""One of several, and what stands between two words."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from xeval.api import Language

T = TypeVar("T")

UNSPACED = {"Hans", "Hant", "Jpan", "Thai", "Mymr"}  # scripts that put no space between words


def draw(options: Sequence[T], rng: Random) -> T:
    """One of several. `Random.random` alone gives the same numbers in every version of Python."""
    return options[int(rng.random() * len(options))]


def space_after(word: str, language: Language) -> str:
    """What stands between a word and the next one: a space, or nothing in scripts without them."""
    return "" if language.script in UNSPACED and not word.isascii() else " "
