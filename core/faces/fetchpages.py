"""`xeval fetch`: everything that an experiment needs, brought here or listed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import click
from rich.console import Console

from xeval.errors import BadValue, MissingData, XevalError
from xeval.faces.listings import console, listing
from xeval.faces.placing import placed
from xeval.faces.settings import read_settings
from xeval.faces.where import Where
from xeval.facts.registry import ModelEntry, load_registry
from xeval.learning.modelfolders import find_model
from xeval.plans.experiment import resolve
from xeval.plans.wishes import entry_points_in
from xeval.sources.declared import load_catalogue
from xeval.sources.fetching import Need, bring, needs, repositories
from xeval.sources.finding import Place
from xeval.sources.snapshots import network_forbidden, sizes

LACKING = 2  # exit code: something could not be brought
MEGABYTE = 2**20


def fetch(options: Mapping[str, Any], dry_run: bool, as_json: bool) -> int:
    """Bring what is lacking, and show what there is; with `dry_run` only show."""
    wishes, where = read_settings(options)
    registry = load_registry(where.overlays)
    catalogue = load_catalogue(sorted(entry_points_in(wishes)), registry, wishes.settings)
    with placed(options):
        experiment = resolve(wishes, registry, catalogue)
    place = Place(where.hub, where.offline, registry.sources)
    if not dry_run and network_forbidden(where.offline):
        raise BadValue("Nothing can be fetched without the network.", hint="Drop --offline, or add --dry-run.")
    found = needs(experiment, registry, catalogue, place, lambda entry: is_here(entry, where))
    if not dry_run:
        found = list(brought(found, place, where))
    show(found, place, as_json, dry_run)
    return LACKING if not dry_run and any(need.state == "to fetch" for need in found) else 0


def is_here(entry: ModelEntry, where: Where) -> bool:
    """Whether a model's weights are at hand."""
    try:
        find_model(entry.repository, entry.revision, where.hub, offline=True)
    except XevalError:
        return False
    return True


def brought(found: Sequence[Need], place: Place, where: Where) -> Iterator[Need]:
    """Each need after all of it that can be fetched was; progress on stderr, one line for each part."""
    errors = Console(stderr=True, highlight=False)
    left = sum(len(need.lacking) + (need.model is not None and not need.here) for need in found)
    done = 0
    for need in found:
        if need.model and not need.here:
            done += 1
            errors.print(f"[{done}/{left}] {need.what} from {need.source}", markup=False)
            need = replace(need, here=model_brought(need.model, where, errors))
        parts = []
        for part in need.parts:
            if part.lacking:
                done += 1
                errors.print(
                    f"[{done}/{left}] {need.what}, {part.split} in {part.language}, from {need.source}", markup=False
                )
                part = bring(part, place)
                if part.lacking:
                    errors.print(f"  {part.lacking}", markup=False, style="yellow")
            parts.append(part)
        yield replace(need, parts=tuple(parts))


def model_brought(entry: ModelEntry, where: Where, errors: Console) -> bool:
    """Fetch a model; says why if it cannot be."""
    try:
        find_model(entry.repository, entry.revision, where.hub, offline=False)
    except XevalError as error:
        errors.print(f"  {error}", markup=False, style="yellow")
        return False
    return True


def show(found: Sequence[Need], place: Place, as_json: bool, ask: bool) -> None:
    """A line for each source of each task: what is here of it, what is not, and how large that is where it is known."""
    rows = [row_of(need, size_of(need, place) if ask else None) for need in found]
    if as_json:
        click.echo(json.dumps({"schema": "xeval.fetch/1", "needs": rows}, indent=1, ensure_ascii=False))
        return
    if not rows:
        console().print("Nothing is needed: everything is made on the spot.")
        return
    heads = ("for", "from", "here", "lacking", "megabytes", "state")
    table = [[str(row[name]) if row[name] is not None else "?" for name in heads] for row in rows]
    console().print(listing("Data sets and models", heads, table))


def row_of(need: Need, size: int | None) -> dict[str, Any]:
    """A need as JSON can say it."""
    count = 1 if need.model else len(need.parts)
    absent = int(not need.here) if need.model else len(need.lacking)
    return {
        "for": need.what,
        "from": need.source,
        "here": count - absent,
        "lacking": absent,
        "megabytes": (0 if not absent else None) if size is None else round(size / MEGABYTE, 1),
        "state": need.state,
        "languages": [part.language for part in need.lacking],
    }


def size_of(need: Need, place: Place) -> int | None:
    """Bytes that are to be fetched, if the hub says so."""
    if network_forbidden(place.offline) or need.model or need.state != "to fetch":
        return None
    configs: dict[str, set[str]] = {}
    for part in need.lacking:
        for repository, names in repositories(part).items():
            configs.setdefault(repository, set()).update(names)
    known = [weighed(repository, names) for repository, names in configs.items()]
    return sum(filter(None, known)) if all(size is not None for size in known) else None


def weighed(repository: str, configs: Iterable[str]) -> int | None:
    """Bytes of the Parquet files of some configs."""
    files = listed(repository)
    if files is None:
        return None
    folders = tuple(f"{config}/" for config in configs if config) or ("data/", "default/")
    return sum(size for name, size in files.items() if name.startswith(folders) and name.endswith(".parquet"))


@cache
def listed(repository: str) -> Mapping[str, int] | None:
    """The files of a repository; None if the hub does not answer, or does not know it."""
    try:
        return sizes(repository)
    except MissingData:
        return None
