"""Which registry files a command reads besides the shipped one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xeval.errors import BadValue
from xeval.facts.registry import SHIPPED


def overlays(named: Sequence[Path] = ()) -> tuple[Path, ...]:
    """`registry.yaml` of the working directory, if it is there and is not the shipped one, then the files named."""
    for path in named:
        if not path.is_file():
            raise BadValue(
                f"The registry file {path} is {'a folder' if path.is_dir() else 'not there'}.", hint="Check --registry."
            )
    here = Path("registry.yaml")
    own = [here] if here.is_file() and not (SHIPPED.exists() and here.samefile(SHIPPED)) else []
    return (*own, *named)
