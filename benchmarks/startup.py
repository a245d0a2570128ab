"""How long commands take that compute nothing: the best of several processes, in processor seconds.

python benchmarks/startup.py [--repeats 5] [--output benchmarks/results/startup.json]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from kit.commands import timed
from kit.results import about, written

COMMANDS = (["--help"], ["plugins", "list"], ["suites", "list"], ["plan"])


def seconds(command: list[str], store: str) -> float:
    """The processor time of one process."""
    return timed(["-m", "xeval", *command, *(["--store", store] if command == ["plan"] else [])])[0]["cpu"]


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    found = {}
    with tempfile.TemporaryDirectory() as store:
        for command in COMMANDS:
            name = " ".join(command)
            found[name] = min(seconds(command, store) for _ in range(options.repeats))
            print(f"xeval {name:14} {found[name]:.2f} s", flush=True)
    written(options.output, about(options) | {"seconds": found})


if __name__ == "__main__":
    main()
