"""A perturbation that a user names, as the commands of `xeval perturb` use it: found, set up, taught, and guarded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from xeval.contracts import LearningPerturbation, Perturbation, Task
from xeval.errors import BadValue, MissingData
from xeval.facts.overlays import overlays
from xeval.facts.registry import Registry, load_registry
from xeval.guests import asked, missing, watched
from xeval.plans.catalogue import Catalogue
from xeval.plans.settings import Setting
from xeval.sources.athand import look, of_split
from xeval.sources.declared import load_catalogue
from xeval.sources.examples import examples_of
from xeval.sources.rows import Place
from xeval.text.parallel import ENOUGH, parallel_texts
from xeval.values import Example, Language, Split


@dataclass(frozen=True)
class Part:
    """One split of a task in one language, and where it is looked for."""

    task: Task
    split: Split
    language: Language
    place: Place


def found(
    name: str, files: Sequence[Path], settings: Sequence[str] = (), plugins: Sequence[str] = ()
) -> tuple[Perturbation, Registry, Catalogue]:
    """A perturbation by name, set up as is wished, which lets its plugin be imported, and where it was found.

    Raises UnknownName, and BadFile or BadValue for settings that cannot be.
    """
    registry = load_registry(overlays(files))
    catalogue = load_catalogue([*plugins, name, name.split(".")[0]], registry, [Setting.parse(one) for one in settings])
    return catalogue.perturbations[name], registry, catalogue


def check_covers(by: Perturbation, language: Language, languages: Mapping[str, Language]) -> None:
    """Raise BadValue, with those that are covered, if a perturbation means nothing in a language."""
    if not asked(by, "covers", language):
        codes = [code for code, one in languages.items() if asked(by, "covers", one)]
        why = missing(by, language)
        raise BadValue(
            f"{by.name} has no meaning, or no table, for {language.name} ({language.code}){why and f': {why}'}.",
            hint=f"It covers {', '.join(codes)}." if codes else "It covers no language without settings.",
        )


def clean_examples(of: Part, limit: int | None) -> list[Example]:
    """The examples of a split as they are; raises MissingData, with the languages that are at hand."""
    try:
        return examples_of(of.task, of.split, of.language.code, of.place, limit)
    except MissingData as error:
        what = f"The {of.split} split of {of.task.name} is not at hand in {of.language.name} ({of.language.code})."
        raise MissingData(what, hint=said_at_hand(of.task, of.split, of.place) or str(error)) from None


def said_at_hand(task: Task, split: Split, place: Place) -> str:
    """In which languages a split of a task is at hand, in a sentence; "" if it is in none."""
    here = [part.language for part in look(of_split(task, split), place) if not part.lacking]
    return f"{task.name} is at hand in {', '.join(here)}." if here else ""


def taught(by: Perturbation, clean: Sequence[Example], of: Part, languages: Mapping[str, Language]) -> Perturbation:
    """A perturbation that has learned from the translations of a split, if it must and can: as a run does it."""
    source = of.task.source_language
    other = str(getattr(by, "into", "") or source)
    if not isinstance(by, LearningPerturbation) or not by.learns or asked(by, "covers", of.language):
        return by
    if of.language.code == other or other not in of.task.languages:
        return by
    alone = of.task.format == "retrieval" and other == source  # each sentence has its translation
    try:
        others = [] if alone else examples_of(of.task, of.split, other, of.place, None)
    except MissingData:
        return by
    pairs = parallel_texts(clean, others)
    learned: Perturbation = asked(by, "learned", pairs, of.language, languages[other]) if len(pairs) >= ENOUGH else by
    return learned


def guarded(by: Perturbation) -> Perturbation:
    """A perturbation whose code, if it is of others, has a time limit, and whose errors name it."""
    mine: Perturbation = watched(by)
    return mine
