"""`xeval plugins new`: writes a package and says what to do with it."""

from __future__ import annotations

from pathlib import Path

import click

from xeval.scaffold.writing import RUNS, write_package


def new_plugin(kind: str, name: str, parent: Path) -> int:
    """Write the package and print the commands that install, test, check and run it."""
    folder = write_package(kind, name, parent)
    click.echo(f"{folder} holds {'an' if kind[0] in 'aeio' else 'a'} {kind.replace('-', ' ')} that works. Now:")
    for line in (
        f"pip install -e '{folder}[test]'",
        f"python -m pytest {folder}",
        f"xeval plugins check {name}",
        RUNS[kind].replace("$name", name),
    ):
        click.echo(f"    {line}")
    return 0
