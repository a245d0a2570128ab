"""One script after another, each for as long as it has languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xeval.api import Language, Phase, hookimpl


@dataclass(frozen=True)
class ScriptsInTurn:
    """One phase a script: the source language's first, then the others by name."""

    name: str = "scripts-in-turn"
    version: str = "1"

    def phases(self, languages: Sequence[Language], source: Language) -> list[Phase]:
        """Phases whose shares add up to 1."""
        scripts = sorted({one.script for one in languages}, key=lambda script: (script != source.script, script))
        groups = [tuple(sorted(one.code for one in languages if one.script == script)) for script in scripts]
        return [Phase(group, len(group) / len(languages)) for group in groups]


@hookimpl
def xeval_language_orders() -> list[ScriptsInTurn]:
    """What this package offers."""
    return [ScriptsInTurn()]
