"""What is checked of a plugin's package before any of its code runs, and while it is imported."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement

from xeval.errors import BadFile, MissingData
from xeval.plans.catalogue import PluginEntry
from xeval.running.plugincode import OURS, files_of, same_name, unmet

PUBLIC = ("xeval.api", "xeval.analysis", "xeval.testing")
HEAVY = ("torch", "transformers", "datasets", "tensorflow", "jax", "sklearn", "pandas", "spacy")
ABOUT_THE_WORLD = ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system")


@dataclass(frozen=True)
class Package:
    """A plugin's entry points and what its package requires."""

    entries: tuple[PluginEntry, ...]
    requires: tuple[str, ...]
    file: str = ""  # pyproject.toml, of a folder


def read_folder(folder: Path) -> Package:
    """The package in a folder that is not installed; its modules become importable. Raises MissingData, BadFile."""
    file = folder / "pyproject.toml"
    if not file.is_file():
        raise MissingData(f"{folder} holds no pyproject.toml.", hint="Name a plugin's folder, or an installed plugin.")
    try:
        project: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8")).get("project", {})
        points = dict(project.get("entry-points", {}).get("xeval", {}))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, AttributeError) as error:
        raise BadFile(str(file), [f"{file}: cannot be read: {error}"]) from None
    name, version = str(project.get("name", folder.name)), str(project.get("version", ""))
    for place in (folder / "src", folder):
        if place.is_dir():
            sys.path.insert(0, str(place))
    entries = tuple(PluginEntry(one, str(module), name, version, shipped=False) for one, module in points.items())
    return Package(entries, tuple(map(str, project.get("dependencies", ()))), str(file))


def installed_package(entry: PluginEntry) -> Package:
    """The package of an installed plugin."""
    try:
        return Package((entry,), tuple(distribution(entry.distribution).requires or ()))
    except PackageNotFoundError:
        return Package((entry,), ())


def package_findings(package: Package) -> Iterator[str]:
    """What is wrong with a package as such."""
    where = package.file or package.entries[0].distribution
    if not package.entries:
        yield f'{where}: no entry point in the group xeval; add [project.entry-points.xeval] with NAME = "MODULE"'
    yield from _requirement(package, where)
    for entry in package.entries:
        if not entry.module or not all(part.isidentifier() for part in entry.module.split(".")):
            yield f"{where}: the entry point {entry.name!r} names {entry.module!r}, which is no module"
    for top in sorted({entry.module.partition(".")[0] for entry in package.entries}):
        for _, path in files_of(top):
            if path.suffix == ".py":
                yield from private_imports(path)


def _requirement(package: Package, where: str) -> Iterator[str]:
    if why := unmet(package.requires):
        yield f"{where}: it {why}"
    ours = [line for line in package.requires if _is_ours(line)]
    if not ours:
        yield f'{where}: it does not require {OURS}; add "{OURS}>=VERSION" to dependencies'
    elif not any(one.operator in (">=", ">", "==", "~=", "===") for one in Requirement(ours[0]).specifier):
        yield f'{where}: it requires any {OURS} that ever was; name the oldest that it works with: "{OURS}>=VERSION"'


def _is_ours(line: str) -> bool:
    try:
        return same_name(Requirement(line).name, OURS)
    except InvalidRequirement:
        return False


def private_imports(path: Path) -> Iterator[str]:
    """Imports of xeval that are not public, by file and line."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError):
        return  # importing it says so
    found = (node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom)))
    for node in found:
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            if (name == "xeval" or name.startswith("xeval.")) and not name.startswith(PUBLIC):
                yield f"{path.name}:{node.lineno}: imports {name}; only {', '.join(PUBLIC)} are kept stable"


@dataclass
class ImportWatch:
    """Listens to what an import does besides importing; a hook cannot be taken away again, only told to be still."""

    seen: list[str] = field(default_factory=list)
    listening: bool = False
    hooked: bool = False

    def start(self) -> None:
        """Listen from now on."""
        if not self.hooked:
            sys.addaudithook(self._hear)
        self.seen, self.hooked, self.listening = [], True, True

    def _hear(self, event: str, of: tuple[Any, ...]) -> None:
        if not self.listening:
            return
        if event in ABOUT_THE_WORLD:
            self.seen.append(f"{event} {of[0]!r}"[:80])
        elif event == "open" and isinstance(of[1], str) and set(of[1]) & set("wax+"):
            self.seen.append(f"writes {of[0]}")

    def findings(self, before: set[str]) -> Iterator[str]:
        """What was heard since, and heavy libraries that were not there before."""
        self.listening = False
        if self.seen:
            yield f"its import does work: {'; '.join(self.seen[:3])}; do it in the method that needs it"
        heavy = [name for name in HEAVY if name in sys.modules and name not in before]
        if heavy:
            yield f"its import loads {', '.join(heavy)}, for everybody who lists plugins; import it where it is needed"


WATCH = ImportWatch()  # one for a process
