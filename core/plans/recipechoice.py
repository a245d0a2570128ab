"""The recipes that a user's wishes and a suite mean, and whether every name in them is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import product

from xeval.errors import BadValue, UnknownName, nearest
from xeval.facts.registry import Registry, Suite
from xeval.plans.catalogue import Catalogue
from xeval.plans.recipe import Recipe
from xeval.plans.recipegrid import Sets, all_orders, expanded, recipes_of
from xeval.plans.recipeparts import DEFAULT_CORPUS, CoTraining, RecipePart
from xeval.plans.scanner import pointed
from xeval.plans.translations import check_translatable, translator_of
from xeval.plans.wishes import Wishes

NO_ADAPTER = "none"


def chosen_recipes(wishes: Wishes, suite: Suite, catalogue: Catalogue, sets: Sets) -> tuple[Recipe, ...]:
    """Whole recipes as they are, or the grid of intermediate tasks, scales and orders; times the axes that go last."""
    recipes = _whole(wishes) if wishes.recipes else _grid(wishes, suite, catalogue, sets)
    every = (one for recipe in recipes for one in all_orders(recipe))
    return tuple(dict.fromkeys(_with_axes(every, wishes)))


def _whole(wishes: Wishes) -> list[Recipe]:
    """Whole recipes say all: what would make others beside them is refused, not passed over."""
    for name in ("intermediates", "orders", "scales"):
        if getattr(wishes, name):
            raise BadValue(
                f"Whole recipes are given, and {name} beside them, which would have no effect.",
                hint="Write them into the recipe: TASK[languages]@order*scale.",
            )
    return [Recipe.parse(text) for text in wishes.recipes]


def _grid(wishes: Wishes, suite: Suite, catalogue: Catalogue, sets: Sets) -> list[Recipe]:
    intermediates = wishes.intermediates or suite.intermediates
    orders = wishes.orders or _orders(wishes.plugins, suite, catalogue)
    if orders and not intermediates:
        raise BadValue(
            "A language order needs an intermediate task to order the languages of, and none is named.",
            hint="Add --intermediate mini-mc, for example.",
        )
    if wishes.scales and not intermediates:
        raise BadValue(
            "Scales are shares of the data of an intermediate task, and none is named.",
            hint="Add --intermediate mini-mc, for example; --limit takes the first rows of every task.",
        )
    languages: tuple[str, ...] = ()
    if orders:
        languages = _order_languages(wishes, suite, list(_offered(intermediates, catalogue, sets)))
    return recipes_of(intermediates, wishes.scales, orders, languages)


def _offered(texts: Iterable[str], catalogue: Catalogue, sets: Sets) -> Iterable[Sequence[str]]:
    """The languages of every task that some recipes name."""
    for text in texts:
        for step in Recipe.parse(text).steps:
            for part in expanded(step, sets).parts:
                yield catalogue.intermediates[part.task].languages


def _orders(plugins: Iterable[str], suite: Suite, catalogue: Catalogue) -> tuple[str, ...]:
    """The orders that named plugins bring: those that the suite chooses, or all."""
    brought = [name for plugin in plugins for name in catalogue.orders.of(plugin)]
    return tuple(dict.fromkeys([name for name in suite.orders if name in brought] or brought))


def _order_languages(wishes: Wishes, suite: Suite, offered: Sequence[Sequence[str]]) -> tuple[str, ...]:
    wanted = suite.intermediate_languages or wishes.languages or tuple(offered[0])
    shared = tuple(dict.fromkeys(code for code in wanted if all(code in languages for languages in offered)))
    if len(shared) < 2:
        raise BadValue(
            "A language order needs an intermediate task with training data in two languages or more; "
            f"in {', '.join(wanted)} there is only {', '.join(shared) or 'none'}.",
            hint="Choose another --intermediate, or name languages that it has.",
        )
    return shared


def _with_axes(recipes: Iterable[Recipe], wishes: Wishes) -> Iterable[Recipe]:
    """Each recipe with each number of few-shot examples and each adapter; what a recipe says itself stays."""
    adapters = ["" if name == NO_ADAPTER else name for name in wishes.adapters] or [""]
    for recipe in recipes:
        for fewshot, adapter in product(wishes.fewshots or (0,), adapters):
            translates = any(part.languages for step in recipe.steps for part in step.parts)
            yield replace(
                recipe,
                fewshot=recipe.fewshot or fewshot,
                adapter=recipe.adapter or adapter,
                translator=recipe.translator or (wishes.translator if translates else ""),
            )


# -------------------------------------------------------------------------------------------------------------- names


def check_recipe(recipe: Recipe, registry: Registry, catalogue: Catalogue) -> None:
    """Raise UnknownName or BadValue for the first thing in a recipe that nobody knows, or that cannot be."""
    if recipe.translator:
        translator_of(recipe.translator, registry)
    for step in recipe.steps:
        for part in step.parts:
            if part.task not in registry.sets:
                _check_known(
                    part.task, recipe, "intermediate task", [*catalogue.intermediates, *registry.sets], catalogue
                )
        for part in expanded(step, registry.sets).parts:
            _check_part(part, recipe, registry, catalogue)
        if step.beside:
            _check_beside(step.beside, recipe, catalogue)


def _check_known(name: str, recipe: Recipe, kind: str, known: Sequence[str], catalogue: Catalogue) -> None:
    if name in known:
        return
    if kind == "intermediate task" and name not in catalogue.intermediates.aside:
        close = nearest(name, known)
        near = f"Did you mean {close!r}?" if close else "See: xeval tasks list"
        raise UnknownName(kind, name, known, hint=f"{near}\n{pointed(str(recipe), str(recipe).find(name))}")
    catalogue.intermediates.offer(name)


def _check_part(part: RecipePart, recipe: Recipe, registry: Registry, catalogue: Catalogue) -> None:
    task = catalogue.intermediates[part.task]
    if task.format == "retrieval":
        raise BadValue(f"{part.task!r} is a retrieval task, and has nothing to train on.", hint="Name it as a target.")
    if part.order:
        catalogue.order(part.order)
    if part.augment:
        catalogue.perturbations.offer(part.augment.noise.name)
    for language in part.languages:
        if language not in task.languages and recipe.translator:
            check_translatable(task)
        elif language not in task.languages:
            raise lacks_language(part.task, language, task.languages)
        if language not in registry.languages:
            raise UnknownName("language", language, registry.languages)


def lacks_language(task: str, language: str, offered: Sequence[str]) -> BadValue:
    """A task has no training data in a language: the three ways out."""
    return BadValue(
        f"The intermediate task {task!r} has no training data in {language!r}.",
        hint=f"It has: {', '.join(offered)}. Three ways out: leave {language!r} out; give data of your own, as a task "
        "in a registry.yaml (docs/tasks.md); or have them translated, with --translator NAME (docs/recipes.md).",
    )


def _check_beside(beside: CoTraining, recipe: Recipe, catalogue: Catalogue) -> None:
    if beside.corpus == DEFAULT_CORPUS:
        return
    corpora = [name for name in catalogue.intermediates if catalogue.intermediates[name].format == "masked_lm"]
    if beside.corpus not in corpora:
        close = nearest(beside.corpus, [DEFAULT_CORPUS, *corpora])
        near = f"Did you mean {close!r}?" if close else f"Known: {', '.join([DEFAULT_CORPUS, *corpora])}."
        at = str(recipe).find(f"&{beside.corpus}") + 1
        raise UnknownName("corpus", beside.corpus, corpora, hint=f"{near}\n{pointed(str(recipe), at)}")
    for language in beside.languages:
        if language not in catalogue.intermediates[beside.corpus].languages:
            raise BadValue(
                f"The corpus {beside.corpus!r} has no text in {language!r}.",
                hint=f"It has: {', '.join(catalogue.intermediates[beside.corpus].languages)}.",
            )
