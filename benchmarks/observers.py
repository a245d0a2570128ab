"""What an observer costs whoever it follows: seconds of the same work beside one that does nothing, computes, or hangs.

The work is a loop of Python, which needs the interpreter's lock all the time; the least of many rounds counts, so that
what else the machine does stays out. A thread that computes is measured beside them, for comparison.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import platform
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

from xeval.notices import StageEnded
from xeval.running.following import Tracker
from xeval.running.machine import machine
from xeval.running.observing import Follower

ROUNDS, STEPS = 150, 400_000
OBSERVERS = """
import ctypes
from pathlib import Path
from xeval.api import hookimpl


class Acting:
    name = "acting"
    version = "1"

    def check(self, to):
        pass

    def open(self, to):
        self.act, _, path = to.partition("@")
        Path(path).touch()
        return self

    def note(self, notice):
        while self.act == "computes":
            pass
        if self.act == "hangs in C":
            ctypes.PyDLL(None).sleep(3600)  # with the interpreter's lock in its hand

    def close(self):
        pass


@hookimpl
def xeval_observers():
    return [Acting()]
"""


def install(folder: Path) -> None:
    """The observer, as pip would put it on the path."""
    (folder / "acting.py").write_text(OBSERVERS)
    about = folder / "acting-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: acting\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[xeval]\nacting = acting\n")
    sys.path.insert(0, str(folder))


@contextmanager
def observed(act: str) -> Iterator[None]:
    """An observer at what it does."""
    with tempfile.TemporaryDirectory() as folder:
        there = Path(folder) / "there"
        follower = Follower(Tracker("acting", "acting", f"{act}@{there}"))
        follower.tell(partial(tuple, (StageEnded("ab", "train", "any", 1.0),)))
        while not there.exists():
            time.sleep(0.01)
        yield
        follower.end(0.0)


@contextmanager
def beside_a_thread() -> Iterator[None]:
    """A thread of this process that computes."""
    over = threading.Event()

    def spin() -> None:
        while not over.is_set():
            pass

    thread = threading.Thread(target=spin)
    thread.start()
    yield
    over.set()
    thread.join()


def work() -> float:
    """Seconds of the work."""
    started, total = time.perf_counter(), 0
    for number in range(STEPS):
        total += number % 7
    return time.perf_counter() - started


def main() -> None:
    """Measure, print, and write JSON."""
    acts = ("does nothing", "computes", "hangs in C")
    beside: dict[str, Callable[[], AbstractContextManager[None]]] = {
        f"an observer that {act}": partial(observed, act) for act in acts
    }
    found = {"nothing": min(work() for _ in range(ROUNDS))}
    with tempfile.TemporaryDirectory() as folder:
        install(Path(folder))
        for name, around in {**beside, "a thread that computes": beside_a_thread}.items():
            with around():
                found[name] = min(work() for _ in range(ROUNDS))
    print(f"milliseconds of the same work, the least of {ROUNDS} rounds, on {os.cpu_count()} cores, beside")
    for name, took in found.items():
        print(f"  {name:32} {1000 * took:6.1f}")
    results = {name: round(1000 * took, 2) for name, took in found.items()}
    about = machine() | {"system": platform.system(), "start": multiprocessing.get_start_method()}
    document = {"schema": "xeval.benchmark/1", "benchmark": "observers", "milliseconds": results, "machine": about}
    target = Path(__file__).with_name("results") / "observers.json"
    target.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
