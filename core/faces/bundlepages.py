"""What `xeval store` does and shows."""

from __future__ import annotations

from pathlib import Path

import click

from xeval.errors import BadValue
from xeval.faces.listings import console, listing
from xeval.running.bundles import export
from xeval.running.keptruns import SUFFIX, import_bundle
from xeval.running.results import find_run, load_run
from xeval.running.store import BrokenArtifact, Store


def export_run(name: str, output: Path | None, weights: bool, store: Path) -> int:
    """Pack a run; without a name for the file it goes by the name of the run."""
    kept = Store(store)
    path = output or Path(find_run(kept, name).name[:12] + SUFFIX)
    if path.suffix != SUFFIX:
        raise BadValue(f"{path} does not end in {SUFFIX}, by which a bundle is known.", hint=f"Write -o {path}{SUFFIX}")
    run = export(kept, name, path, weights)
    click.echo(f"run {run[:12]} is in {path}, {path.stat().st_size / 1e6:.1f} MB", err=True)
    return 0


def import_runs(paths: tuple[Path, ...], store: Path) -> int:
    """Put bundles into a store."""
    for path in paths:
        kept = import_bundle(path, Store(store))
        scored = sum(cell.state == "done" for cell in kept.record.cells)
        click.echo(f"{path}: run {kept.record.run[:12]} with {scored} scores is in {store}", err=True)
    return 0


def list_runs(store: Path) -> int:
    """The runs of a store, the latest first."""
    kept = Store(store)
    folders = sorted(store.glob("runs/*/run.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    if not folders:
        find_run(kept)  # says that there is none, and what to do
    rows = []
    for path in folders:
        record, _ = load_run(kept, path.parent.name)
        states = [cell.state for cell in record.cells]
        what = ", ".join(dict.fromkeys(cell.target for cell in record.cells))
        rows.append([record.run[:12], record.finished, str(states.count("done")), str(len(states)), what])
    console().print(listing(f"Runs in {store}", ["run", "finished", "scored", "cells", "target tasks"], rows))
    return 0


def verify_store(store: Path) -> int:
    """Check every artifact against its checksums; 2 if any is not as it was written."""
    if not store.is_dir():
        raise BadValue(f"There is no store {store}.", hint="Check --store or XEVAL_STORE.")
    kept = Store(store)
    broken, keys = [], kept.keys()
    for key in keys:
        try:
            kept.verify(key)
        except BrokenArtifact as error:
            broken.append(f"{error.message}\n{error.hint}")
    for message in broken:
        click.echo(message, err=True)
    click.echo(f"{len(keys)} artifacts, {len(broken)} of them damaged", err=True)
    return BrokenArtifact.exit_code if broken else 0
