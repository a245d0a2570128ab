"""`xeval tasks`, `models`, `languages` and `suites`: what there is to choose from."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from xeval.faces import completing as named
from xeval.faces.completing import completes
from xeval.faces.options import REGISTRY, about_tasks


@click.group()
def tasks() -> None:
    """Intermediate and target tasks."""


@tasks.command("list")
@about_tasks
def tasks_list(plugins: tuple[str, ...], registry: tuple[Path, ...], hub: Path | None) -> None:
    """List the tasks, and whether their data are at hand.

    With format, number of languages, source, metric, and what targets are fine-tuned on.
    """
    from xeval.faces import taskpages

    sys.exit(taskpages.list_tasks(plugins, registry, hub))


@tasks.command("info")
@click.argument("name", shell_complete=completes(named.offered("targets", "intermediates")))
@about_tasks
def tasks_info(name: str, plugins: tuple[str, ...], registry: tuple[Path, ...], hub: Path | None) -> None:
    """Show all that is known of a task.

    Source, licence, citation, sizes, labels, languages, settings, and what to know before trusting it.
    """
    from xeval.faces import taskpages

    sys.exit(taskpages.show_task(name, plugins, registry, hub))


def listed(name: str, about: str) -> click.Group:
    """A group `name` with one command, `list`, which shows that part of the registry."""

    @click.group(name, help=about)
    def group() -> None: ...

    @group.command("list", help=f"List the {name} of the registry.")
    @REGISTRY
    def show(registry: tuple[Path, ...]) -> None:
        from xeval.faces import pages

        sys.exit(getattr(pages, name)(registry))

    return group


models = listed("models", "Encoders that the registry knows.")
languages = listed("languages", "Languages that the registry knows.")
suites = listed("suites", "Named choices of tasks, languages, models and settings.")
