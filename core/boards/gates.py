"""A gate: what may not happen between two runs, as an expression such as `avg:-0.5,language:-2.0,p<0.05`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from xeval.boards.changes import KINDS, Change, Comparison, Kind
from xeval.boards.comparing import ALPHA
from xeval.errors import BadValue, suggestion

NAMES: Mapping[str, Kind] = {"avg": "average", "lang": "language", **{kind: kind for kind in KINDS}}
LIMIT = re.compile(r"(?P<name>\w+)\s*:\s*(?P<limit>[-+]?\d+(\.\d+)?)")
CHANCE = re.compile(r"p\s*<\s*(?P<alpha>0?\.\d+)")
HINT = "Write regression, or limits in points such as avg:-0.5,language:-2.0, with p<0.05 if only sure losses count."


@dataclass(frozen=True)
class Gate:
    """What fails: any sure loss (`regression`), or a change below a limit in points; with `alpha` only a sure one."""

    regression: bool = False
    limits: Mapping[Kind, float] = field(default_factory=dict)
    alpha: float | None = None

    @classmethod
    def parse(cls, text: str) -> Gate:
        """Read an expression.

        >>> Gate.parse("avg:-0.5, p<0.05")
        Gate(regression=False, limits={'average': -0.5}, alpha=0.05)
        """
        regression, limits, alpha = False, {}, None
        for part in (part.strip() for part in text.split(",")):
            if part == "regression":
                regression = True
            elif found := LIMIT.fullmatch(part):
                limits[kind_of(found["name"], text)] = limit_of(found["limit"], text)
            elif found := CHANCE.fullmatch(part):
                alpha = alpha_of(found["alpha"], text)
            else:
                raise BadValue(f"{part!r} in the gate {text!r} is no condition.", hint=HINT)
        if not regression and not limits:
            raise BadValue(f"The gate {text!r} has no limit.", hint=HINT)
        return cls(regression, limits, alpha)


def kind_of(name: str, text: str) -> Kind:
    """What a limit is on."""
    if name not in NAMES:
        raise BadValue(f"The gate {text!r} limits {name!r}.", hint=suggestion("kind of number", name, sorted(NAMES)))
    return NAMES[name]


def limit_of(text: str, whole: str) -> float:
    """A limit in points, below which a change fails."""
    limit = float(text)
    if limit > 0:
        raise BadValue(
            f"The gate {whole!r} asks for a gain of {limit:g}.", hint="A limit is the most that may be lost: -0.5."
        )
    return limit


def alpha_of(text: str, whole: str) -> float:
    """Below which p a loss counts as sure."""
    if not float(text):
        raise BadValue(f"In the gate {whole!r} no loss is ever sure: no p is below 0.", hint="Write p<0.05.")
    return float(text)


def check_kinds(gate: Gate, comparison: Comparison) -> None:
    """Raise BadValue for a limit on numbers of which there is none: such a gate would pass whatever happens."""
    for kind in gate.limits:
        if not comparison.of(kind):
            there = ", ".join(one for one in KINDS if comparison.of(one)) or "none"
            raise BadValue(
                f"The gate limits {kind}, and the runs have no number of that kind in common.",
                hint=f"They have: {there}." + (" Run both with --plugins noise." if kind == "noise" else ""),
            )


def findings(gate: Gate, comparison: Comparison) -> tuple[str, ...]:
    """Why the gate fails, a sentence each; none if it passes. A score lost or not compared fails every gate."""
    lost = (f"lost: {name}" for name in comparison.lost)
    unshared = (f"no example in common: {name}" for name in comparison.unshared)
    return (*lost, *unshared, *broken(gate, comparison))


def broken(gate: Gate, comparison: Comparison) -> Iterator[str]:
    """A sentence for each change that the gate forbids."""
    for change in comparison.changes:
        points = round(100 * change.difference.value, 9)  # 74.5 less 75 is a little below -0.5
        limit = gate.limits.get(change.kind)
        sure = change.p < (gate.alpha or ALPHA)
        if limit is not None and points < limit and (sure or gate.alpha is None):
            yield f"{told(change)}; the limit is {limit:+.2f}"
        elif gate.regression and points < 0 and sure:
            yield f"{told(change)}: a regression"


def told(change: Change) -> str:
    """A change in words."""
    apart = change.difference
    return (
        f"{change.system}, {change.name}: {100 * apart.value:+.2f} "
        f"[{100 * apart.low:+.2f}, {100 * apart.high:+.2f}], adjusted p {change.p:.3f}"
    )
