"""The languages of a board in the order and the groups in which people look for them: the source, then near to far."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from xeval.boards.board import By
from xeval.values import Language

UNKNOWN = "unknown"


def in_order(codes: Sequence[str], source: str, languages: Mapping[str, Language]) -> list[Language]:
    """The source first, then by mean distance, the source's family before others, rich before poor."""
    known = [languages.get(code) or Language(code, code, UNKNOWN, UNKNOWN) for code in codes]
    home = languages[source].family if source in languages else UNKNOWN

    def place(language: Language) -> tuple[object, ...]:
        distances = language.distances.values()
        distance = sum(distances) / len(distances) if distances else float(language.family != home)
        return language.code != source, distance, language.family, -rank_of(language), language.code

    return sorted(known, key=place)


def rank_of(language: Language) -> int:
    """The resource class; below all of them where it is not known."""
    return -1 if language.resource is None else language.resource


def groups_by(by: By, codes: Sequence[str], source: str, languages: Mapping[str, Language]) -> dict[str, str]:
    """For each language the name of its column, in the order of the columns; the source has its own."""
    ordered = in_order(codes, source, languages)
    if by == "resource":
        ordered.sort(key=lambda language: (language.code != source, -rank_of(language)))
    name_of: Mapping[str, Callable[[Language], str]] = {
        "language": lambda language: language.code,
        "family": lambda language: language.family,
        "script": lambda language: language.script,
        "resource": lambda language: UNKNOWN if language.resource is None else f"class {language.resource}",
    }
    alone = {source: source} if by == "language" else {source: "source"}
    return {language.code: alone.get(language.code) or name_of[by](language) for language in ordered}
