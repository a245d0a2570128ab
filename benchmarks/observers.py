"""What observers cost a run, whatever they do: seconds of the same inline run beside each of them, taken in turn."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from xeval.running.machine import machine

ROUNDS = 3
RUN = (*("run", "--executor", "inline", "--model", "random-init", "--target", "mini-nli"), "--recipe", "none", "--json")
OBSERVERS = """
import ctypes
from xeval.api import hookimpl


class Acting:
    version = "1"

    def __init__(self, name, act):
        self.name, self.note = name, act

    def check(self, to):
        pass

    def open(self, to):
        return self

    def close(self):
        pass


def spin(notice):
    while True:
        pass


def hold(notice):
    ctypes.PyDLL(None).sleep(3600)  # C code that keeps the interpreter's lock


@hookimpl
def xeval_observers():
    return [Acting("quiet", print), Acting("hungry", spin), Acting("hanging", hold)]
"""


def install(folder: Path) -> None:
    """The observers, as pip would put them on the path."""
    (folder / "acting.py").write_text(OBSERVERS)
    about = folder / "acting-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: acting\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[xeval]\nacting = acting\n")


def seconds(folder: Path, observer: str) -> float:
    """Seconds of a run in a new store, its end without the time that observers are given to finish."""
    with tempfile.TemporaryDirectory() as store:
        track = ["--track", f"{observer}:there", "--plugins", "acting"] if observer else []
        command = [sys.executable, "-m", "xeval", *RUN, "--store", store, *track]
        variables = {**os.environ, "PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"}
        ended = subprocess.run(command, env=variables, check=True, capture_output=True, text=True)
    took: float = json.loads(ended.stdout)["seconds"]
    return took


def main() -> None:
    """Measure, print, and write JSON."""
    names = ("", "quiet", "hungry", "hanging")
    found: dict[str, list[float]] = {name or "none": [] for name in names}
    with tempfile.TemporaryDirectory() as folder:
        install(Path(folder))
        for _ in range(ROUNDS):
            for name in names:
                found[name or "none"].append(seconds(Path(folder), name))
    print("seconds of an inline run, beside an observer that is")
    for name, took in found.items():
        print(f"  {name:8} {statistics.median(took):6.1f}   {took}")
    document = {"schema": "xeval.benchmark/1", "benchmark": "observers", "run": " ".join(RUN), "seconds": found}
    about = machine() | {"system": platform.system()}
    target = Path(__file__).with_name("results") / "observers.json"
    target.write_text(json.dumps(document | {"machine": about}, indent=1) + "\n")


if __name__ == "__main__":
    main()
