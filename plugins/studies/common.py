"""What the studies that ship share in their designs: recipes, targets, seeds, and what a selection cannot tell."""

from __future__ import annotations

from collections.abc import Iterator

from xeval.api import BadValue, Selection, TaskFacts

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
