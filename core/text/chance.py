"""Chance that is counted, not drawn: a number from a seed and a counter, the same in any order and in any batch."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint64]
STEP = 0x9E3779B97F4A7C15  # the golden ratio: Steele, Lea and Flood 2014, SplitMix64
FIRST, SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
MASK = (1 << 64) - 1


def mixed(numbers: Numbers) -> Numbers:
    """The finalizer of SplitMix64, for each number, (n,): all bits that come out depend on all that went in."""
    z = numbers + np.uint64(STEP)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(FIRST)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(SECOND)
    return z ^ (z >> np.uint64(31))


def numbers(seeds: Numbers, counters: NDArray[Any] | int) -> Numbers:
    """64 bits for each seed and counter."""
    return mixed(seeds ^ mixed(np.atleast_1d(np.asarray(counters, np.uint64))))


def shares(seeds: Numbers, counters: NDArray[Any] | int) -> NDArray[np.float64]:
    """A number from 0 to 1, without 1, for each seed and counter."""
    return np.asarray((numbers(seeds, counters) >> np.uint64(11)) * 2.0**-53, np.float64)


def places(seeds: Numbers, counters: NDArray[Any] | int, counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """A number below each count, for each seed and counter."""
    return (shares(seeds, counters) * counts).astype(np.int64)


class Counted(Random):
    """SplitMix64 behind the methods of `Random`: a new state costs nothing, which a Mersenne Twister's does."""

    state = 0

    def seed(self, a: Any = 0, version: int = 2) -> None:
        """Begin with a number below 2**64."""
        self.state = int(a or 0) & MASK

    def random(self) -> float:
        """The next number from 0 to 1, without 1."""
        return (self._next() >> 11) * 2.0**-53

    def getrandbits(self, k: int, /) -> int:
        """The next k bits."""
        found = 0
        for _ in range(0, k, 64):
            found = found << 64 | self._next()
        return found >> (-k % 64)

    def _next(self) -> int:
        self.state = z = (self.state + STEP) & MASK
        z = ((z ^ z >> 30) * FIRST) & MASK
        z = ((z ^ z >> 27) * SECOND) & MASK
        return z ^ z >> 31
