"""In which order the languages of an intermediate task come, the budget of examples being the same for all orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xeval.api import BadValue, Language, Phase, hookimpl

Groups = Sequence[Sequence[Language]]  # languages that share a phase, in the order of the phases
MEASURES = ("syntactic", "lexical")  # of distance, the first that all languages have; then others by name
MEASURES_OF_CONSTRUCTED = ("lexical", "syntactic")  # their grammars differ little, their words much


@dataclass(frozen=True)
class Order:
    """Languages in groups, one group after another.

    Every language of a run of k gets 1/k of the budget of examples, or a share of all of it where some are left out.
    A group is one phase, in which its languages are mixed in equal parts: so languages between which the order has
    nothing to say (of equal distance, of one resource class) are not put into an order by accident.
    """

    name: str
    groups: Callable[[Sequence[Language], Language], Groups]
    version: str = "1"

    @property
    def about(self) -> str:
        """What it does, as its groups say."""
        return (self.groups.__doc__ or "").partition("\n")[0]

    def phases(self, languages: Sequence[Language], source: Language) -> list[Phase]:
        """The groups as phases, each with a share of the budget as large as its part of the languages."""
        ordered = sorted(languages, key=lambda language: language.code)
        groups = [group for group in self.groups(ordered, source) if group]
        count = sum(map(len, groups))
        if count == 0:
            raise BadValue(
                f"The language order {self.name!r} leaves no language of {_codes(languages)}.",
                hint=f"Name more languages than the source language, {source.code}.",
            )
        return [Phase(tuple(language.code for language in group), len(group) / count) for group in groups]


def english_first(languages: Sequence[Language], source: Language) -> Groups:
    """The source language (English, unless the task says otherwise) alone, then all others mixed."""
    return [[_own(languages, source)], _others(languages, source)]


def english_last(languages: Sequence[Language], source: Language) -> Groups:
    """All others mixed, then the source language alone: the mirror image of english-first."""
    return [_others(languages, source), [_own(languages, source)]]


def english_only(languages: Sequence[Language], source: Language) -> Groups:
    """The whole budget on the source language."""
    return [[_own(languages, source)]]


def non_english_only(languages: Sequence[Language], source: Language) -> Groups:
    """The whole budget on the other languages, mixed."""
    return [_others(languages, source)]


def interleaved(languages: Sequence[Language], source: Language) -> Groups:
    """All languages mixed in one phase."""
    return [languages]


def near_to_far(languages: Sequence[Language], source: Language) -> Groups:
    """The source language, then one after another from the nearest to it to the farthest."""
    told = next((others for others in source.apart.values() if _all_in(others, languages, source)), None)
    if told is not None:  # what a user says of all of them goes first
        return _grouped(languages, lambda language: 0.0 if language == source else told[language.code])
    measure = measure_of(languages, source)
    return _grouped(languages, lambda language: 0.0 if language == source else language.distances[measure])


def _all_in(others: Mapping[str, float], languages: Sequence[Language], source: Language) -> bool:
    return all(language == source or language.code in others for language in languages)


def far_to_near(languages: Sequence[Language], source: Language) -> Groups:
    """From the farthest from the source language to the nearest, and then the source language."""
    return near_to_far(languages, source)[::-1]


def low_to_high(languages: Sequence[Language], source: Language) -> Groups:
    """From the resource class of Joshi et al. 2020 with the least data to the one with the most."""
    for language in languages:
        if language.resource is None:
            raise BadValue(
                f"No resource class is known of {language.name} ({language.code}).", hint=_registry(language)
            )
    return _grouped(languages, lambda language: language.resource or 0)


def high_to_low(languages: Sequence[Language], source: Language) -> Groups:
    """From the resource class with the most data to the one with the least."""
    return low_to_high(languages, source)[::-1]


def by_family(languages: Sequence[Language], source: Language) -> Groups:
    """One family after another, by name, that of the source language first."""
    return _grouped(languages, lambda language: (language.family != source.family, language.family))


def measure_of(languages: Iterable[Language], source: Language) -> str:
    """The measure of distance to go by: the first that every language has, the preferred ones before all others.

    Raises BadValue if there is none, or if the distances are from another language than the source.
    """
    others = [language for language in languages if language != source]
    known = {measure for language in others for measure in language.distances}
    preferred = MEASURES_OF_CONSTRUCTED if source.constructed else MEASURES
    for measure in (*preferred, *sorted(known - set(preferred))):
        if all(measure in language.distances for language in others) and source.distances.get(measure) == 0:
            return measure
    raise _no_measure(others, known, source)


def _no_measure(others: Sequence[Language], known: set[str], source: Language) -> BadValue:
    for language in others:
        if not language.distances:
            return BadValue(f"No distance is known of {language.name} ({language.code}).", hint=_registry(language))
    if not any(source.distances.get(measure) == 0 for measure in known):
        return BadValue(
            f"The distances in the registry are not from {source.name} ({source.code}), the source language.",
            hint=f"Give {source.code} a distance of 0, and the other languages theirs from it, in a registry of yours.",
        )
    usual = max(sorted(known), key=lambda measure: sum(measure in language.distances for language in others))
    first = next(language for language in others if usual not in language.distances)
    return BadValue(
        f"No measure of distance is known of all languages: {first.name} ({first.code}) has no {usual} one.",
        hint=_registry(first),
    )


def _own(languages: Sequence[Language], source: Language) -> Language:
    if source in languages:
        return source
    raise BadValue(
        f"The source language {source.code} is not among the languages to order: {_codes(languages)}.",
        hint=f"Add it, or use non-english-only, whose order is of the languages without {source.code}.",
    )


def _others(languages: Sequence[Language], source: Language) -> list[Language]:
    return [language for language in languages if language != source]


def _grouped(languages: Iterable[Language], by: Callable[[Language], Any]) -> Groups:
    groups: dict[Any, list[Language]] = {}
    for language in languages:
        groups.setdefault(by(language), []).append(language)
    return [groups[value] for value in sorted(groups)]


def _codes(languages: Iterable[Language]) -> str:
    return ", ".join(language.code for language in languages) or "none at all"


def _registry(language: Language) -> str:
    return f"Leave {language.code} out, or say it in a registry of your own: languages: {{{language.code}: …}}."


@hookimpl
def xeval_language_orders() -> list[Order]:
    """English in its place, then the languages by what is known of them. "English" stands for the source language."""
    return [
        Order("english-first", english_first),
        Order("english-last", english_last),
        Order("english-only", english_only),
        Order("non-english-only", non_english_only),
        Order("interleaved", interleaved),
        Order("near-to-far", near_to_far),
        Order("far-to-near", far_to_near),
        Order("low-to-high", low_to_high),
        Order("high-to-low", high_to_low),
        Order("by-family", by_family),
    ]
