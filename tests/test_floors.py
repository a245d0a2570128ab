"""The house has floors: a module imports what stands before it, never what stands above."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = {"core": "xeval", "plugins": "xeval.plugins", "tasks": "xeval.tasks"}
# Rooms, lowest first; a module may import what stands before it.
ORDER = [line for line in (ROOT / "tests" / "floors.txt").read_text().splitlines() if not line.startswith("#")]
HALLS = {"xeval", *("xeval." + name.split(".")[0] for name in ORDER if "." in name)}  # they hold rooms
GUESTS = {"plugins", "tasks"}  # they import what is public alone, and nobody imports them
DOORS = ("xeval.api", "xeval.analysis")
WITH_TORCH = """
    models bertlike inputs heads optimising ledger standing checkpoints gradients looping training
    reading predicting ranking pretraining maskedlm maskedstep adapters translating
    dropping layout products tiles attention trimming probing group parting telemetry profiling
"""
HEAVY = {
    "torch": {*(f"learning.{name}" for name in WITH_TORCH.split()), "scores.neighbours"},
    "transformers": {"learning.models", "learning.translating", "learning.pretraining", "learning.vocabulary"},
    "tokenizers": {"learning.models", "learning.pretraining", "learning.vocabulary"},
    "accelerate": {"learning.group"},
    "datasets": {"sources.converted"},
}


def modules() -> Iterator[tuple[str, Path]]:
    for folder, package in PACKAGES.items():
        for path in sorted((ROOT / folder).rglob("*.py")):
            dotted = ".".join((package, *path.relative_to(ROOT / folder).with_suffix("").parts))
            yield dotted.removesuffix(".__init__"), path


def room(dotted: str) -> str:
    """`xeval.boards.board` is a room, and so are `xeval.cli`, all of `xeval.formats` and all of `xeval.tasks`."""
    _, *path = dotted.split(".")
    return next((name for name in (".".join(path[:2]), ".".join(path[:1])) if name in ORDER), ".".join(path))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            yield from ([f"{module}.{a.name}" for a in node.names] if module in HALLS else [module])


@pytest.mark.parametrize(("dotted", "path"), list(modules()), ids=lambda v: v if isinstance(v, str) else "")
def test_imports_only_point_down(dotted: str, path: Path) -> None:
    here = room(dotted)
    if not here:
        return
    for name in imports(path):
        library = name.split(".")[0]
        assert library not in PACKAGES, f"{dotted} imports {name}; say {PACKAGES[library]}{name[len(library) :]}"
        assert here in HEAVY.get(library, {here}), f"{dotted} imports {library}; only {sorted(HEAVY[library])} may"
        if library != "xeval" or room(name) == here:
            continue
        own = here in GUESTS and name.startswith(dotted.rsplit(".", 1)[0] + ".")
        assert own or room(name) not in GUESTS, f"{dotted} imports {name}; plugins are found by entry point"
        assert own or here not in GUESTS or name in DOORS, f"{dotted} imports {name}; a plugin imports {DOORS}"
        assert ORDER.index(room(name)) < ORDER.index(here), f"{dotted} imports {name}, which stands above it"


def test_every_module_has_a_floor() -> None:
    assert {room(dotted) for dotted, _ in modules()} - {""} <= {*ORDER, *(name.split(".")[0] for name in ORDER)}


def test_what_is_installed_is_every_package() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    assert sorted(listed) == sorted(
        {dotted if path.stem == "__init__" else dotted.rpartition(".")[0] for dotted, path in modules()}
    )
