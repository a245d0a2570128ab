"""For authors of plugins: conformance tests, texts in many scripts, and a fixture that runs xeval. Kept stable."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xeval.testing.classes import (
        IntermediateTaskConformance,
        LanguageOrderConformance,
        PerturbationConformance,
        StudyConformance,
        TargetTaskConformance,
    )
    from xeval.testing.fixtures import Ending
    from xeval.testing.samples import HARD, SENTENCES, languages
    from xeval.testing.studies import SELECTION, made_results
    from xeval.testing.texts import any_language, any_text

WHERE = {  # imported when asked for: pytest and hypothesis are needed for some only
    "Ending": "fixtures",
    "HARD": "samples",
    "IntermediateTaskConformance": "classes",
    "LanguageOrderConformance": "classes",
    "PerturbationConformance": "classes",
    "SELECTION": "studies",
    "SENTENCES": "samples",
    "StudyConformance": "classes",
    "TargetTaskConformance": "classes",
    "any_language": "texts",
    "any_text": "texts",
    "languages": "samples",
    "made_results": "studies",
}


def __getattr__(name: str) -> Any:
    if name not in WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"xeval.testing.{WHERE[name]}"), name)


__all__ = [
    "HARD",
    "SELECTION",
    "SENTENCES",
    "Ending",
    "IntermediateTaskConformance",
    "LanguageOrderConformance",
    "PerturbationConformance",
    "StudyConformance",
    "TargetTaskConformance",
    "any_language",
    "any_text",
    "languages",
    "made_results",
]
