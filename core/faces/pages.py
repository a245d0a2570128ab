"""Pages about what the registry knows: models, languages, suites."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xeval.faces.listings import console, listing
from xeval.facts.overlays import overlays
from xeval.facts.registry import load_registry


def models(files: Sequence[Path]) -> int:
    """The models of the registry."""
    rows = [
        [
            entry.name,
            entry.family,
            entry.repository or f"made on the spot from {entry.pretraining and entry.pretraining.corpus}",
            entry.revision[:12],
            entry.note,
        ]
        for entry in load_registry(overlays(files)).models.values()
    ]
    console().print(listing("Models", ["name", "family", "weights", "revision", "note"], rows))
    return 0


def languages(files: Sequence[Path]) -> int:
    """The languages of the registry."""
    known = load_registry(overlays(files)).languages.values()
    measures = list(dict.fromkeys(measure for language in known for measure in language.distances))
    rows = [
        [
            language.code,
            language.name,
            language.family,
            language.script,
            "" if language.resource is None else str(language.resource),
            *(f"{language.distances[m]:.2f}" if m in language.distances else "" for m in measures),
        ]
        for language in known
    ]
    columns = ["code", "name", "family", "script", "resource class", *measures]
    console().print(listing("Languages, and their distance from the source language", columns, rows))
    return 0


def suites(files: Sequence[Path]) -> int:
    """The suites of the registry."""
    rows = [
        [suite.name, suite.description, ", ".join(suite.targets), ", ".join(suite.models)]
        for suite in load_registry(overlays(files)).suites.values()
    ]
    console().print(listing("Suites", ["name", "what it is", "target tasks", "models"], rows))
    return 0
