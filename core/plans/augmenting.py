"""Damage as a key says it: of a text, and of training data, where it may have to be learned from their translations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xeval.contracts import Task
from xeval.errors import BadValue, MissingData
from xeval.guests import asked, missing
from xeval.perturbation import PerturbationRef
from xeval.plans.catalogue import Catalogue
from xeval.plans.guestkeys import code_said
from xeval.plans.recipeparts import Augment
from xeval.plans.settings import set_up
from xeval.values import Json, Language

NOISE_SEED = 0  # perturbed texts are the same for every model and seed: systems are compared on the same noise
Parallel = Callable[[str, str], bool]  # whether the data in a language have translations in another


@dataclass(frozen=True)
class Damaged:
    """Training data that are damaged: of which task, in which languages, of which the first are trained on."""

    task: Task
    languages: Sequence[Language]
    parallel: Parallel


def noise_params(catalogue: Catalogue, ref: PerturbationRef, language: Language) -> dict[str, Json]:
    """What identifies a perturbation of a language's text."""
    by = catalogue.perturbations[ref.name]
    how = {"name": ref.name, "version": by.version, "level": ref.level, "seed": NOISE_SEED, "policy": ref.policy}
    how |= set_up(by) | code_said(catalogue.perturbations, ref.name, by)
    return how | {"script": language.script, "constructed": language.constructed}  # they decide words and keys


def augment_params(
    augment: Augment, by: Any, of: Damaged, codes: Sequence[str], named: Callable[[Language], Mapping[str, Json]]
) -> Json:
    """What identifies the damage of a lot in the languages `codes`; raises BadValue if it changes none of its texts."""
    known = {language.code: language for language in of.languages}
    partners = {code: partners_of(known[code], by, of) for code in known}
    if not any(partners.values()) and not any(asked(by, "covers", one) for one in of.languages):
        raise BadValue(f"{of.task.name}{augment} changes nothing: {_why(by, of)}.", hint=_remedy(augment, by, of))
    each = {code: dict(named(known[code])) for code in codes}
    return {"share": augment.share, "noise": {code: how | _learned(partners[code]) for code, how in each.items()}}


def partners_of(language: Language, by: Any, of: Damaged) -> list[str]:
    """The languages whose words a perturbation must and can learn: the one that it names, if it names one.

    Otherwise those of the source language, and in the source language those of all others.
    """
    if not getattr(by, "learns", False) or asked(by, "covers", language):
        return []
    others = [one.code for one in of.languages if one.code != language.code]
    into = str(getattr(by, "into", ""))
    named = [code for code in others if code == (into or of.task.source_language)]
    return [code for code in named or ([] if into else others) if _may_be_parallel(of, language.code, code)]


def _may_be_parallel(of: Damaged, code: str, other: str) -> bool:
    try:
        return of.parallel(code, other)
    except MissingData:
        return True  # planned as if all were at hand; a run has found out before


def _learned(partners: Sequence[str]) -> dict[str, Json]:
    return {"learned": list(partners)} if partners else {}


def _why(by: Any, of: Damaged) -> str:
    names = ", ".join(language.name for language in of.languages)
    if getattr(by, "learns", False):
        return f"{by.name} has no dictionary, and its training data in {names} are no translations of each other"
    why = missing(by, of.languages[0])
    return f"{by.name} has no meaning, or no table, for {names}{why and f': {why}'}"


def _remedy(augment: Augment, by: Any, of: Damaged) -> str:
    if not getattr(by, "learns", False):
        return "See the languages of each with: xeval perturb list"
    named = {language.code for language in of.languages}
    more = [code for code in of.task.languages if code not in named] if len(named) == 1 else []
    codes = ",".join((*sorted(named), *more[:1]))
    both = f", or train in languages whose data are translations: {of.task.name}[{codes}]{augment}"
    return f"Use --set {by.name}.dictionary=FILE{both if more else ''}."
