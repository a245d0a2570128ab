"""What every task promises, as checks; those of its examples need its data, and look at the first of each split."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, get_args

from xeval.data import FileData, HubData, JoinedData, MadeData
from xeval.errors import MissingData, nearest
from xeval.facts.registry import load_registry
from xeval.scores.checks import texts_in
from xeval.scores.metrics import METRICS
from xeval.sources.examples import examples_of
from xeval.sources.finding import Place
from xeval.tuning import Training
from xeval.values import FORMATS, Example, Split

ENOUGH = 50  # examples of a split that are looked at
LABELLED = ("classification", "tagging")


@dataclass(frozen=True)
class Case:
    """A task, and where its data may be."""

    task: Any
    place: Place
    is_target: bool


def declarations_are_lawful(case: Case) -> Iterator[str]:
    """Format, labels, languages, training and metric are what they can be."""
    task = case.task
    if task.format not in FORMATS:
        close = nearest(str(task.format), FORMATS)
        yield f"the format {task.format!r} does not exist" + (f"; {close!r} does" if close else "")
        return
    told = getattr(getattr(task, "original", None), "labels", "")  # a file of the data set's folder knows them
    if task.format in LABELLED and len({*task.labels}) < 2 and not told:
        yield f"a task of the format {task.format} has two labels at least; this has {list(task.labels)}"
    if len({*task.labels}) < len(task.labels):
        yield f"a label stands twice in {list(task.labels)}"
    if "train" in splits_of(case) and task.source_language not in task.languages:
        yield f"its source language {task.source_language!r} is not among its languages {list(task.languages)}"
    if not isinstance(task.training, Training):
        yield f"training is {type(task.training).__name__}; it is to be a Training of xeval.api"
    if case.is_target:
        yield from _target(task)


def _target(task: Any) -> Iterator[str]:
    if task.metric not in METRICS:
        close = nearest(task.metric, METRICS)
        yield f"the metric {task.metric!r} does not exist" + (f"; {close!r} does" if close else "")
    if task.evaluates_on not in get_args(Split):
        yield f"evaluates_on is {task.evaluates_on!r}; it is one of {', '.join(get_args(Split))}"


def languages_are_known(case: Case) -> Iterator[str]:
    """Each code is in the registry's table, or the user of the task has to add it."""
    known = load_registry(()).languages
    strange = [code for code in case.task.languages if code not in known]
    if strange:
        yield f"the registry does not know {', '.join(strange)}; use its codes: xeval languages list"


def data_are_named(case: Case) -> Iterator[str]:
    """`data` gives a place for the training split, and for what a target is scored on."""
    for split in splits_of(case):
        for code in case.task.languages:
            found = case.task.data(split, code)
            if not isinstance(found, (HubData, FileData, MadeData, JoinedData)):
                yield f"data({split}, {code}) gives {type(found).__name__}; return HubData, FileData or MadeData"
                return


def splits_of(case: Case) -> list[Split]:
    """The splits that are read: of a target, those that it trains on, if on its own, and that it is scored on."""
    if not case.is_target:
        return ["train"]
    own = case.task.name in case.task.trains_on
    return ["train", case.task.evaluates_on] if own else [case.task.evaluates_on]


def examples_are_lawful(case: Case) -> Iterator[str]:
    """Each is of the type of the format, in its language, with a label that is one, and a name of its own."""
    for _ in _each(case):
        pass  # reading raises what is wrong with its place, which is then the finding
    yield from ()


def _each(case: Case) -> Iterator[tuple[Split, str, list[Example]]]:
    for split in splits_of(case):
        for code in reading_languages(case, split):
            yield split, code, examples_of(case.task, split, code, case.place, ENOUGH)


def reading_languages(case: Case, split: Split) -> list[str]:
    """A training split in the source language; the scored one in all of them."""
    return [case.task.source_language] if split == "train" else list(case.task.languages)


def the_same_rows_give_the_same_examples(case: Case) -> Iterator[str]:
    """Whatever the state of global chance, which is left alone."""
    results = []
    for seed in (1, 2):
        random.seed(seed)
        before = random.getstate()
        results.append(list(_each(case)))
        if random.getstate() != before:
            yield "global chance (random) is drawn from or seeded; use random.Random(seed_of(...))"
            return
    if results[0] != results[1]:
        yield "reading twice gives other examples"


def what_is_scored_was_not_trained_on(case: Case) -> Iterator[str]:
    """No example of the training split stands in the scored one, in the source language."""
    if len({*splits_of(case)}) < 2:
        return
    source = case.task.source_language
    train, test = (
        examples_of(case.task, split, source, case.place, ENOUGH * 20) for split in ("train", case.task.evaluates_on)
    )
    seen = {texts_in(example) for example in train}
    both = [example for example in test if texts_in(example) in seen]
    if len(both) > len(test) / 20:
        yield (
            f"{len(both)} of {len(test)} examples of the scored split are in the training split too, such as "
            f"{both[0].uid!r}"
        )


def every_label_occurs(case: Case) -> Iterator[str]:
    """Labels that never occur are a sign of labels in another order or of a placeholder."""
    if case.task.format != "classification":
        return
    found = examples_of(case.task, "train", case.task.source_language, case.place, ENOUGH * 20)
    labels = {getattr(example, "label", "") for example in found}
    if len(labels) == 1 and len(found) >= ENOUGH:
        yield f"every one of the first {len(found)} training examples is labelled {labels.pop()!r}"


def placeholders(case: Case) -> str:
    """A remark, if the data are not at hand, that only declarations could be checked."""
    try:
        for split in splits_of(case):
            examples_of(case.task, split, reading_languages(case, split)[-1], case.place, 1)
    except MissingData:
        return "its data are not at hand, so only its declarations were checked; name them with --hub DIR"
    except Exception:  # noqa: BLE001 - a plugin may do anything; the checks find what
        return ""
    return ""


Check = Callable[[Case], Iterator[str]]
DECLARED: tuple[Check, ...] = (declarations_are_lawful, languages_are_known, data_are_named)
READ: tuple[Check, ...] = (
    examples_are_lawful,
    the_same_rows_give_the_same_examples,
    what_is_scored_was_not_trained_on,
    every_label_occurs,
)
CHECKS = (*DECLARED, *READ)


def outputs(case: Case) -> list[str]:
    """What a task's examples are: to be compared between processes with other seeds of hashes."""
    try:
        return [repr(found) for found in _each(case)]
    except Exception:  # noqa: BLE001 - a plugin may do anything; the checks find what
        return []
