"""How long a large plan takes, and a run that is stored already: the testbed under two kinds of noise, many seeds.

python benchmarks/grid.py [--cells 100000] [--stored 10000] [--output benchmarks/results/grid.json]

The stored run has made scores; it is read and rendered by `xeval run`, in a process of its own, imports included.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from kit.clock import peak_megabytes
from kit.commands import timed
from kit.results import about, written

LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5)
NOISE = tuple(f"noise.{kind}@{level}" for kind in ("swap", "delete") for level in LEVELS)


ITEMS = 200  # behind each score


def wishes_of(seeds: int) -> Any:
    """The grid with as many seeds."""
    from xeval.plans.wishes import Wishes

    return Wishes(plugins=("noise",), perturbations=NOISE, seeds=tuple(range(seeds)))


def planned(seeds: int) -> tuple[int, int, float]:
    """Cells and stages of a plan, and the processor seconds that it took."""
    from xeval.faces.preparing import prepare
    from xeval.faces.where import Where

    with tempfile.TemporaryDirectory() as store:
        begun = time.process_time()
        made = prepare(wishes_of(seeds), Where(store=Path(store), device="cpu")).plan
        return len(made.cells), len(made.stages), time.process_time() - begun


def stored(seeds: int) -> tuple[int, float]:
    """Cells of a run whose stages are all stored, and the processor seconds in which it is read and rendered."""
    with tempfile.TemporaryDirectory() as store:
        cells = filled(Path(store), seeds)
        arguments = ["-m", "xeval", "run", "--plugins", "noise", "--store", store, "--device", "cpu"]
        arguments += [part for noise in NOISE for part in ("--perturb", noise)]
        arguments += [part for seed in range(seeds) for part in ("--seed", str(seed))]
        seconds, said = timed(arguments)
        if ", 0 run, 0 failed" not in " ".join(said.split()):
            raise SystemExit(f"The run was not read but made: {said}")
        return cells, seconds["cpu"]


def filled(root: Path, seeds: int) -> int:
    """A store with an artifact for every stage of the grid, and the record of its run; returns the number of cells."""
    from xeval.boards.statistics import Evidence
    from xeval.faces.preparing import prepare
    from xeval.faces.where import Where
    from xeval.plans.experiment import as_json
    from xeval.running.results import RunRecord, collect, save_run
    from xeval.running.runner import Outcome
    from xeval.running.store import Store
    from xeval.scores.metrics import metrics_of

    made, store, rng = prepare(wishes_of(seeds), Where(store=root, device="cpu")), Store(root), random.Random(0)
    plan, chance = made.plan, np.random.default_rng(0)
    for stage in plan.stages:
        with store.writing(stage.key) as (folder, _):
            if stage.kind == "evaluate":
                value = {"score": (score := rng.uniform(0.3, 0.9)), "low": score - 0.03, "high": score + 0.03}
                names = metrics_of(stage.params["task"]["format"], stage.params["metric"])
                (folder / "scores.json").write_text(json.dumps({"n": ITEMS, "scores": dict.fromkeys(names, value)}))
    cells = collect(plan, {stage.key: Outcome(stage, "stored") for stage in plan.stages}, store)
    uids, groups = tuple(map(str, range(ITEMS))), ("",) * ITEMS
    evidence = {cell.key: Evidence(hits(cell, chance), uids, groups) for cell in cells if cell.state == "done"}
    record = RunRecord(plan.key, 0.0, {}, cells, dict(as_json(made.experiment)), (), (), "", {})
    save_run(store, record, evidence)
    return len(cells)


def hits(cell: Any, chance: np.random.Generator) -> Any:
    """Numbers of each item of which a metric can be made: of shares, one that hits; of F1, counts of three kinds."""
    from xeval.scores.metrics import metric

    for width in (1, 2, 3, 4):
        drawn = (chance.random((ITEMS, width)) < cell.score).astype(np.float64)
        try:
            metric(cell.metric).score(drawn.sum(axis=0))
        except (IndexError, ValueError):
            continue
        return drawn
    raise SystemExit(f"Nobody knows the statistics of {cell.metric}.")


def main() -> None:
    """Plan one seed to see how many cells it has, then as many seeds as there are to be cells for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, default=100_000)
    parser.add_argument("--stored", type=int, default=10_000)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    of_one, _, _ = planned(1)
    cells, stages, seconds = planned(-(-options.cells // of_one))
    found: dict[str, Any] = {"cells": cells, "stages": stages, "seconds": seconds, "megabytes": peak_megabytes()}
    print(f"{cells:,} cells, {stages:,} stages: {seconds:.1f} s, {found['megabytes']:,} MiB at most")
    cells, seconds = stored(-(-options.stored // of_one))
    found["stored"] = {"cells": cells, "seconds": seconds}
    print(f"a stored run of {cells:,} cells read and rendered: {seconds:.1f} s")
    written(options.output, about(options) | found)


if __name__ == "__main__":
    main()
