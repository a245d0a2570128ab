"""Orders by the distance between languages, drawn orders, and every order there is."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xeval.errors import BadFile, BadValue, UnknownName
from xeval.facts.registry import load_registry
from xeval.facts.typology import cosine_distance
from xeval.plans.recipe import Recipe
from xeval.plans.recipegrid import all_orders
from xeval.running.discovery import discover
from xeval.values import Language, Phase

CATALOGUE = discover((), ())
KNOWN = load_registry().languages
LANGUAGES = [KNOWN[code] for code in ("de", "en", "hi", "ru", "sw", "ur")]


def phases(name: str, languages: list[Language] = LANGUAGES, source: str = "en") -> list[Phase]:
    by_code = {language.code: language for language in languages}
    return list(CATALOGUE.order(name).phases(languages, by_code[source]))


def shown(found: list[Phase]) -> str:
    return " > ".join("+".join(phase.languages) for phase in found)


def measured(folder: Path, text: str) -> list[Language]:
    (folder / "far.csv").write_text(text, encoding="utf-8")
    (folder / "registry.yaml").write_text("distances: {mine: far.csv}\n", encoding="utf-8")
    known = load_registry([folder / "registry.yaml"]).languages
    return [known[language.code] for language in LANGUAGES]


PAIRS = """from,to,distance
en,de,0.9
en,hi,0.8
en,ru,0.1
en,sw,0.7
en,ur,0.6
de,hi,0.5
de,ru,0.4
de,sw,0.3
de,ur,0.2
hi,ru,0.9
hi,sw,0.1
hi,ur,0.9
ru,sw,0.9
ru,ur,0.8
sw,ur,0.2
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nearest-next", "en > de > hi > ur > ru > sw"),
        ("by-script", "de+en+sw > ur > ru > hi"),
        ("nearest-to-hi", "hi > ur > de+en+ru > sw"),
        ("towards-hi", "sw > de+en+ru > ur > hi"),
        ("listed-sw.en.de", "sw > en > de"),
    ],
)
def test_each_order_is_what_its_name_says(name: str, expected: str) -> None:
    assert shown(phases(name)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nearest-next", "en > ru > de > ur > sw > hi"),
        ("nearest-to-de", "de > ur > sw > ru > hi > en"),
        ("towards-de", "en > hi > ru > sw > ur > de"),
        ("near-to-far", "en > ru > ur > sw > hi > de"),
    ],
)
def test_a_table_of_the_users_goes_before_all_others(name: str, expected: str, tmp_path: Path) -> None:
    assert shown(phases(name, measured(tmp_path, PAIRS))) == expected


def test_vectors_give_the_distance_of_their_cosine(tmp_path: Path) -> None:
    found = measured(tmp_path, "language,a,b\nen,1,0\nde,1,1\nhi,0,1\nru,0,2\nsw,--,1\nur,1,0\n")
    english = found[1].apart["mine"]

    assert english["de"] == pytest.approx(1 - math.sqrt(0.5))
    assert (english["hi"], english["sw"], english["ur"]) == (1.0, 1.0, 0.0)
    assert found[2].apart["mine"]["ru"] == pytest.approx(0.0)


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=1, max_size=6))
def test_a_distance_is_symmetric_and_a_share(pairs: list[tuple[float, float]]) -> None:
    one, other = [a for a, _ in pairs], [b for _, b in pairs]

    assert cosine_distance(one, other) == cosine_distance(other, one)
    assert 0.0 <= cosine_distance(one, other) <= 1.0


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("a,b\n", "the columns are neither from, to, distance nor language"),
        ("from,to,distance\nen,de,far\n", "2: is not two codes and a distance"),
        ("from,to,distance\nen,de,2\n", "2: is not two codes and a distance"),
        ("from,to,distance\nen,deu,0.2\n", "no language is called 'deu'; did you mean 'eu'"),
        ("language,a\nen,1,2\n", "2: has 3 columns, and the header 2"),
        ("", "the columns are neither"),
    ],
)
def test_a_table_that_cannot_be_read_is_told_by_its_line(text: str, mistake: str, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=mistake):
        measured(tmp_path, text)


@pytest.mark.parametrize("name", ["random-1", "random-2", "nearest-next", "by-script", "nearest-to-sw", "listed-sw.hi"])
def test_every_order_has_the_whole_budget(name: str) -> None:
    found = phases(name)

    assert sum(phase.share for phase in found) == pytest.approx(1.0)
    assert len({code for phase in found for code in phase.languages}) == sum(len(phase.languages) for phase in found)


def test_a_number_draws_one_order_whatever_order_the_languages_come_in() -> None:
    assert phases("random-3") == phases("random-3", LANGUAGES[::-1])
    assert len({shown(phases(f"random-{number}")) for number in range(8)}) > 5


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("random", "Which random order"),
        ("random-x", "is no number"),
        ("nearest-to", "is about one language"),
        ("nearest-to-fi", "not among the languages to order"),
        ("listed-en.fi", "lists 'fi'"),
        ("listed-en.en", "each once"),
        ("listed", "lists no language"),
    ],
)
def test_an_order_that_means_nothing_is_refused(name: str, problem: str) -> None:
    with pytest.raises(BadValue, match=problem):
        phases(name)


def test_an_order_that_nobody_offers_has_a_nearest_name() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'nearest-next'"):
        phases("nearest-nxt")


# --------------------------------------------------------------------------------------------------------- all orders


def test_all_stands_for_every_order_of_the_languages() -> None:
    found = [str(one) for one in all_orders(Recipe.parse("mnli[en,de,sw]@all*0.5>squad"))]

    assert len(set(found)) == 6
    assert found[0] == "mnli[en,de,sw]@listed-de.en.sw*0.5>squad"


@given(st.integers(1, 30))
def test_some_of_all_orders_are_so_many_and_the_first_of_more(number: int) -> None:
    text = "mnli[a,b,c,d,e]@all-{}"
    fewer, more = (all_orders(Recipe.parse(text.format(n))) for n in (number, number + 5))

    assert len(set(fewer)) == number
    assert more[:number] == fewer


def test_more_orders_than_there_are_means_all_of_them() -> None:
    assert len(all_orders(Recipe.parse("mnli[a,b,c]@all-1000"))) == 6


def test_too_many_orders_are_refused_with_a_way_out() -> None:
    with pytest.raises(BadValue, match=r"120 orders of 5 languages.*all-24"):
        all_orders(Recipe.parse("mnli[a,b,c,d,e]@all"))


def test_a_recipe_without_it_stays_as_it_is() -> None:
    recipe = Recipe.parse("mnli[en,de]@english-first>squad")

    assert all_orders(recipe) == [recipe]
