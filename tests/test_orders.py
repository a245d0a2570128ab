from __future__ import annotations

import itertools

import pytest

from xeval.contracts import LanguageOrder
from xeval.errors import BadValue
from xeval.facts.registry import load_registry
from xeval.plugins.orders.order import xeval_language_orders
from xeval.plugins.orders.typology import xeval_language_orders as by_distance
from xeval.values import Language

ORDERS = {order.name: order for order in xeval_language_orders()}


def spoken(code: str, distance: float, resource: int, family: str = "A") -> Language:
    return Language(code, code.upper(), family, "Latn", resource, {"syntactic": distance})


EN = spoken("en", 0.0, 5)
ALL = [EN, spoken("de", 0.1, 5), spoken("fi", 0.4, 4, "C"), spoken("hi", 0.4, 4, "B"), spoken("sw", 0.3, 2, "D")]


def phases(name: str, languages: list[Language] = ALL, source: Language = EN) -> str:
    return " > ".join("+".join(phase.languages) for phase in ORDERS[name].phases(languages, source))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("english-first", "en > de+fi+hi+sw"),
        ("english-last", "de+fi+hi+sw > en"),
        ("english-only", "en"),
        ("non-english-only", "de+fi+hi+sw"),
        ("interleaved", "de+en+fi+hi+sw"),
        ("near-to-far", "en > de > sw > fi+hi"),
        ("far-to-near", "fi+hi > sw > de > en"),
        ("low-to-high", "sw > fi+hi > de+en"),
        ("high-to-low", "de+en > fi+hi > sw"),
        ("by-family", "de+en > hi > fi > sw"),
    ],
)
def test_each_order_is_what_its_name_says(name: str, expected: str) -> None:
    assert phases(name) == expected


def test_no_order_goes_untested() -> None:
    assert set(ORDERS) == {
        *("english-first", "english-last", "english-only", "non-english-only", "interleaved"),
        *("near-to-far", "far-to-near", "low-to-high", "high-to-low", "by-family"),
    }
    assert all(isinstance(order, LanguageOrder) for order in ORDERS.values())


def test_every_order_says_of_itself_what_no_other_says() -> None:
    every = [*ORDERS.values(), *by_distance()]

    assert len({order.about for order in every}) == len(every)
    assert all(order.about for order in every)


@pytest.mark.parametrize("name", sorted(ORDERS))
def test_every_order_has_the_same_budget(name: str) -> None:
    for count in range(2, len(ALL) + 1):
        found = ORDERS[name].phases(ALL[:count], EN)
        assert sum(phase.share for phase in found) == pytest.approx(1.0)
        assert all(phase.languages and phase.share > 0 for phase in found)


@pytest.mark.parametrize("name", sorted({*ORDERS} - {"english-only", "non-english-only"}))
def test_orders_of_all_languages_give_each_the_same_share(name: str) -> None:
    found = ORDERS[name].phases(ALL, EN)

    assert sorted(code for phase in found for code in phase.languages) == ["de", "en", "fi", "hi", "sw"]
    assert {round(phase.share / len(phase.languages), 9) for phase in found} == {0.2}


@pytest.mark.parametrize("name", sorted(ORDERS))
def test_the_order_in_which_languages_are_named_does_not_matter(name: str) -> None:
    assert len({phases(name, list(languages)) for languages in itertools.permutations(ALL)}) == 1


def test_english_means_the_source_language() -> None:
    german = spoken("de", 0.1, 5)

    assert phases("english-first", ALL, german) == "de > en+fi+hi+sw"


def test_distance_goes_by_the_first_measure_that_all_have() -> None:
    far, near = (
        Language(code, code, "", "Latn", distances={"phonological": distance, "genetic": 1 - distance})
        for code, distance in (("xx", 0.8), ("yy", 0.2))
    )
    source = Language("en", "English", "", "Latn", distances={"phonological": 0.0, "genetic": 0.0, "syntactic": 0.0})

    assert phases("near-to-far", [near, far, source], source) == "en > xx > yy"


def test_constructed_languages_go_by_their_words() -> None:
    registry = load_registry().languages
    mini = [registry[code] for code in ("qen", "qaa", "qab", "qac")]

    assert phases("near-to-far", mini, registry["qen"]) == "qen > qaa > qab > qac"


@pytest.mark.parametrize("name", ["near-to-far", "far-to-near"])
def test_a_language_of_which_no_distance_is_known_is_named(name: str) -> None:
    with pytest.raises(BadValue, match=r"No distance is known of Klingon \(tlh\)"):
        phases(name, [*ALL, Language("tlh", "Klingon", "", "Latn")])


def test_a_language_that_lacks_the_measure_of_the_others_is_named() -> None:
    with pytest.raises(BadValue, match=r"XX \(xx\) has no syntactic one"):
        phases("near-to-far", [*ALL, Language("xx", "XX", "", "Latn", distances={"lexical": 0.1})])


def test_distances_from_english_do_not_order_for_another_source() -> None:
    with pytest.raises(BadValue, match="are not from DE"):
        phases("near-to-far", ALL, ALL[1])


@pytest.mark.parametrize("name", ["low-to-high", "high-to-low"])
def test_a_language_of_which_no_resource_class_is_known_is_named(name: str) -> None:
    with pytest.raises(BadValue, match=r"No resource class is known of Klingon \(tlh\)"):
        phases(name, [*ALL, Language("tlh", "Klingon", "", "Latn")])


@pytest.mark.parametrize("name", ["english-first", "english-last", "english-only"])
def test_english_orders_need_english(name: str) -> None:
    with pytest.raises(BadValue, match="source language en is not among the languages to order: de, fi"):
        phases(name, ALL[1:3])


def test_no_language_at_all_is_an_error() -> None:
    with pytest.raises(BadValue, match="'non-english-only' leaves no language of en"):
        phases("non-english-only", [EN])
    with pytest.raises(BadValue, match="leaves no language of none at all"):
        phases("interleaved", [])


def test_english_alone_may_come_first() -> None:
    assert phases("english-first", [EN]) == "en"
