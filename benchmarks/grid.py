"""How long a large plan takes: the testbed in all its languages, under two kinds of noise at five levels, many seeds.

python benchmarks/grid.py [--cells 100000] [--output benchmarks/results/grid.json]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from kit.clock import peak_megabytes
from kit.results import about, written

LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5)
NOISE = tuple(f"noise.{kind}@{level}" for kind in ("swap", "delete") for level in LEVELS)


def planned(seeds: int) -> tuple[int, int, float]:
    """Cells and stages of a plan, and the processor seconds that it took."""
    from xeval.faces.preparing import Where, prepare
    from xeval.plans.experiment import Wishes

    with tempfile.TemporaryDirectory() as store:
        begun = time.process_time()
        wishes = Wishes(plugins=("noise",), perturbations=NOISE, seeds=tuple(range(seeds)))
        made = prepare(wishes, Where(store=Path(store), device="cpu")).plan
        return len(made.cells), len(made.stages), time.process_time() - begun


def main() -> None:
    """Plan one seed to see how many cells it has, then as many seeds as there are to be cells for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, default=100_000)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    of_one, _, _ = planned(1)
    cells, stages, seconds = planned(-(-options.cells // of_one))
    found = {"cells": cells, "stages": stages, "seconds": seconds, "megabytes": peak_megabytes()}
    print(f"{cells:,} cells, {stages:,} stages: {seconds:.1f} s, {found['megabytes']:,} MiB at most")
    written(options.output, about(options) | found)


if __name__ == "__main__":
    main()
