"""A fixture for pytest that runs xeval in a folder of its own; pytest finds it wherever xeval is installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Ending:
    """How a command ended: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """What `--json` printed."""
        return json.loads(self.out)


@pytest.fixture
def run_xeval(tmp_path: Path) -> Callable[..., Ending]:
    """Run `xeval ARGUMENTS` in a process of its own, in an empty folder with an empty store."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XEVAL_")}
    environment = kept | {"XEVAL_STORE": str(tmp_path / "store"), "XEVAL_OFFLINE": "1", "NO_COLOR": "1"}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)  # what this test can import

    def command(*arguments: str, env: Mapping[str, str] | None = None) -> Ending:
        line, around = [sys.executable, "-m", "xeval", *arguments], environment | dict(env or {})
        ended = subprocess.run(line, cwd=tmp_path, env=around, capture_output=True, text=True)
        return Ending(ended.returncode, ended.stdout, ended.stderr)

    return command
