"""`xeval store`: runs as files, checks of what is kept, what trainings in work left."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from xeval.faces.options import STORE
from xeval.faces.optiontypes import FiniteRange


@click.group()
def store() -> None:
    """What is kept: runs as files, checks, leftovers."""


@store.command("export")
@click.argument("run", default="")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file, ending in .xeval.")
@click.option("--weights", is_flag=True, help="With the weights of every training.")
@STORE
def store_export(run: str, output: Path | None, weights: bool, store: Path) -> None:
    """Pack a run into one file with checksums: a bundle. Without RUN, the latest."""
    from xeval.faces import bundlepages

    sys.exit(bundlepages.export_run(run, output, weights, store))


@store.command("import")
@click.argument("bundles", nargs=-1, required=True, type=click.Path(path_type=Path))
@STORE
def store_import(bundles: tuple[Path, ...], store: Path) -> None:
    """Check bundles and put them into the store."""
    from xeval.faces import bundlepages

    sys.exit(bundlepages.import_runs(bundles, store))


@store.command("list")
@STORE
def store_list(store: Path) -> None:
    """List the runs of the store."""
    from xeval.faces import bundlepages

    sys.exit(bundlepages.list_runs(store))


@store.command("verify")
@click.option("--discard", is_flag=True, help="Take away what is damaged; it is made again when it is needed.")
@STORE
def store_verify(discard: bool, store: Path) -> None:
    """Check every artifact of the store against its checksums."""
    from xeval.faces import bundlepages

    sys.exit(bundlepages.verify_store(store, discard))


@store.command("prune")
@click.option(
    "--days",
    type=FiniteRange(min=0),
    default=7.0,
    show_default=True,
    help="What nobody has needed for so long.",
)
@click.option("--dry-run", is_flag=True, help="Say what would go, and take nothing away.")
@STORE
def store_prune(days: float, dry_run: bool, store: Path) -> None:
    """Take away what nobody needs any more.

    That is: checkpoints of trainings that did not end, and tokenised texts that nobody read.
    """
    from xeval.faces import bundlepages

    sys.exit(bundlepages.prune_store(store, days, dry_run))
