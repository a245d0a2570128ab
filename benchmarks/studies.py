"""Every study on the testbed as a user runs it, all in one store: what each costs beyond those before it, and says.

    python benchmarks/studies.py [--store DIR] [--seeds 0 1 2] [--only NAME ...] [--output FILE]

Each should take 15 minutes or less on two cores that do nothing else, the first five 40 together. CPU seconds are those
of the command and of all its workers: on two quiet cores half of them is about the time on the clock. What is stored
already costs nothing, so begin with an empty store; with --only, the other lines of the output are kept.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from xeval.running.machine import machine

NAMES = ("robustness", "language-order", "data-scaling", "complexity", "similarity", "phang-2020")
RESULTS = Path(__file__).parent / "results" / "studies.json"


def run(name: str, seeds: list[int], store: Path) -> dict[str, Any]:
    """One study: what it costs, how much of its plan was stored already, and its planned findings."""
    command = [sys.executable, "-m", "xeval", "study", name, "--json", "--store", str(store)]
    command += [part for seed in seeds for part in ("--seed", str(seed))]
    planned = json.loads(subprocess.run([*command, "--dry-run"], stdout=subprocess.PIPE, check=True).stdout)
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        told = process.stderr.read().splitlines()
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        if code := os.waitstatus_to_exitcode(status):
            raise SystemExit("\n".join([*told[-20:], f"{name} ended with exit code {code}"]))
        out.seek(0)
        found = json.load(out)
    return {
        "cells": planned["cells"],
        "stages": next(line for line in told if line.startswith("run ")).partition(": ")[2].partition(", in ")[0],
        "cpu minutes": round((used.ru_utime + used.ru_stime) / 60, 1),
        "minutes on the clock": round(seconds / 60, 1),
        "answer": found["answer"],
        "planned": [one["verdict"] for one in found["claims"] if one["planned"]],
    }


def main() -> None:
    """Run the studies one after the other, print what each costs, and write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, default=Path(".xeval"))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES)
    parser.add_argument("--output", type=Path, default=RESULTS)
    given = parser.parse_args()
    lines = json.loads(given.output.read_text())["studies"] if given.output.exists() and given.only != NAMES else {}
    for name in given.only:
        lines[name] = run(name, given.seeds, given.store)
        its = lines[name]
        print(f"{name:<16} {its['cpu minutes']:>6} CPU minutes  {its['stages']}\n    {its['answer']}", flush=True)
        kept = {"seeds": given.seeds, "machine": machine(), "studies": {n: lines[n] for n in NAMES if n in lines}}
        given.output.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    print(f"together {sum(one['cpu minutes'] for one in lines.values()):.1f} CPU minutes")


if __name__ == "__main__":
    main()
