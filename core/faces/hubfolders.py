"""The folder of local data sets that a user names: light, since a shell asks for it when it completes names."""

from __future__ import annotations

from pathlib import Path

from xeval.errors import BadValue


def hub_folder(path: Path | None) -> Path | None:
    """The folder of local data sets, which must be there if it is named."""
    if path is not None and not path.is_dir():
        raise BadValue(
            f"The hub folder {path} is {'no folder' if path.exists() else 'not there'}.",
            hint="Check --hub or XEVAL_HUB.",
        )
    return path
