"""Names for the completion of shells, looked up when asked for; no code of third-party plugins is imported."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Names = Callable[[], Iterable[str]]
Complete = Callable[[Any, Any, str], list[str]]


def completes(names: Names) -> Complete:
    """A completion for one name, or for the last of several that are parted by commas."""

    def complete(_context: Any, _parameter: Any, begun: str) -> list[str]:
        before, comma, last = begun.rpartition(",")
        try:
            return [f"{before}{comma}{name}" for name in sorted(names()) if name.startswith(last)]
        except Exception:  # noqa: BLE001 - of packages that anybody may have installed; a shell shows no error
            return []

    return complete


def plugins() -> Iterable[str]:
    """Installed entry points, by their metadata."""
    from xeval.running.discovery import installed

    return {entry.name for entry in installed()}


def offered(*shelves: str) -> Names:
    """What ships on some shelves of the catalogue."""

    def names() -> Iterable[str]:
        from xeval.running.discovery import discover

        catalogue = discover()
        return {name for shelf in shelves for name in getattr(catalogue, shelf)}

    return names


def known(part: str) -> Names:
    """What the registry knows: models, languages, suites."""

    def names() -> Iterable[str]:
        from xeval.facts.registry import load_registry

        return list(getattr(load_registry(()), part))

    return names
