"""What every language order promises, as checks."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from xeval.contracts import LanguageOrder, OrderFamily
from xeval.errors import BadPlugin, BadValue, XevalError, spoken
from xeval.plans.phasing import check_phases
from xeval.values import Language, Phase

KNOWN = (  # code, name, family, script, resource class, syntactic and lexical distance from English
    ("en", "English", "Indo-European: Germanic", "Latn", 5, 0.0),
    ("de", "German", "Indo-European: Germanic", "Latn", 5, 0.4),
    ("ru", "Russian", "Indo-European: Slavic", "Cyrl", 4, 0.5),
    ("sw", "Swahili", "Niger-Congo", "Latn", 2, 0.6),
    ("hi", "Hindi", "Indo-European: Indo-Aryan", "Deva", 4, 0.65),
    ("th", "Thai", "Kra-Dai", "Thai", 3, 0.7),
)
MEASURES = ("syntactic", "genetic", "geographic", "lexical", "featural")
SAMPLE = [
    Language(code, name, family, script, resource, dict.fromkeys(MEASURES, distance))
    for code, name, family, script, resource, distance in KNOWN
]
BARE = [Language(one.code, one.name, one.family, one.script) for one in SAMPLE]  # neither resources nor distances
ENGLISH = SAMPLE[0]


def sets() -> list[list[Language]]:
    """One language, two, all; and all without the source."""
    return [SAMPLE[:1], SAMPLE[:2], SAMPLE, SAMPLE[1:]]


def phases_of(order: LanguageOrder, languages: Sequence[Language]) -> tuple[Phase, ...] | None:
    """The phases; None for languages that an order refuses, by BadValue, as it may."""
    try:
        return tuple(order.phases(list(languages), ENGLISH))
    except BadValue:
        return None


def with_some_parameter(family: OrderFamily) -> LanguageOrder:
    """An order of a family: by a number, a language, or several, whichever it takes; raises BadValue if none."""
    refusals: list[BadValue] = []
    for value in ("1", "en", "en.de"):
        try:
            order = family.with_parameter(value)
            order.phases(SAMPLE[:2], ENGLISH)
        except BadValue as error:
            refusals.append(error)
        else:
            return order
    raise refusals[0]


def phases_are_lawful(order: LanguageOrder) -> Iterator[str]:
    """Known languages, none twice in a phase, shares above 0 that add up to 1."""
    refused = 0
    for languages in sets():
        codes = [language.code for language in languages]
        phases = phases_of(order, languages)
        if phases is None:
            refused += 1
            continue
        try:
            check_phases(order.name, phases, codes)
        except BadPlugin as error:
            yield f"of {', '.join(codes)}: {error.message}"
            return
        twice = [phase.languages for phase in phases if len({*phase.languages}) < len(phase.languages)]
        if twice:
            yield f"of {', '.join(codes)}: a language stands twice in the phase {twice[0]}"
            return
    if refused == len(sets()):
        yield "it refuses one language, two, and six of which everything is known"


def the_order_that_they_are_given_in_does_not_matter(order: LanguageOrder) -> Iterator[str]:
    """Languages come in no promised order."""
    for languages in sets():
        given, turned = phases_of(order, languages), phases_of(order, languages[::-1])
        if [_meant(given), _meant(given)] != [_meant(given), _meant(turned)]:
            yield f"the phases depend on the order in which {len(languages)} languages are given; sort them"
            return


def _meant(phases: tuple[Phase, ...] | None) -> list[tuple[list[str], float]] | None:
    return None if phases is None else [(sorted(phase.languages), round(phase.share, 9)) for phase in phases]


def the_same_languages_give_the_same_phases(order: LanguageOrder) -> Iterator[str]:
    """Whatever the state of global chance, which is left alone."""
    results = []
    for seed in (1, 2):
        random.seed(seed)
        before = random.getstate()
        results.append([phases_of(order, languages) for languages in sets()])
        if random.getstate() != before:
            yield "global chance (random) is drawn from or seeded; use random.Random(seed_of(...))"
            return
    if results[0] != results[1]:
        yield "the same languages give other phases in another call"


def what_is_not_known_is_said(order: LanguageOrder) -> Iterator[str]:
    """Of languages without distances and resources it makes phases, or raises BadValue that names one of them."""
    try:
        order.phases(list(BARE), BARE[0])
    except XevalError as error:
        if not any(one.name in str(error) or one.code in str(error) for one in BARE):
            yield f"of languages that nothing is known of it says {str(error)!r}; name the language"
    except Exception as error:  # noqa: BLE001 - a plugin may do anything; this is what is looked for
        yield f"of languages without distances it raises {spoken(error)}; raise BadValue and name the language"


CHECKS = (
    phases_are_lawful,
    the_order_that_they_are_given_in_does_not_matter,
    the_same_languages_give_the_same_phases,
    what_is_not_known_is_said,
)


def outputs(order: LanguageOrder) -> list[str]:
    """What an order makes of the sample: to be compared between processes with other seeds of hashes."""
    return [repr(phases_of(order, languages)) for languages in sets()]
