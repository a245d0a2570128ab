"""Mining pairs: xeval's one pass against the procedure of XTREME's script with faiss, on the same vectors.

    python benchmarks/retrieval.py                                  # 60,000 x 20,000 vectors of 1,024, one thread
    python benchmarks/retrieval.py --sources 6000 --targets 2000    # a minute less
    python benchmarks/retrieval.py --device cuda                    # xeval's on a GPU

faiss is not among xeval's dependencies (pip install faiss-cpu); without it only xeval's part is measured. Both get
vectors of length 1. Times are of one process: processor time is what to compare where others use the machine too.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
Pairs = dict[tuple[int, int], float]
RESULTS = Path(__file__).parent / "results"
NOISE, SHIFT = 0.7, 0.6  # of a translation, and of all vectors alike, as those of mean-pooled encoders are
K = 4


def vectors(sources: int, targets: int, width: int) -> tuple[Matrix, Matrix, int]:
    """Unit vectors of both sides, and how many of the first sources are noisy copies of the first targets."""
    rng = np.random.default_rng(0)
    middle = SHIFT * rng.standard_normal(width, dtype=np.float32)
    y = rng.standard_normal((targets, width), dtype=np.float32)
    x = rng.standard_normal((sources, width), dtype=np.float32)
    alike = min(sources, targets) // 10
    x[:alike] = y[:alike] + NOISE * x[:alike]
    for side in (x, y):
        side += middle
        side /= np.linalg.norm(side, axis=1, keepdims=True)
    return x, y, alike


def with_xeval(x: Matrix, y: Matrix, device: str) -> Pairs:
    """What xeval mines."""
    from xeval.scores.mining import mine

    return {(pair.source, pair.target): pair.score for pair in mine(x, y, K, device=device)}


def with_faiss(x: Matrix, y: Matrix) -> Pairs:
    """The procedure of XTREME's script: two searches, every candidate scored by itself, then the best pairs taken."""
    import faiss

    def search(queries: Matrix, among: Matrix) -> tuple[Matrix, npt.NDArray[np.int64]]:
        index = faiss.IndexFlatIP(among.shape[1])
        index.add(among)
        cosines, numbers = index.search(queries, K)
        return cosines, numbers

    def scores(queries: Matrix, among: Matrix, near: npt.NDArray[np.int64], own: Matrix, other: Matrix) -> Any:
        found = np.zeros(near.shape)
        for i in range(near.shape[0]):
            for place in range(near.shape[1]):
                j = near[i, place]
                found[i, place] = queries[i].dot(among[j]) / ((own[i] + other[j]) / 2)
        return found

    (ahead, forward), (behind, backward) = search(x, y), search(y, x)
    means = ahead.mean(axis=1), behind.mean(axis=1)
    onward, back = scores(x, y, forward, *means), scores(y, x, backward, *means[::-1])
    rows, columns = np.arange(len(x)), np.arange(len(y))
    left = np.concatenate([rows, backward[columns, back.argmax(axis=1)]])
    right = np.concatenate([forward[rows, onward.argmax(axis=1)], columns])
    values = np.concatenate([onward.max(axis=1), back.max(axis=1)])
    seen: tuple[set[int], set[int]] = (set(), set())
    pairs: Pairs = {}
    for number in np.argsort(-values):
        i, j = int(left[number]), int(right[number])
        if i not in seen[0] and j not in seen[1]:
            seen[0].add(i)
            seen[1].add(j)
            if values[number] > 0:
                pairs[i, j] = float(values[number])
    return pairs


# ------------------------------------------------------------------------------------------------------ measuring


class Peak:
    """The most memory that the process held inside the block beyond what it held before, in MiB; Linux only."""

    def __enter__(self) -> Peak:
        self.before = self.most = resident()
        self.running = True
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def watch(self) -> None:
        """Look every 20 ms."""
        while self.running:
            self.most = max(self.most, resident())
            time.sleep(0.02)

    def __exit__(self, *error: object) -> None:
        self.running = False
        self.thread.join()

    @property
    def mebibytes(self) -> int:
        """The growth in MiB."""
        return round((self.most - self.before) / 2**20)


def resident() -> int:
    """Bytes of memory that this process holds; 0 where the system does not say."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if statm.exists() else 0


def measured(of: Callable[[], Pairs]) -> tuple[Pairs, dict[str, float]]:
    """What a procedure finds, and what it took."""
    with Peak() as peak:
        wall, processor = time.perf_counter(), time.process_time()
        found = of()
        times = time.perf_counter() - wall, time.process_time() - processor
    return found, {"wall_s": round(times[0], 2), "cpu_s": round(times[1], 2), "memory_mib": peak.mebibytes}


def gpu_memory(device: str) -> dict[str, int]:
    """The most memory that was held on the GPU, in MiB."""
    if not device.startswith("cuda"):
        return {}
    import torch

    return {"gpu_memory_mib": round(torch.cuda.max_memory_allocated() / 2**20)}


def compared(ours: Pairs, theirs: Pairs) -> dict[str, float]:
    """How far two results agree."""
    both = ours.keys() & theirs.keys()
    return {
        "pairs_in_both": round(len(both) / max(1, len(ours.keys() | theirs.keys())), 6),
        "largest_difference": max((abs(ours[pair] - theirs[pair]) for pair in both), default=0.0),
    }


def versions() -> dict[str, Any]:
    """Hardware and versions; faiss among them if it is there."""
    from xeval.running.machine import installed_version, machine

    return {**machine(), "faiss": installed_version("faiss-cpu") or installed_version("faiss-gpu")}


def keep_to(threads: int) -> None:
    """Compute with so many threads: libraries read that once, when they are loaded, so that it takes a new start."""
    wanted = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), str(threads))
    if not wanted.items() <= os.environ.items():
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **wanted})


def show(found: Mapping[str, Mapping[str, Any]]) -> None:
    """A line for each part of the results."""
    for part, row in found.items():
        values = (f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}" for name, value in row.items())
        print(f"{part:18s}" + "  ".join(values))


def results(asked: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """What was asked for, and what each procedure took and found."""
    x, y, alike = vectors(asked.sources, asked.targets, asked.width)
    with_xeval(x[:64], y[:64], asked.device)  # libraries are loaded before anything is measured
    ours, cost = measured(lambda: with_xeval(x, y, asked.device))
    setting = {name: value for name, value in vars(asked).items() if name != "output"}
    right = sum((i, i) in ours for i in range(alike))
    found = {
        "setting": setting | {"k": K, "margin": "ratio", "translations": alike, "translations found": right},
        "xeval": {**cost, **gpu_memory(asked.device)},
    }
    if not importlib.util.find_spec("faiss"):
        print("faiss is not installed (pip install faiss-cpu): only xeval's part is measured.")
        return found
    with_faiss(x[:64], y[:64])
    theirs, cost = measured(lambda: with_faiss(x, y))
    shares = {name: round(cost[name] / found["xeval"][name], 2) for name in ("wall_s", "cpu_s")}
    return {**found, "faiss": cost, "faiss over xeval": shares, "agreement": compared(ours, theirs)}


def main() -> None:
    """Measure, print a table, and write it down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=60_000)
    parser.add_argument("--targets", type=int, default=20_000)
    parser.add_argument("--width", type=int, default=1024)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--output", type=Path, default=RESULTS / "retrieval.json")
    asked = parser.parse_args()
    keep_to(asked.threads)
    found = results(asked)
    show(found)
    document = {
        "schema": "xeval.benchmark/1",
        "benchmark": "retrieval",
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": versions(),
        **found,
    }
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    asked.output.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(f"written to {asked.output}")


if __name__ == "__main__":
    main()
