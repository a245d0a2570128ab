"""How long it takes to compare two runs with a million scores of single examples, files read and all."""

from __future__ import annotations

import argparse
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from xeval.boards.statistics import Evidence
from xeval.cell import Cell
from xeval.running.machine import machine
from xeval.running.results import RunRecord, save_run
from xeval.running.store import Store

LANGUAGES, TARGETS, ITEMS = 40, 5, 5_000


def cells(seed: int, aligned: bool) -> Iterator[tuple[Cell, Evidence]]:
    """A cell for each target and language, its items named alike in every language or by language."""
    chance = np.random.default_rng(seed)
    for target in range(TARGETS):
        for language in range(LANGUAGES):
            right = chance.random(ITEMS) < 0.7
            prefix = "" if aligned else f"l{language}-"
            uids = tuple(f"t{target}-{prefix}{number}" for number in range(ITEMS))
            evidence = Evidence(np.column_stack([right, np.ones(ITEMS)]).astype(float), uids, ("",) * ITEMS)
            key = f"{seed:04x}{target:04x}{language:04x}"
            share = float(right.mean())
            about = ("m", "none", f"task{target}", f"l{language}", "l0", None, 0.0, 0, "accuracy")
            yield Cell(*about, share, share, share, ITEMS, "done", key, scores={"accuracy": share}), evidence


def keep(store: Store, name: str, seed: int, aligned: bool) -> None:
    """Keep a made run."""
    made = list(cells(seed, aligned))
    counts = {"planned": 0, "stored": 0, "run": 0, "failed": 0}
    record = RunRecord(name, 0.0, counts, tuple(c for c, _ in made), {}, (), (), "", {})
    save_run(store, record, {cell.key: evidence for cell, evidence in made})


def measured(aligned: bool) -> dict[str, float]:
    """Seconds of one comparison, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        keep(store, "aaaaaaaa", 1, aligned)
        keep(store, "bbbbbbbb", 2, aligned)
        command = [sys.executable, "-m", "xeval", "compare", "aaaa", "bbbb", "--store", folder, "--format", "json"]
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall_seconds": round(wall, 2), "cpu_seconds": round(cpu, 2), "peak_mb": after.ru_maxrss // 1024}


def main() -> None:
    """Measure, print, and write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("results") / "compare.json")
    output = parser.parse_args().output
    scores = LANGUAGES * TARGETS * ITEMS
    found = {"items shared by languages": measured(True), "items of each language its own": measured(False)}
    print(f"compare of two runs with {scores:,} scores of single examples each")
    for name, result in found.items():
        print(f"  {name}: {result}")
    about = machine() | {"system": platform.system()}
    document = {"schema": "xeval.benchmark/1", "benchmark": "compare", "scores": scores, "results": found}
    output.write_text(json.dumps(document | {"machine": about}, indent=1) + "\n")


if __name__ == "__main__":
    main()
