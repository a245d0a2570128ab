"""A bundle: a run in one file, with checksums, to be sent, kept in a repository, and merged with others.

A zip with `bundle.json` (schema, run, checksums of everything else), `run.json`, `evidence.npz`, and under `artifacts/`
each evaluation whole and of each training its manifest, or all of it on request. The same run gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from xeval.errors import BadFile, BadValue
from xeval.files import named_file
from xeval.hashing import file_digest
from xeval.running.results import RunRecord, find_run, read_record
from xeval.running.store import MANIFEST, Store
from xeval.values import Json

SCHEMA = "xeval.bundle/1"
CONTENTS = "bundle.json"
MEMBER = re.compile(r"run\.json|evidence\.npz|artifacts/[0-9a-f]{8,64}/[\w.-]+(/[\w.-]+)*")
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can name: what is packed when must not change bytes
MOST_SWELLING = 200  # times the size of the file: text and statistics swell by less than 50
BLOCK = 1 << 20
# What zipfile raises for a member that is damaged; RuntimeError if it is encrypted, or packed in a way that zipfile
# does not know.
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError)


def export(store: Store, name: str, path: Path, weights: bool = False) -> str:
    """Write a run of the store to a file, whole or not at all; returns the run's full name."""
    folder = find_run(store, name)
    record = read_record(folder)
    files = dict(files_of(store, folder, record, weights))
    with named_file(path, "Name another file with -o.") as scratch:
        write(scratch, record.run, files)
    return record.run


def files_of(store: Store, folder: Path, record: RunRecord, weights: bool) -> Iterator[tuple[str, Path]]:
    """What goes into a bundle: name within it, and file. Raises BrokenArtifact for what is not as it was written."""
    yield "run.json", folder / "run.json"
    yield "evidence.npz", folder / "evidence.npz"
    scored = {cell.key for cell in record.cells if cell.state == "done"}
    for key in sorted(scored | behind(store, scored)):
        whole = weights or key in scored
        if whole:
            store.verify(key)
        for file in sorted(store.path(key).rglob("*")):
            if file.is_file() and (whole or file.name == MANIFEST):
                yield f"artifacts/{key}/{file.relative_to(store.path(key)).as_posix()}", file


def behind(store: Store, keys: Iterable[str]) -> set[str]:
    """The stages that some stages came from, as far as they are stored."""
    found: set[str] = set()
    left = list(keys)
    while left:
        for key in store.manifest(left.pop())["inputs"]:
            if key in store and key not in found:
                found.add(key)
                left.append(key)
    return found


def write(path: Path, run: str, files: Mapping[str, Path]) -> None:
    """Write a zip that is a function of the files' bytes alone."""
    checksums = {name: file_digest(file) for name, file in files.items()}
    contents = {"schema": SCHEMA, "run": run, "files": checksums}
    with zipfile.ZipFile(path, "w") as bundle:
        add(bundle, CONTENTS, json.dumps(contents, indent=1, sort_keys=True).encode())
        for name in sorted(files):
            with bundle.open(about(name), "w", force_zip64=True) as into, files[name].open("rb") as file:
                for block in iter(lambda: file.read(BLOCK), b""):
                    into.write(block)


def add(bundle: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Add a small file."""
    bundle.writestr(about(name), data)


def about(name: str) -> zipfile.ZipInfo:
    """An entry without time, owner or machine."""
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
    return entry


# ---------------------------------------------------------------------------------------------------------- reading


@contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, Json]]]:
    """A bundle that is lawful in form: its table of contents is read, no name leads outside, nothing swells."""
    try:
        with zipfile.ZipFile(path) as bundle:
            yield bundle, contents_of(path, bundle)
    except FileNotFoundError:
        raise BadValue(f"There is no bundle {path}.", hint="Make one: xeval store export RUN -o FILE.xeval") from None
    except (OSError, zipfile.BadZipFile, EOFError) as error:
        raise broken(path, [f"it cannot be read ({error}): it is truncated, or no bundle"]) from None


def contents_of(path: Path, bundle: zipfile.ZipFile) -> dict[str, Json]:
    """The table of contents; raises BadFile for another schema, and for what does not agree with the zip."""
    there = bundle.namelist()
    if CONTENTS not in there:
        raise broken(path, [f"it has no {CONTENTS}"])
    if bundle.getinfo(CONTENTS).file_size > MOST_SWELLING * path.stat().st_size:
        raise broken(path, [f"{CONTENTS} would swell beyond measure"])
    try:
        contents: dict[str, Any] = json.loads(bundle.read(CONTENTS))
        schema, listed = str(contents["schema"]), set(contents["files"])
    except (ValueError, LookupError, TypeError) as error:
        raise broken(path, [f"{CONTENTS} cannot be read: {error}"]) from None
    if schema != SCHEMA:
        newer = "" if not schema.startswith("xeval.bundle/") else " It was made by another version of xeval."
        raise broken(path, [f"its schema is {schema}, and this version reads {SCHEMA}.{newer}"])
    problems = [f"{name} is in the file and not in {CONTENTS}" for name in sorted({*there} - listed - {CONTENTS})]
    problems += [f"{name} is missing" for name in sorted(listed - {*there})]
    problems += [f"{name!r} is no name of a bundle's file" for name in sorted(listed) if not is_lawful(name)]
    if sum(entry.file_size for entry in bundle.infolist()) > MOST_SWELLING * path.stat().st_size:
        problems.append("what it holds would swell beyond measure")
    if problems:
        raise broken(path, problems)
    return contents


def is_lawful(name: str) -> bool:
    """Whether a file of a bundle may go by a name: nothing leads out of the folder that it is unpacked in."""
    return bool(MEMBER.fullmatch(name)) and ".." not in PurePosixPath(name).parts


def read(path: Path, bundle: zipfile.ZipFile, contents: Mapping[str, Json], name: str) -> bytes:
    """A file of a bundle; raises BadFile if it is not what was packed."""
    expected = contents["files"].get(name)
    if expected is None:
        raise broken(path, [f"{name} is missing"])
    try:
        data = bundle.read(name)
    except UNREADABLE as error:
        raise broken(path, [f"{name} cannot be read: {error}"]) from None
    check(path, name, expected, hashlib.sha256(data).hexdigest())
    return data


def verify(path: Path, bundle: zipfile.ZipFile, contents: Mapping[str, Json]) -> None:
    """Raise BadFile, with every file that is not what was packed."""
    problems: list[str] = []
    for name, expected in contents["files"].items():
        try:
            with bundle.open(name) as file:
                check(path, name, expected, copied(file))
        except UNREADABLE as error:
            problems.append(f"{name} cannot be read: {error}")
        except BadFile as error:
            problems += error.problems
    if problems:
        raise broken(path, problems)


def unpack(path: Path, bundle: zipfile.ZipFile, name: str, expected: str, into: Path) -> None:
    """Write a file of a bundle out, block by block; raises BadFile if it is not what was packed."""
    into.parent.mkdir(parents=True, exist_ok=True)
    try:
        with bundle.open(name) as file, into.open("wb") as out:
            found = copied(file, out)
    except UNREADABLE as error:
        raise broken(path, [f"{name} cannot be read: {error}"]) from None
    check(path, name, expected, found)


def copied(file: IO[bytes], out: IO[bytes] | None = None) -> str:
    """Copy, to nowhere if need be, and return the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    for block in iter(lambda: file.read(BLOCK), b""):
        digest.update(block)
        if out:
            out.write(block)
    return digest.hexdigest()


def check(path: Path, name: str, expected: str, found: str) -> None:
    """Raise BadFile if two checksums differ."""
    if found != expected:
        raise broken(path, [f"{name} was altered: its checksum is {found}, and {expected} was written down"])


def broken(path: Path, problems: list[str]) -> BadFile:
    """What to say of a bundle that cannot be used."""
    return BadFile(str(path), problems, hint="Ask for the file again, or make it anew: xeval store export RUN.")
