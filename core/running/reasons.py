"""Why stages are to be made again: what differs from the artifacts that an earlier run had for the same cells."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from xeval.cell import Cell
from xeval.errors import XevalError
from xeval.plans.plan import Plan
from xeval.plans.stage import Stage
from xeval.running.store import Store
from xeval.values import Json

RUNS = 5  # the latest ones that are looked at
NAMED = 3  # differences that a reason names


def reasons(plan: Plan, left: set[str], store: Store) -> dict[str, str]:
    """A reason for each stage that is to be run although an earlier run had one like it, by key."""
    if not left or not (store.root / "runs").is_dir():
        return {}
    before, found = earlier(store), dict[str, str]()
    for planned in plan.cells:
        stage, old = planned.stage, before.get(cell_name(planned.cell), "")
        if stage and stage.key in left and old and stage.key not in found:
            compare(stage, old, store, left, found)
    return {key: reason for key, reason in found.items() if reason}


def cell_name(cell: Cell) -> tuple[Json, ...]:
    """What a cell is the score of, whatever computed it."""
    return (cell.model, cell.recipe, cell.target, cell.language, cell.perturbation, cell.level, cell.seed)


def earlier(store: Store) -> dict[tuple[Json, ...], str]:
    """The key of each cell of the latest runs, the newest first."""
    paths = sorted((store.root / "runs").glob("*/run.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    found: dict[tuple[Json, ...], str] = {}
    for path in paths[:RUNS]:
        try:
            cells = [Cell(**cell) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
        except (OSError, ValueError, LookupError, TypeError):
            continue  # a damaged record explains nothing
        for cell in cells:
            if cell.key:
                found.setdefault(cell_name(cell), cell.key)
    return found


def compare(stage: Stage, old: str, store: Store, left: set[str], found: dict[str, str]) -> None:
    """Take note of what makes a stage differ from an artifact, and of the same for the stages that it builds on."""
    if stage.key in found or stage.key == old:
        return
    found[stage.key] = ""
    try:
        manifest = store.manifest(old)
    except (OSError, ValueError, XevalError):
        return  # it was taken away: nothing to compare with
    changes = list(dict.fromkeys(differences(json.loads(json.dumps(stage.params)), manifest.get("params", {}))))
    inputs = list(zip(stage.inputs, manifest.get("inputs", ()), strict=False))
    for need, before in inputs:
        if need.is_work and need.key in left:
            compare(need, before, store, left, found)
    if not changes and any(need.key != before for need, before in inputs):
        changes = ["what it builds on is made again"]
    found[stage.key] = listed(changes or [f"this xeval computes {stage.kind} stages differently"])


def listed(changes: list[str]) -> str:
    """The first changes, and how many more there are."""
    more = f" and {len(changes) - NAMED} more" if len(changes) > NAMED else ""
    return "; ".join(changes[:NAMED]) + more


def differences(new: Json, old: Json, where: str = "", about: str = "") -> Iterator[str]:
    """In sentences, where two sets of parameters differ; `about` is the task or perturbation that they are of."""
    if isinstance(new, Mapping) and isinstance(old, Mapping):
        about = str(new["name"]) if "name" in new and "version" in new else about
        for name in sorted({*new, *old}):
            if new.get(name) != old.get(name):
                yield from differences(new.get(name), old.get(name), f"{where}.{name}" if where else name, about)
    else:
        yield sentence(where, new, old, about)


def sentence(where: str, new: Any, old: Any, about: str) -> str:
    """One difference."""
    part = where.rpartition(".")[2]
    if where.endswith("plugin.code") or part == "plugin":
        return f"the code of the plugin behind {about} changed"
    if part == "version" and about:
        return f"{about} has version {new}, and had {old}"
    if where.startswith("data"):
        return f"its data changed ({where})"
    return f"{where} is {shown(new)}, and was {shown(old)}"


def shown(value: Any) -> str:
    """A value, cut to what a line has room for."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:39]}…"
