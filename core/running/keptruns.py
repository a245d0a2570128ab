"""Runs that are kept, in a store or in a bundle, opened alike: record, evidence, and what each score was made from."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from xeval.boards.statistics import Evidence
from xeval.errors import XevalError
from xeval.files import write_json
from xeval.running.bundles import broken, check, opened, read, unpack, verify
from xeval.running.evidence import unpacked
from xeval.running.results import RunRecord, load_run, save_run
from xeval.running.store import MANIFEST, Store, checksums
from xeval.values import Json

SUFFIX = ".xeval"


@dataclass(frozen=True, eq=False)
class KeptRun:
    """A run as it is kept: `name` is what it goes by, `path` a bundle or a store, `manifests` of stages by key."""

    name: str
    path: Path
    record: RunRecord
    evidence: Mapping[str, Evidence]
    manifests: Mapping[str, Mapping[str, Json]]


def open_run(name: str, store: Store) -> KeptRun:
    """A bundle, if `name` is a file or ends as one; otherwise a run of the store by the beginning of its name."""
    return open_bundle(Path(name)) if is_bundle(name) else open_stored(name, store)


def is_bundle(name: str) -> bool:
    """Whether a name is a file's, there or not, and not the beginning of a run's."""
    return Path(name).suffix == SUFFIX or Path(name).is_file()


def open_stored(name: str, store: Store) -> KeptRun:
    """A run of the store."""
    record, evidence = load_run(store, name)
    keys = {cell.key for cell in record.cells if cell.state == "done"}
    manifests = {key: store.manifest(key) for key in keys if key in store}
    return KeptRun(record.run[:12], store.root, record, evidence, manifests)


def open_bundle(path: Path) -> KeptRun:
    """A bundle without unpacking it; every file in it is checked against its checksum."""
    with opened(path) as (bundle, contents):
        verify(path, bundle, contents)
        names = [name for name in contents["files"] if name.endswith(f"/{MANIFEST}")]
        pages = {name.split("/")[1]: read(path, bundle, contents, name) for name in names}
        run, arrays = (read(path, bundle, contents, name) for name in ("run.json", "evidence.npz"))
    try:
        record = RunRecord.of(json.loads(run))
        manifests = {key: json.loads(page) for key, page in pages.items()}
        with np.load(io.BytesIO(arrays), allow_pickle=False) as found:
            evidence = unpacked(found)
        whole = {cell.key for cell in record.cells if cell.state == "done"} <= evidence.keys() & manifests.keys()
    except XevalError as error:
        raise broken(path, [error.message]) from None
    except (ValueError, LookupError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise broken(path, [f"its record cannot be read: {error}"]) from None
    if not whole:
        raise broken(path, ["it lacks the evidence of some of its scores"])
    return KeptRun(path.name.removesuffix(SUFFIX), path, record, evidence, manifests)


def import_bundle(path: Path, store: Store) -> KeptRun:
    """Put a bundle into a store: every checksum is checked before an artifact appears."""
    kept = open_bundle(path)
    store.prepare()
    with opened(path) as (bundle, contents):
        for key in sorted(kept.manifests):
            names = [name for name in contents["files"] if name.startswith(f"artifacts/{key}/")]
            listed = {f"artifacts/{key}/{name}" for name in kept.manifests[key]["files"]}
            if key in store or not listed <= set(names):
                continue  # of a training there may be the manifest alone
            with store.writing(key) as (folder, manifest):
                for name in names:
                    unpack(path, bundle, name, contents["files"][name], folder / name.removeprefix(f"artifacts/{key}/"))
                same_files(path, key, kept.manifests[key]["files"], folder)
                manifest.update(kept.manifests[key])
    folder = save_run(store, kept.record, kept.evidence)
    write_json(folder / "manifests.json", dict(kept.manifests))
    return kept


def same_files(path: Path, key: str, written: Mapping[str, str], folder: Path) -> None:
    """Raise BadFile if the files of an artifact are not what its own manifest says."""
    found = checksums(folder)
    for name in sorted({*written, *found}):
        check(path, f"artifacts/{key}/{name}", written.get(name, "none"), found.get(name, "none"))


def predictions_in(kept: KeptRun) -> Iterator[tuple[str, bytes]]:
    """The key and the `predictions.parquet` of every evaluation of a run."""
    keys = sorted({cell.key for cell in kept.record.cells if cell.state == "done"})
    if kept.path.is_dir():
        yield from ((key, (Store(kept.path).path(key) / "predictions.parquet").read_bytes()) for key in keys)
        return
    with opened(kept.path) as (bundle, contents):
        for key in keys:
            yield key, read(kept.path, bundle, contents, f"artifacts/{key}/predictions.parquet")


# --------------------------------------------------------------------------------------------- what can be compared


def conditions(manifest: Mapping[str, Json]) -> dict[str, Json]:
    """What two scores must have in common to be comparable: data, pool, task, metric, noise, limit; not the model."""
    params = manifest["params"]
    names = ("data", "pool", "task", "split", "metric", "perturbation", "limit", "tuned")
    return {name: params[name] for name in names if params.get(name) is not None}


def differing(one: Mapping[str, Json], other: Mapping[str, Json]) -> tuple[str, ...]:
    """The names of the conditions in which two scores differ."""
    left, right = conditions(one), conditions(other)
    return tuple(name for name in sorted({*left, *right}) if left.get(name) != right.get(name))


def versions(kept: KeptRun) -> dict[str, str]:
    """The versions of the packages that computed a run, and of every plugin that took part, as its manifests tell."""
    found: dict[str, str] = {}
    for manifest in kept.manifests.values():
        found |= dict(manifest.get("machine", {}).get("packages", {}))
        for name in ("task", "perturbation"):
            offered = manifest["params"].get(name)
            if isinstance(offered, dict):
                found[f"{name} {offered['name']}"] = str(offered["version"])
    return found


def unlike(base: KeptRun, head: KeptRun, pairs: Iterable[tuple[str, str]]) -> dict[str, int]:
    """In which conditions how many of some pairs of scores differ; pairs are keys of stages in both runs."""
    found: dict[str, int] = {}
    for left, right in pairs:
        if left in base.manifests and right in head.manifests:
            for name in differing(base.manifests[left], head.manifests[right]):
                found[name] = found.get(name, 0) + 1
    return found
