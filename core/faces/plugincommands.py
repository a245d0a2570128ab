"""`xeval plugins`: what is installed, what it offers, whether it keeps its promises; packages to begin with."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from xeval.faces.completing import completes
from xeval.faces.completing import plugins as installed
from xeval.faces.options import JSON, folder

KINDS = ("perturbation", "target-task", "intermediate-task", "language-order", "study")


@click.group()
def plugins() -> None:
    """What is installed, what it offers, and new ones."""


@plugins.command("list")
@JSON
def plugins_list(as_json: bool) -> None:
    """List the installed plugins; no third-party code is imported."""
    from xeval.faces.pluginpages import list_plugins

    sys.exit(list_plugins(as_json))


@plugins.command("info")
@click.argument("name", shell_complete=completes(installed))
def plugins_info(name: str) -> None:
    """Show what one plugin offers, and its settings.

    It is imported, since you ask for it by name.
    """
    from xeval.faces.pluginpages import show_plugin

    sys.exit(show_plugin(name))


@plugins.command("new")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("name")
@click.option("-o", "--output", type=folder(), default=Path(), help="Where the package is written; by default here.")
def plugins_new(kind: str, name: str, output: Path) -> None:
    """Write a package with a plugin to begin with.

    It is the folder xeval-NAME; it installs, passes its tests and runs as it is.
    """
    from xeval.faces.newpage import new_plugin

    sys.exit(new_plugin(kind, name, output))


@plugins.command("check")
@click.argument("name", shell_complete=completes(installed))
@click.option("--hub", type=folder(), envvar="XEVAL_HUB", help="Where the data of its tasks are, as org/name.")
@JSON
def plugins_check(name: str, hub: Path | None, as_json: bool) -> None:
    """Check that a plugin keeps the promises of its kind.

    NAME is an installed plugin, or the folder of a package that need not be installed. Exit code 4 if there is anything
    to fix.
    """
    from xeval.faces.checkpage import check_plugin

    sys.exit(check_plugin(name, hub, as_json))
