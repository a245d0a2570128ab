"""A recipe is written in one line, read once and printed back the same."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xeval.errors import BadValue
from xeval.faces.recipefiles import RecipeRecord, StepRecord, TaskRecord
from xeval.perturbation import PerturbationRef
from xeval.plans.recipe import Recipe
from xeval.plans.recipegrid import expanded, recipes_of
from xeval.plans.recipeparts import Augment, CoTraining, RecipePart, RecipeStep, Sampling

names = st.text("ab9-._", min_size=1, max_size=5)
codes = st.sampled_from(["en", "de", "sw", "qaa", "zh-TW"])
shares = st.sampled_from([0.5, 0.1, 0.25, 0.001, 0.123456789, 1e-7])
passes = st.sampled_from([1.0, 16.0, 0.5, 3.333333])
augments = st.builds(Augment, st.builds(PerturbationRef, names, st.sampled_from([0.1, 0.25, 1.0])), shares)
samplings = st.one_of(
    st.sampled_from([Sampling(), Sampling("uniform")]),
    st.builds(Sampling, st.sampled_from(["temperature", "capped"]), st.sampled_from([2.0, 0.5, 1e6, 65536.0])),
)
beside = st.builds(CoTraining, names, st.lists(codes, unique=True, max_size=2).map(tuple), shares)


@st.composite
def parts(draw: st.DrawFn, alone: bool) -> RecipePart:
    languages = tuple(draw(st.lists(codes, unique=True, max_size=4)))
    order = draw(names) if alone and len(languages) > 1 and draw(st.booleans()) else ""
    scale, keeps = draw(st.one_of(st.just(1.0), shares)), alone and draw(st.booleans())
    return RecipePart(draw(names), languages, order, scale, keeps, draw(st.none() | augments), draw(passes))


@st.composite
def steps(draw: st.DrawFn) -> RecipeStep:
    count = draw(st.integers(1, 3))
    found = [draw(parts(count == 1)) for _ in range(count)]
    unique = {part.task: part for part in found}
    return RecipeStep(tuple(unique.values()), draw(samplings), draw(st.none() | beside))


recipes = st.builds(
    Recipe,
    st.lists(steps(), max_size=3).map(tuple),
    st.sampled_from([0, 10]),
    st.sampled_from(["", "lora", "lora:16"]),
    st.sampled_from(["", "./models/mt", "nllb"]),
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
@given(recipes)
def test_a_recipe_printed_and_read_is_the_same(recipe: Recipe) -> None:
    assert Recipe.parse(str(recipe)) == recipe
    assert str(Recipe.parse(str(recipe))) == str(recipe)


@pytest.mark.parametrize("text", ["none", " none "])
def test_the_empty_recipe_is_the_baseline(text: str) -> None:
    assert Recipe.parse(text) == Recipe()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("mnli[en, de]@english-first * 0.10 > squad", "mnli[en,de]@english-first*0.1>squad"),
        ("squad*0.1 + mnli & mlm", "mnli+squad*0.1&mlm"),
        ("mnli~noise.swap@0.1:0.5", "mnli~noise.swap@0.1"),
        ("mnli~noise.swap@0.1:0.25*0.5", "mnli*0.5~noise.swap@0.1:0.25"),
        ("b+a%temperature:5&mlm[en,de]:0.3", "a+b%temperature:5&mlm[en,de]:0.3"),
        ("mnli![en,de]", "mnli![en,de]"),
        ("none  fewshot=10 adapter=lora", "none fewshot=10 adapter=lora"),
        ("squad*1e-3+mnli", "mnli+squad*0.001"),
    ],
)
def test_one_meaning_has_one_spelling(text: str, meant: str) -> None:
    assert str(Recipe.parse(text)) == meant


def test_together_is_in_no_order_and_in_sequence_is() -> None:
    assert Recipe.parse("a+b") == Recipe.parse("b+a")
    assert Recipe.parse("a>b") != Recipe.parse("b>a")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "expected the name of an intermediate task, and it ends"),
        ("mnli[en", "expected ',' or ']'"),
        ("mnli>>squad", "expected the name of an intermediate task"),
        ("mnli*2", "scale 2; a scale is a share above 0"),
        ("mnli*x", "expected a scale"),
        ("mnli*0", "scale 0"),
        ("mnli^0", "0 times as many passes"),
        ("mnli^", "expected how many times"),
        ("mnli*0.5*0.5", r"no second '\*'"),
        ("mnli@english-first", "fewer than two languages"),
        ("mnli[en]@english-first", "fewer than two languages"),
        ("mnli[en,en]", "twice"),
        ("mnli+mnli", "with itself"),
        ("mnli[en,de]@english-first+squad", "mixed with other tasks"),
        ("mnli!+squad!", "two are kept"),
        ("mnli>none", "stands for no step at all"),
        ("none>mnli", "expected '>'"),
        ("mnli~noise", "'@' and the level"),
        ("mnli~noise@0", "changes nothing"),
        ("mnli~noise@1.5", "a level is a share"),
        ("mnli&mlm:1", "share above 0, below 1"),
        ("a+b%unifrom", "Did you mean 'uniform'?"),
        ("a+b%temperature", "needs a number"),
        ("a+b%uniform:3", "has none"),
        ("mnli fewshots=3", "Did you mean 'fewshot'?"),
        ("mnli fewshot=x", "a number of examples"),
        ("mnli fewshot=1 fewshot=2", "no second 'fewshot'"),
        ("mnli adapter=laro", "No adapter is called 'laro'"),
        ("mnli squad", "expected '>'"),
    ],
)
def test_a_recipe_that_means_nothing_is_refused(text: str, problem: str) -> None:
    with pytest.raises(BadValue, match=problem):
        Recipe.parse(text)


@given(st.text(alphabet="ab+>[],@*~&%!:=. 019", max_size=20))
def test_no_line_ends_in_anything_but_a_recipe_or_an_explanation(text: str) -> None:
    try:
        recipe = Recipe.parse(text)
    except BadValue:
        return
    assert Recipe.parse(str(recipe)) == recipe


def test_a_caret_stands_where_it_cannot_be_read() -> None:
    with pytest.raises(BadValue) as found:
        Recipe.parse("mnli[en,de]@english-first > squad*x")

    lines = found.value.message.splitlines()
    assert lines[1].index("x") == lines[2].index("^")


def test_the_grid_has_the_baseline_then_each_task_alone_and_in_each_order() -> None:
    grid = recipes_of(["mnli", "qqp"], [], ["english-first"], ("en", "de"))

    assert list(map(str, grid)) == [
        "none",
        "mnli",
        "mnli[en,de]@english-first",
        "qqp",
        "qqp[en,de]@english-first",
    ]


def test_scales_of_a_grid_multiply_what_a_recipe_says() -> None:
    grid = recipes_of(["mnli*0.5+squad"], [0.1, 1.0], [], ())

    assert list(map(str, grid)) == ["none", "mnli*0.05+squad*0.1", "mnli*0.5+squad"]


def test_an_order_needs_one_task_to_order() -> None:
    with pytest.raises(BadValue, match="not one task without an order"):
        recipes_of(["mnli+squad"], [], ["english-first"], ("en", "de"))


def test_a_set_stands_for_its_tasks_with_what_is_said_of_it() -> None:
    step = Recipe.parse("both*0.5+c%uniform").steps[0]

    assert str(expanded(step, {"both": ("b", "a")})) == "a*0.5+b*0.5+c%uniform"
    with pytest.raises(BadValue, match="with itself"):
        expanded(Recipe.parse("both+a").steps[0], {"both": ("b", "a")})
    with pytest.raises(BadValue, match="samples from one task"):
        expanded(Recipe.parse("a%uniform").steps[0], {})


def test_a_mapping_says_passes_as_a_line_does() -> None:
    tasks = (TaskRecord("mnli", scale=0.1, passes=10.0),)

    assert RecipeRecord((StepRecord(tasks),)).line == "mnli*0.1^10"
