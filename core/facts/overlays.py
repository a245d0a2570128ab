"""Which registry files a command reads besides the shipped one."""

from __future__ import annotations

from collections.abc import Sequence
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
        if not any(path.samefile(other) for other in (SHIPPED, *found)):
            found.append(path)
    return tuple(found)
