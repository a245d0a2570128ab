"""What the jobs of a run spent together, for its record and for the lines at its end. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from xeval.values import Json


def together(jobs: Iterable[Mapping[str, Any]]) -> dict[str, Json]:
    """What jobs told of themselves, added up; memory is the most of any. Empty, if none told anything."""
    told = [one for one in jobs if one]
    if not told:
        return {}
    seconds: Counter[str] = Counter()
    for one in told:
        seconds.update(one["seconds"])
    tokens, rows, flop = (sum(one[name] for one in told) for name in ("tokens", "rows", "flop"))
    spent = seconds["compute"]
    used = [one["utilisation"] * one["seconds"]["compute"] for one in told if one["utilisation"] is not None]
    return {
        "jobs": len(told),
        "seconds": {part: round(value, 3) for part, value in seconds.items()},
        "tokens": tokens,
        "tokens_per_second": round(tokens / spent, 1) if spent else None,
        "padding": round(1 - tokens / rows, 4) if rows else 0.0,
        "flop": flop,
        "flop_per_second": flop / spent if spent else 0.0,
        "utilisation": round(sum(used) / spent, 4) if len(used) == len(told) and spent else None,
        "memory": max(one["memory"] for one in told),
    }


def sentences(spent: Mapping[str, Any]) -> Iterator[str]:
    """What a run spent, for people; nothing of one that computed nothing."""
    if not spent:
        return
    parts = sorted(spent["seconds"].items(), key=lambda part: -part[1])
    if parts:
        yield "seconds of workers: " + ", ".join(f"{name} {value:,.1f}" for name, value in parts)
    if spent["tokens_per_second"]:
        used = f" ({spent['utilisation']:.0%} of the GPU's best)" if spent["utilisation"] is not None else ""
        yield (
            f"{spent['tokens']:,} sub-words at {spent['tokens_per_second']:,.0f}/s a worker, "
            f"{spent['padding']:.1%} padding, {speed(spent['flop_per_second'])}{used}, "
            f"{spent['memory'] / 2**30:.1f} GiB at most"
        )


def speed(rate: float) -> str:
    """Operations a second in the unit that people use.

    >>> speed(61.3e9), speed(4.2e14)
    ('61.3 GFLOP/s', '420.0 TFLOP/s')
    """
    return f"{rate / 1e12:,.1f} TFLOP/s" if rate >= 1e12 else f"{rate / 1e9:,.1f} GFLOP/s"
