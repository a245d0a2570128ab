"""Which registry files a command reads besides the shipped one."""

from __future__ import annotations

from collections.abc import Sequence
from filecmp import cmp
from pathlib import Path

from xeval.errors import BadValue
from xeval.facts.registry import SHIPPED


def overlays(named: Sequence[Path] = ()) -> tuple[Path, ...]:
    """`registry.yaml` of the working directory, if it is there, then the files named: each once, and no shipped one."""
    for path in named:
        if not path.is_file():
            raise BadValue(
                f"The registry file {path} is {'a folder' if path.is_dir() else 'not there'}.", hint="Check --registry."
            )
    here = Path("registry.yaml")
    found: list[Path] = []
    for path in (*([here] if here.is_file() else []), *named):
        # Equal to the shipped one is that of a clone in which a package that was built from it is at work.
        if not any(map(path.samefile, found)) and not cmp(path, SHIPPED, shallow=False):
            found.append(path)
    return tuple(found)
