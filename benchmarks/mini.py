"""What the testbed must show, over several seeds, from the scores of a real run.

    python benchmarks/mini.py [--seeds 0 1 2] [--store DIR] [--output benchmarks/results/mini.json]

Runs the default suite under noise and in several orders, then states each claim with its figures. It exits with 1 if
one does not hold. On two cores it takes about five minutes.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

NEAR, FAR, LOW = ("qaa", "qab"), ("qca", "qda"), ("qbb", "qca", "qda")
CHANCE = {"mini-pos": 0.31, "mini-ner": 0.05, "mini-mc": 1 / 3, "mini-nli": 1 / 3}  # the majority, or a guess
TRANSFER = ("mini-retrieval", "mini-pos", "mini-ner")
Cells = list[dict[str, Any]]


def run(seeds: list[int], store: Path) -> dict[str, Any]:
    """The document of the run."""
    command = [sys.executable, "-m", "xeval", "run", "--plugins", "noise,order", "--json", "--store", str(store)]
    command += [part for seed in seeds for part in ("--seed", str(seed))]
    document: dict[str, Any] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    return document


def mean(cells: Iterable[dict[str, Any]]) -> float:
    """The mean score, in percent."""
    return 100 * statistics.fmean(cell["score"] for cell in cells)


def chosen(cells: Cells, languages: Iterable[str] | None = None, level: float = 0.0, **named: Any) -> Cells:
    """Scored cells that have these values; all languages but the source if none are named."""
    wanted = set(languages) if languages else None
    return [
        cell
        for cell in cells
        if cell["state"] == "done"
        and cell["level"] == level
        and (cell["language"] in wanted if wanted else cell["language"] != cell["source"])
        and all(cell[name] == value for name, value in named.items())
    ]


def above_chance(cells: Cells) -> dict[str, Any]:
    """Each trained target is clearly above chance in the source language, on every seed."""
    figures = {
        target: [mean([c]) for c in chosen(cells, ["qen"], model="mini", recipe="none", target=target)]
        for target in CHANCE
    }
    return {"holds": all(min(f) > 100 * CHANCE[t] + 5 for t, f in figures.items()), "figures": figures}


def above_random(cells: Cells) -> dict[str, Any]:
    """Zero-shot retrieval, tagging and names are above the randomly initialised encoder, on every seed."""
    seeds = sorted({cell["seed"] for cell in cells})
    figures = {
        target: [
            [mean(chosen(cells, model=m, recipe="none", target=target, seed=s)) for m in ("mini", "random-init")]
            for s in seeds
        ]
        for target in TRANSFER
    }
    return {"holds": all(a > b + 3 for pairs in figures.values() for a, b in pairs), "figures": figures}


def near_before_far(cells: Cells) -> dict[str, Any]:
    """Languages near the source do better than far ones, and than low-resource ones, on the mean over targets."""
    figures = {
        name: mean(chosen(cells, codes, model="mini", recipe="none"))
        for name, codes in (("near", NEAR), ("far", FAR), ("low-resource", LOW))
    }
    return {"holds": figures["near"] > max(figures["far"], figures["low-resource"]) + 5, "figures": figures}


def falling_with_noise(cells: Cells) -> dict[str, Any]:
    """The zero-shot mean of each target falls with each level of noise, on every seed."""
    levels = sorted({cell["level"] for cell in cells})
    figures = {
        f"{target}, seed {seed}": [
            mean(chosen(cells, level=lv, model="mini", recipe="none", target=target, seed=seed)) for lv in levels
        ]
        for target in (*TRANSFER, "mini-mc", "mini-nli")
        for seed in sorted({cell["seed"] for cell in cells})
    }
    return {"holds": all(f == sorted(f, reverse=True) for f in figures.values()), "figures": figures}


def intermediate_gain(cells: Cells) -> dict[str, Any]:
    """The intermediate task raises mini-nli in the source language and in the others, on every seed."""
    figures = {
        where: [
            [mean(chosen(cells, codes, model="mini", recipe=r, target="mini-nli", seed=s)) for r in ("none", "mini-mc")]
            for s in sorted({cell["seed"] for cell in cells})
        ]
        for where, codes in (("source", ["qen"]), ("zero-shot", None))
    }
    return {"holds": all(after > before for pairs in figures.values() for before, after in pairs), "figures": figures}


CLAIMS: tuple[Callable[[Cells], dict[str, Any]], ...] = (
    above_chance,
    above_random,
    near_before_far,
    falling_with_noise,
    intermediate_gain,
)


def main() -> int:
    """Run, state every claim, and write the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--store", type=Path, default=Path(".xeval"))
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    document = run(options.seeds, options.store)
    found = {claim.__name__: {"claim": claim.__doc__, **claim(document["cells"])} for claim in CLAIMS}
    for result in found.values():
        print(f"{'holds ' if result['holds'] else 'FAILS '} {result['claim']}")
        for name, figures in result["figures"].items():
            print(f"         {name}: {json.dumps(rounded(figures))}")
    if options.output:
        about = {"seeds": options.seeds, "seconds": document["seconds"], "machine": document["machine"]}
        options.output.write_text(json.dumps(about | {"claims": rounded(found)}, indent=1) + "\n")
    return 0 if all(result["holds"] for result in found.values()) else 1


def rounded(value: Any) -> Any:
    """The same with one decimal."""
    if isinstance(value, dict):
        return {name: rounded(part) for name, part in value.items()}
    if isinstance(value, list):
        return [rounded(part) for part in value]
    return round(value, 1) if isinstance(value, float) else value


if __name__ == "__main__":
    sys.exit(main())
