"""Checks of an installation: what is there, what is not, and what that means."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from xeval.errors import XevalError
from xeval.faces.listings import console, listing
from xeval.facts.overlays import overlays
from xeval.facts.registry import load_registry
from xeval.running.discovery import UNASKED, discover
from xeval.running.machine import PACKAGES, gpus, installed_version, processor
from xeval.running.store import Store

SIGNS = {"good": "✓", "note": "·", "bad": "✗"}


@dataclass(frozen=True)
class Finding:
    """One thing looked at: good, worth a note, or bad."""

    state: str
    what: str
    detail: str


def examine(store: Path, hub: Path | None) -> int:
    """Print every finding; exit code 2 if one is bad."""
    checks: list[Callable[[], list[Finding]]] = [
        python,
        packages,
        devices,
        lambda: storage(store),
        lambda: data(hub),
        registry,
        plugins,
    ]
    findings = [finding for check in checks for finding in check()]
    rows = [[SIGNS[finding.state], finding.what, finding.detail] for finding in findings]
    console().print(listing("xeval doctor", ["", "what", "found"], rows))
    return 2 if any(finding.state == "bad" for finding in findings) else 0


def python() -> list[Finding]:
    """The interpreter."""
    good = sys.version_info >= (3, 11)
    return [Finding("good" if good else "bad", "Python", sys.version.split()[0])]


def packages() -> list[Finding]:
    """Installed versions."""
    found = {name: installed_version(name) for name in PACKAGES}
    return [Finding("good" if version else "bad", name, version or "missing") for name, version in found.items()]


def devices() -> list[Finding]:
    """Processor and GPUs."""
    count = gpus()
    about = f"{count} NVIDIA GPU{'s' if count > 1 else ''}" if count else "none: training runs on the processor"
    return [
        Finding("good", "processor", f"{processor()}, {os.cpu_count()} cores"),
        Finding("good" if count else "note", "GPU", about),
    ]


def storage(store: Path) -> list[Finding]:
    """The store can be written, and there is room."""
    there = store.exists()
    try:
        Store(store).prepare()
        free, artifacts = shutil.disk_usage(store).free / 2**30, len(Store(store).keys())
    except XevalError as error:
        return [Finding("bad", "store", error.message)]
    finally:
        if not there:  # looking leaves nothing behind
            shutil.rmtree(store, ignore_errors=True)
    state = "good" if free > 5 else "note"
    return [Finding(state, "store", f"{store} can be written, {free:.0f} GB free, {artifacts} artifacts")]


def data(hub: Path | None) -> list[Finding]:
    """The folder of local data sets."""
    if hub is None:
        return [Finding("note", "hub", "no --hub or XEVAL_HUB: data sets come from the Hugging Face hub or its cache")]
    if not hub.is_dir():
        return [Finding("bad", "hub", f"{hub} is no folder")]
    count = sum(1 for path in hub.glob("*/*") if path.is_dir())
    return [Finding("good" if count else "bad", "hub", f"{hub} holds {count} repositories")]


def registry() -> list[Finding]:
    """The registry, with the user's own in the working directory."""
    try:
        found = load_registry(overlays())
    except XevalError as error:
        return [Finding("bad", "registry", error.message)]
    counts = (f"{len(part)} {name}" for name, part in vars(found).items() if name in ("languages", "models", "suites"))
    return [Finding("good", "registry", ", ".join(counts))]


def plugins() -> list[Finding]:
    """Plugins that are set aside."""
    catalogue = discover()
    broken = {name: why for name, why in catalogue.aside.items() if UNASKED not in why}
    usable = len(catalogue.entries) - len(broken)
    found = [Finding("bad", f"plugin {name}", why) for name, why in broken.items()]
    return [Finding("good", "plugins", f"{usable} installed"), *found]
