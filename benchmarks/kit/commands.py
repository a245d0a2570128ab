"""Python in processes of their own, and the processor time that they take."""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path


def timed(arguments: Sequence[str], extra: Mapping[str, str] | None = None) -> tuple[dict[str, float], str]:
    """What a process of `python` took, in seconds of processors ("cpu") and on the wall, and what it wrote to stderr.

    Where it fails, so does this one, with the same words.
    """
    settings = kept_compiled() | dict(extra or {})
    before = os.times()
    ending = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=settings)
    after = os.times()
    if ending.returncode:
        raise SystemExit(ending.stderr)
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return {"cpu": cpu, "wall": after.elapsed - before.elapsed}, ending.stderr


@cache
def kept_compiled() -> dict[str, str]:
    """The environment, with xeval compiled already and kept so, as it is for whoever has used it once.

    PYTHONDONTWRITEBYTECODE, which containers and CI jobs set, has all of an editable installation compiled each time.
    """
    for name in ("xeval", "xeval.plugins", "xeval.tasks"):
        for folder in import_module(name).__path__:
            compileall.compile_dir(Path(folder), quiet=2)
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
