"""Where finished stages lie: a folder of immutable artifacts by key, each there whole or not at all."""

from __future__ import annotations

import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from xeval.errors import BadValue, XevalError
from xeval.files import is_text, remove, scratch_name, sweep, write_json
from xeval.hashing import file_digest
from xeval.values import Json

MANIFEST, UNFINISHED, TOKENISED = "manifest.json", "unfinished", "tokenised"
KEY = re.compile(r"[0-9a-f]{8,64}")
REMEDY = "Take it away with `xeval store verify --discard`; the command that made it then makes it again."


class BrokenArtifact(XevalError):
    """An artifact whose files are not what its manifest says."""


class Store:
    """A folder. An artifact exists when its manifest does, and the manifest is written last and moved into place.

    Many processes, on many machines, may write the same key: one whole artifact results.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and os.path.isfile(self.place(key, MANIFEST))  # noqa: PTH113 - see place

    def path(self, key: str) -> Path:
        """The folder of an artifact, there or not."""
        return Path(self.place(key))

    def place(self, key: str, name: str = "") -> str:
        """The same, or a file in it, as text: large plans ask for thousands, and a Path costs more than the look."""
        if not KEY.fullmatch(key):
            raise BadValue(f"{key!r} is no key: a key is hexadecimal digits.")
        return f"{self.root}/artifacts/{key[:2]}/{key}{'/' * bool(name)}{name}"

    def manifest(self, key: str) -> dict[str, Json]:
        """What is known of an artifact: what it is, how it was made, the checksums of its files."""
        return self.page(key, MANIFEST)

    def page(self, key: str, name: str) -> dict[str, Json]:
        """A JSON file of an artifact; raises BrokenArtifact, with what to do, if it is not what was written."""
        path = self.place(key, name)
        try:
            with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - see place
                page: dict[str, Json] = json.loads(file.read())
        except ValueError as error:
            raise BrokenArtifact(f"{path} cannot be read: {error}.", hint=REMEDY) from None
        except FileNotFoundError:
            if key not in self:
                raise
            raise BrokenArtifact(f"{path} is missing.", hint=REMEDY) from None
        return page

    @contextmanager
    def writing(self, key: str) -> Iterator[tuple[Path, dict[str, Json]]]:
        """A scratch folder and a manifest to fill; they become the artifact if the block succeeds, or vanish."""
        final = self.path(key)
        final.parent.mkdir(parents=True, exist_ok=True)
        scratch = final.parent / scratch_name()
        scratch.mkdir(mode=0o700)
        manifest: dict[str, Json] = {}
        try:
            yield scratch, manifest
            manifest["files"] = checksums(scratch)
            scratch.chmod(0o755)  # it was private; a store may be shared
            write_json(scratch / MANIFEST, manifest)
            self._publish(scratch, final, key)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _publish(self, scratch: Path, final: Path, key: str) -> None:
        try:
            scratch.rename(final)
        except OSError:
            if key in self:  # another process finished first
                return
            if not final.is_dir():
                raise
            rest = final.parent / scratch_name()  # what is left of one whose removal was cut short
            final.rename(rest)
            scratch.rename(final)
            remove(rest)

    def unfinished(self, key: str) -> Path:
        """Where a stage in work keeps how far it is. It may be taken away at any time; the stage then begins anew."""
        return self.root / UNFINISHED / self.path(key).name

    @property
    def tokenised(self) -> Path:
        """Where long lists of inputs are kept, as sub-words. It may be taken away at any time."""
        return self.root / TOKENISED

    def tidy(self, key: str) -> None:
        """Take away what a stage kept while it was in work."""
        remove(self.unfinished(key))

    def verify(self, key: str) -> None:
        """Raise BrokenArtifact if a file is missing or is not what was written."""
        try:
            written: Mapping[str, str] = dict(self.manifest(key)["files"])
        except (LookupError, TypeError, ValueError) as error:
            message = f"{self.path(key) / MANIFEST} cannot be read: {error}."
            raise BrokenArtifact(message, hint=REMEDY) from None
        found = checksums_now(self.path(key))
        for name, checksum in written.items():
            if found.get(name) != checksum:
                raise BrokenArtifact(
                    f"{self.path(key) / name} is {'changed' if name in found else 'missing'}.",
                    hint=REMEDY,
                )

    def is_whole(self, key: str) -> bool:
        """Whether nothing of an artifact is missing or changed."""
        try:
            self.verify(key)
        except BrokenArtifact:
            return False
        return True

    def discard(self, key: str) -> None:
        """Take an artifact away, its manifest first, so that no half of it is taken for a whole."""
        (self.path(key) / MANIFEST).unlink(missing_ok=True)
        remove(self.path(key))

    def prepare(self) -> None:
        """Make the folder, prove that it can be written, and sweep what killed processes of this machine left."""
        if not is_text(str(self.root.resolve())):
            raise BadValue(
                f"The name of the store {self.root} is no UTF-8, and the libraries that write models need that.",
                hint="Name another folder with --store DIR or XEVAL_STORE.",
            )
        try:
            (self.root / "artifacts").mkdir(parents=True, exist_ok=True)
            probe = self.root / f".probe-{uuid.uuid4().hex}"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise BadValue(
                f"The store {self.root} cannot be written: {error.strerror or error}.",
                hint="Name another folder with --store DIR or XEVAL_STORE.",
            ) from None
        sweep(self.root, "*/*")
        for unfinished in (self.root / UNFINISHED).glob("*"):
            # killed between publishing and tidying up
            if KEY.fullmatch(unfinished.name) and unfinished.name in self:
                remove(unfinished)

    def keys(self) -> list[str]:
        """Every artifact there is."""
        return sorted(path.parent.name for path in (self.root / "artifacts").glob(f"*/*/{MANIFEST}"))


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of every file in a folder but the manifest, by relative name."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): file_digest(path) for path in files}


def checksums_now(folder: Path) -> dict[str, str]:
    """Checksums of a folder that another process may be taking away: what went meanwhile has none."""
    try:
        return checksums(folder)
    except FileNotFoundError:
        return {}
