"""From numbers to places in a drawing: scales, and the round numbers that stand beside them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

STEPS = (1, 2, 5, 10)


@dataclass(frozen=True)
class Axis:
    """How numbers are shown along one side.

    `percent` writes shares as percent, `signed` writes a plus before what is positive, `log` spaces by ratio and
    takes numbers above 0 only. `low` and `high` widen what the numbers themselves ask for; they never cut.
    """

    title: str = ""
    log: bool = False
    percent: bool = False
    signed: bool = False
    low: float | None = None
    high: float | None = None

    def number(self, value: float) -> str:
        """A number of the data, as it is said.

        >>> Axis(percent=True).number(0.6134), Axis().number(1250.0), Axis(percent=True, signed=True).number(0.02)
        ('61.3', '1,250', '+2.0')
        """
        sign = "+" if self.signed and value > 0 else ""
        if self.percent:
            text = f"{100 * value:.1f}"
            return "0.0" if text == "-0.0" else sign + text
        return sign + (f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}")

    def tick(self, value: float) -> str:
        """A round number beside the axis."""
        sign = "+" if self.signed and value > 0 else ""
        return sign + (f"{100 * value:.6g}" if self.percent else f"{value:,.6g}")


@dataclass(frozen=True)
class Scale:
    """A stretch of numbers laid over a stretch of a drawing."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """The place of a number."""
        share = (self._at(value) - self._at(self.low)) / (self._at(self.high) - self._at(self.low))
        return self.start + share * (self.end - self.start)

    def _at(self, value: float) -> float:
        return math.log(value) if self.log else value


def scale(values: Iterable[float], axis: Axis, start: float, end: float) -> Scale:
    """A scale on which all values have a place, with a little room on either side; finite values only."""
    wanted = [*values, *(bound for bound in (axis.low, axis.high) if bound is not None)]
    if axis.log:
        wanted = [value for value in wanted if value > 0] or [1.0]
    low, high = min(wanted, default=0.0), max(wanted, default=1.0)
    if axis.log:
        room = (high / low) ** 0.06 if high > low else 2.0
        return Scale(low / room, high * room, start, end, True)
    room = 0.06 * (high - low) or 0.1 * abs(high) or 0.1
    # A bound that was asked for is kept exactly: nothing lies below a score of 0.
    bottom = low if low == axis.low else low - room
    return Scale(bottom, high if high == axis.high else high + room, start, end)


def ticks(over: Scale, most: int = 6) -> tuple[float, ...]:
    """Round numbers on a scale, at most so many: steps of 1, 2 or 5, or powers of ten and parts of them."""
    if over.log:
        return log_ticks(over.low, over.high, most)
    rough = (over.high - over.low) / max(1, most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * step for step in STEPS if power * step >= rough * 0.999)
    first, last = math.ceil(over.low / step - 1e-9), math.floor(over.high / step + 1e-9)
    return tuple(round(number * step, 12) for number in range(first, last + 1))


def log_ticks(low: float, high: float, most: int) -> tuple[float, ...]:
    """1, 2, 5 of every power of ten between two numbers; powers of ten alone where those are too many."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for parts in ((1, 2, 5), (1,)):
        found = tuple(round(part * 10.0**power, 12) for power in powers for part in parts)
        inside = tuple(value for value in found if low <= value <= high)
        if len(inside) <= most:
            return inside
    return inside[:: math.ceil(len(inside) / most)]
