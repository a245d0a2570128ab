"""Writes the package of a new plugin: it installs, passes its tests and runs as it is."""

from __future__ import annotations

import keyword
import re
import shutil
import sys
import uuid
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from xeval.errors import BadValue
from xeval.plans.catalogue import Shelf
from xeval.running.discovery import discover

LAWFUL = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
RUNS = {  # of each kind, the command that shows it at work
    "perturbation": "xeval run --plugins $name",
    "target-task": "xeval run --plugins $name --target $name --model mini",
    "intermediate-task": "xeval run --plugins $name --intermediate $name",
    "language-order": "xeval run --recipe 'mini-nli[qen,qaa,qda]@$name'",
    "study": "xeval study $name --dry-run",
}


def write_package(kind: str, name: str, parent: Path) -> Path:
    """Write `xeval-NAME/` into a folder, whole or not at all. Raises BadValue for a bad name or a folder that is there.

    A name is small letters, digits and hyphens, and nothing that Python or another plugin uses.
    """
    check_name(name)
    folder = parent / f"xeval-{name}"
    if folder.exists():
        raise BadValue(f"{folder} is there already.", hint="Name another plugin, or another folder with --output DIR.")
    if parent.exists() and not parent.is_dir():
        raise BadValue(f"{parent} is no folder.", hint="Name a folder with --output DIR.")
    scratch = parent / f".{uuid.uuid4().hex}"
    try:
        for path, text in contents(kind, name).items():
            file = scratch / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        scratch.rename(folder)
    except OSError as error:
        raise BadValue(f"{folder} cannot be written: {error}.", hint="Name another folder with --output DIR.") from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return folder


def check_name(name: str) -> None:
    """Raise BadValue for a name that cannot be one of a plugin, its package and its module."""
    if not LAWFUL.fullmatch(name):
        plain = "-".join(re.findall(r"[a-z0-9]+", name.lower())).lstrip("0123456789-")
        hint = f"Did you mean {plain!r}?" if plain else "Write my-noise, for instance."
        raise BadValue(f"{name!r} is no name for a plugin: small letters, digits and single hyphens.", hint=hint)
    shipped = discover()
    tasks: tuple[Shelf[Any], ...] = (shipped.intermediates, shipped.targets)
    shelves: tuple[Shelf[Any], ...] = (shipped.perturbations, shipped.orders, *tasks, shipped.studies)
    taken = {offered: offer.entry.distribution for shelf in shelves for offered, offer in shelf.offers.items()}
    taken |= {entry.name: entry.distribution for entry in shipped.entries}
    if name in taken:
        raise BadValue(f"{taken[name]} has a plugin {name!r} already.", hint=f"Put your lab in front: lab-{name}.")
    if keyword.iskeyword(name) or module_of(name) in sys.stdlib_module_names:
        raise BadValue(f"{name!r} is a word of Python.", hint=f"Write my-{name}.")


def module_of(name: str) -> str:
    """The module of a plugin."""
    return f"xeval_{name.replace('-', '_')}"


def contents(kind: str, name: str) -> dict[str, str]:
    """The files of a package, by path."""
    words = {
        "name": name,
        "kind": kind.replace("-", " "),
        "article": "An" if kind[0] in "aeio" else "A",
        "module": module_of(name),
        "klass": "".join(part.capitalize() for part in name.split("-")),
        "version": version("xeval-harness"),
    }
    words["run"] = Template(RUNS[kind]).substitute(words)
    sources = {
        "pyproject.toml": "pyproject.toml.txt",
        "README.md": "README.md.txt",
        f"{words['module']}.py": f"{kind}.py.txt",
        f"tests/test_{words['module']}.py": f"{kind}-tests.py.txt",
    }
    folder = files("xeval.scaffold") / "templates"
    read = {path: (folder / source).read_text(encoding="utf-8") for path, source in sources.items()}
    return {path: Template(text).substitute(words) for path, text in read.items()}
