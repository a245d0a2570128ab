"""What the studies that ship share in their designs: recipes, targets, seeds, and what a selection cannot tell."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from xeval.api import BadValue, PerturbationRef, Selection, TaskFacts

SEEDS = (0, 1, 2)
NOTHING, ENGLISH, MANY = "no intermediate task", "source language", "several languages"  # roles of recipes
MOST_LANGUAGES = 4  # of a multilingual arm: half of the testbed's are left untouched


def seeds_of(selection: Selection) -> tuple[int, ...]:
    """The user's seeds, or three."""
    return selection.seeds or SEEDS


def trained_targets(selection: Selection) -> tuple[str, ...]:
    """All targets of the selection."""
    return tuple(task.name for task in selection.targets)


def limits(selection: Selection) -> Iterator[str]:
    """What a selection cannot tell. Raises BadValue if there is nothing to transfer to."""
    if not selection.zero_shot():
        raise BadValue(
            f"There is no language to transfer to: only {selection.source!r} is selected.",
            hint="Name more with --language, or leave it out.",
        )
    count = len(seeds_of(selection))
    if count == 1:
        yield "One seed: intervals tell what other test items could change, not what another training could."
    elif count == 2:
        yield "Two seeds: the variance between trainings is known with one degree of freedom, so intervals are wide."
    if len(selection.zero_shot()) == 1:
        yield f"One language, {selection.zero_shot()[0]}: nothing is said of others."
    if selection.limit is not None:
        yield f"At most {selection.limit} rows per split: no score is comparable with a full one."


def languages_for(task: TaskFacts, selection: Selection, most: int = MOST_LANGUAGES) -> tuple[str, ...]:
    """Languages to train an intermediate task on: its source, then others that are selected, at most so many."""
    wanted = selection.intermediate_languages or tuple(selection.languages)
    others = [code for code in wanted if code in task.languages and code != task.source]
    return (task.source, *others[: most - 1])


def multilingual(task: TaskFacts, selection: Selection) -> str:
    """The recipe that mixes several languages on the budget of one; empty if the task has one language."""
    languages = languages_for(task, selection)
    return f"{task.name}[{','.join(languages)}]" if len(languages) > 1 else ""


def labelled(selection: Selection) -> tuple[TaskFacts, ...]:
    """The intermediate tasks to compare: those named, or all with labels that come with the targets' own plugins."""
    named = selection.intermediates if "intermediates" in selection.said else ()
    beside = selection.offered if len(selection.offered) > len(selection.intermediates) else selection.intermediates
    found = named or beside
    return tuple(task for task in found if task.format not in ("masked_lm", "retrieval", "ranking"))


def single_languages(selection: Selection, most: int = 2) -> dict[str, tuple[TaskFacts, str]]:
    """Each intermediate task in one language, the source or another, by its recipe: data sets that differ.

    Two languages of each: p permutes whole tasks, so a third would cost half as much again and tell next to nothing.
    """
    found = {}
    for task in labelled(selection):
        for code in languages_for(task, selection, most):
            found[task.name if code == task.source else f"{task.name}[{code}]"] = (task, code)
    return found


ENOUGH_TASKS = 10  # intermediate tasks that a correlation over them can be told from nothing with


def few_tasks(arms: Mapping[str, tuple[TaskFacts, str]]) -> Iterator[str]:
    """What a correlation over so few intermediate tasks cannot show: the least p, and the power (by Fisher's z)."""
    count = len({task.name for task, _ in arms.values()})
    if count >= ENOUGH_TASKS:
        return
    found = f"from {math.tanh(FOUND / math.sqrt(count - 3)):.2f} on" if count > 3 else "never"
    yield (
        f"{count} intermediate tasks are too few to separate much: p permutes whole tasks, so it is never below "
        f"{1 / math.factorial(count):.3f} before correction, and a true correlation is found in 8 of 10 runs {found}. "
        f"Name {ENOUGH_TASKS} or more with --intermediate."
    )


FOUND = 1.96 + 0.84  # standard errors at which a two-sided 5% test has a power of 80%


def require_arms(count: int, least: int, what: str) -> None:
    """Raise BadValue for fewer intermediate tasks, or languages of them, than a study can compare."""
    if count < least:
        raise BadValue(
            f"A study of {what} needs {least} intermediate tasks or more, each in each language; there are {count}.",
            hint="Name more with --intermediate, or tasks that have training data in several languages.",
        )


def mild_noise(selection: Selection) -> tuple[PerturbationRef, ...]:
    """One level of noise, to see what gains are worth under it."""
    if selection.perturbations:
        return selection.perturbations
    return (PerturbationRef("noise", 0.2),) if "noise" in selection.noise else ()


def spread(selection: Selection, codes: tuple[str, ...], count: int) -> tuple[str, ...]:
    """The source and others from near to far from it, as far apart as can be where distances are known."""
    known = [code for code in codes if code in selection.languages and code != selection.source]
    measures = [m for code in known for m in selection.languages[code].distances]
    measure = max(sorted(set(measures)), key=measures.count, default="")
    ordered = sorted(known, key=lambda code: (selection.languages[code].distances.get(measure, 1.0), code))
    places = [round(n * (len(ordered) - 1) / max(1, count - 2)) for n in range(count - 1)]
    return (selection.source, *dict.fromkeys(ordered[place] for place in places if ordered))
