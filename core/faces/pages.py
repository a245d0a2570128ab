"""Pages about what the registry knows: models, languages, suites."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xeval.faces.listings import console, listing
from xeval.facts.overlays import overlays
from xeval.facts.registry import load_registry

PINNED = 3  # the column of revisions: for what is not pinned, as nothing that ships is, it says nothing


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
    columns = ["name", "family", "weights", "revision", "note"]
    if not any(row[PINNED] for row in rows):
        columns, *rows = [row[:PINNED] + row[PINNED + 1 :] for row in (columns, *rows)]
    console().print(listing("Models", columns, rows))
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
    columns = ["code", "name", "family", "script", "class", *measures]
    title = "Languages, their resource class (Joshi et al. 2020), and their distance from the source language"
    console().print(listing(title, columns, rows))
    return 0


def suites(files: Sequence[Path]) -> int:
    """The suites of the registry."""
    rows = [
        [suite.name, suite.description, ", ".join(suite.targets), ", ".join(suite.models)]
        for suite in load_registry(overlays(files)).suites.values()
    ]
    console().print(listing("Suites", ["name", "what it is", "target tasks", "models"], rows))
    return 0
