"""What `xeval store` does and shows."""

from __future__ import annotations

from pathlib import Path

import click

from xeval.errors import BadFile, BadValue, XevalError
from xeval.faces.listings import console, listing
from xeval.running.bundles import export
from xeval.running.keptruns import SUFFIX, import_bundle
from xeval.running.pruning import leftovers, prune, unread
from xeval.running.results import RunRecord, find_run, read_record
from xeval.running.store import BrokenArtifact, Store


def export_run(name: str, output: Path | None, weights: bool, store: Path) -> int:
    """Pack a run; without a name for the file it goes by the name of the run."""
    kept = Store(store)
    path = output or Path(find_run(kept, name).name[:12] + SUFFIX)
    if path.suffix != SUFFIX:
        raise BadValue(f"{path} does not end in {SUFFIX}, by which a bundle is known.", hint=f"Write -o {path}{SUFFIX}")
    run = export(kept, name, path, weights)
    click.echo(f"run {run[:12]} is in {path}, {path.stat().st_size / 1e6:,.2f} MB", err=True)
    return 0


def import_runs(paths: tuple[Path, ...], store: Path) -> int:
    """Put bundles into a store."""
    for path in paths:
        kept = import_bundle(path, Store(store))
        scored = sum(cell.state == "done" for cell in kept.record.cells)
        click.echo(f"{path}: run {kept.record.run[:12]} with {scored} scores is in {store}", err=True)
    return 0


def list_runs(store: Path) -> int:
    """The runs of a store, the latest first; one whose record is damaged is named on stderr. 2 if none can be read."""
    kept = Store(store)
    folders = [path.parent for path in sorted(store.glob("runs/*/run.json"), key=written, reverse=True)]
    if not folders:
        find_run(kept)  # says that there is none, and what to do
    rows, damaged = list[list[str]](), list[XevalError]()
    for folder in folders:
        try:
            rows.append(row_of(read_record(folder)))
        except XevalError as error:
            damaged.append(error)
    if rows:
        console().print(listing(f"Runs in {store}", ["run", "finished", "scored", "cells", "target tasks"], rows))
    for problem in damaged:
        click.echo(f"{problem.message}\n{problem.hint}", err=True)
    return 0 if rows else BadFile.exit_code


def written(path: Path) -> float:
    """When a file was written."""
    return path.stat().st_mtime


def row_of(record: RunRecord) -> list[str]:
    """A run in a list of runs."""
    states = [cell.state for cell in record.cells]
    what = ", ".join(dict.fromkeys(cell.target for cell in record.cells))
    return [record.run[:12], record.finished, str(states.count("done")), str(len(states)), what]


def verify_store(store: Path, discard: bool) -> int:
    """Check every artifact against its checksums, and `discard` those that are damaged; 2 if any was, and is kept."""
    kept = there(store)
    broken, keys = list[str](), kept.keys()
    for key in keys:
        try:
            kept.verify(key)
        except BrokenArtifact as error:
            click.echo(error.message if discard else f"{error.message}\n{error.hint}", err=True)
            broken.append(key)
    for key in broken if discard else ():
        kept.discard(key)
    gone = ", and taken away" if broken and discard else ""
    click.echo(f"{len(keys)} artifacts, {len(broken)} of them damaged{gone}", err=True)
    return BrokenArtifact.exit_code if broken and not discard else 0


def prune_store(store: Path, days: float, dry_run: bool) -> int:
    """Take away what nobody has needed for so many days: checkpoints of trainings that did not end, tokenised texts."""
    kept = there(store)
    unfinished, texts = leftovers(kept, days), unread(kept, days)
    for one in unfinished:
        click.echo(f"{one.path}: {one.size / 1e6:,.1f} MB, {one.days:.1f} days old", err=True)
    if not dry_run:
        prune((*unfinished, *texts))
    done = "would go" if dry_run else "taken away"
    for what, found in (("checkpoints of unfinished trainings", unfinished), ("lists of tokenised texts", texts)):
        click.echo(f"{len(found)} {what} {done}, {sum(one.size for one in found) / 1e6:,.1f} MB", err=True)
    return 0


def there(store: Path) -> Store:
    """A store that is there."""
    if not store.is_dir():
        raise BadValue(f"There is no store {store}.", hint="Check --store or XEVAL_STORE.")
    return Store(store)
