"""A recipe is written in one line, read once and printed back the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xeval.errors import BadValue
from xeval.plans.recipe import Recipe, RecipeStep, recipes_of

names = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)


@st.composite
def steps(draw: st.DrawFn) -> RecipeStep:
    languages = tuple(draw(st.lists(names, unique=True, max_size=4)))
    order = draw(names) if len(languages) > 1 and draw(st.booleans()) else ""
    return RecipeStep(draw(names), languages, order, draw(st.sampled_from([1.0, 0.5, 0.1, 0.001])))


@given(st.lists(steps(), max_size=3).filter(lambda s: [x.task for x in s] != ["none"]))
def test_a_recipe_printed_and_read_is_the_same(found: list[RecipeStep]) -> None:
    recipe = Recipe(tuple(found))

    assert Recipe.parse(str(recipe)) == recipe


@pytest.mark.parametrize("text", ["none", " none "])
def test_the_empty_recipe_is_the_baseline(text: str) -> None:
    assert Recipe.parse(text) == Recipe()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is not TASK"),
        ("mnli[en", "is not TASK"),
        ("mnli>>squad", "is not TASK"),
        ("mnli*2", "scale 2"),
        ("mnli*x", "is not TASK"),
        ("mnli*0", "scale 0"),
        ("mnli@english-first", "fewer than two languages"),
        ("mnli[en]@english-first", "fewer than two languages"),
        ("mnli[en,en]", "twice"),
    ],
)
def test_a_recipe_that_means_nothing_is_refused(text: str, problem: str) -> None:
    with pytest.raises(BadValue, match=problem):
        Recipe.parse(text)


def test_the_grid_has_the_baseline_then_each_task_alone_and_in_each_order() -> None:
    grid = recipes_of(["mnli", "qqp"], [], ["english-first"], ("en", "de"))

    assert list(map(str, grid)) == [
        "none",
        "mnli",
        "mnli[en,de]@english-first",
        "qqp",
        "qqp[en,de]@english-first",
    ]
