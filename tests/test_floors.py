"""The house has floors: a module imports what stands before it, never what stands above."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = {"core": "xeval", "plugins": "xeval.plugins", "tasks": "xeval.tasks"}
# Floors, lowest first; a module may import what stands before it.
FLOORS = """
    errors hashing values data tuning cell columns segmentation units contracts hookspecs hubtask api
    plugins tasks
    yamlscalars yamlfile schema registrymerge registrychecks taskentries registry overlays recipe catalogue
    stage experiment plan absence fingerprints phasing chains planning
    pieces tokens change severity checks batching answers chunks squad mlqa ranking metrics neighbours mining
    formats submissions pairing idpairing noanswers scoring storedscores
    benchmarks statistics comparing board grids measures captions languagegroups summaries contrasts leaderboard
    benchmarkparts benchmarkboard
    discovery machine store hubfolder parquet tablefiles corpusfiles rowfiles snapshots converted finding rows
    examples columnmaps declared athand fetching
    modelfolders models bertlike inputs heads optimising ledger training predicting vocabulary maskedlm
    warmstart pretraining
    preflight jobs workbench stages runner executors results
    preparing hiring app settings
    fitting tablelines listings painting drawing render progress pluginpages taskpages fetchpages
    pages scorepage doctor screens options ending cli __main__
"""
ORDER = FLOORS.split()
GUESTS = {"plugins", "tasks"}  # they import `xeval.api` alone, and nobody imports them
HEAVY = {
    "torch": {
        *("models", "bertlike", "inputs", "heads", "optimising", "ledger", "training", "predicting"),
        *("pretraining", "maskedlm", "neighbours"),
    },
    "transformers": {"models", "pretraining", "vocabulary"},
    "tokenizers": {"models", "pretraining", "vocabulary"},
    "datasets": {"converted"},
}


def modules() -> Iterator[tuple[str, Path]]:
    for folder, package in PACKAGES.items():
        for path in sorted((ROOT / folder).rglob("*.py")):
            dotted = ".".join((package, *path.relative_to(ROOT / folder).with_suffix("").parts))
            yield dotted.removesuffix(".__init__"), path


def room(dotted: str) -> str:
    """`xeval.tasks.target.xnli` lives in the room `tasks`."""
    return [*dotted.split("."), ""][1]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            yield from ([f"xeval.{a.name}" for a in node.names] if module == "xeval" else [module])


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
        assert own or here not in GUESTS or name == "xeval.api", f"{dotted} imports {name}; a plugin imports xeval.api"
        assert ORDER.index(room(name)) < ORDER.index(here), f"{dotted} imports {name}, which stands above it"


def test_every_module_has_a_floor() -> None:
    assert {room(dotted) for dotted, _ in modules()} - {""} <= set(ORDER)
