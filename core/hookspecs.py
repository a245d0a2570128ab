"""The six hooks by which plugins come in."""

from __future__ import annotations

from collections.abc import Iterable

import pluggy

from xeval.contracts import IntermediateTask, LanguageOrder, Observer, Perturbation, Study, TargetTask

hookspec = pluggy.HookspecMarker("xeval")
hookimpl = pluggy.HookimplMarker("xeval")


@hookspec
def xeval_perturbations() -> Iterable[Perturbation]:
    """Offer perturbations.

    Called once per run, before planning, in no promised order. Do no I/O here: a plugin that needs a lexicon
    opens it in `perturb`. See docs/plugins.md#perturbations.
    """
    raise AssertionError("a specification is never called")


@hookspec
def xeval_language_orders() -> Iterable[LanguageOrder]:
    """Offer language orders. Called as `xeval_perturbations` is. See docs/plugins.md#language-orders."""
    raise AssertionError("a specification is never called")


@hookspec
def xeval_intermediate_tasks() -> Iterable[IntermediateTask]:
    """Offer intermediate tasks. Called as `xeval_perturbations` is: open no data here. See docs/plugins.md#tasks."""
    raise AssertionError("a specification is never called")


@hookspec
def xeval_target_tasks() -> Iterable[TargetTask]:
    """Offer target tasks. Called as `xeval_perturbations` is: open no data here. See docs/plugins.md#tasks."""
    raise AssertionError("a specification is never called")


@hookspec
def xeval_studies() -> Iterable[Study]:
    """Offer studies. Called as `xeval_perturbations` is. See docs/plugins.md#studies."""
    raise AssertionError("a specification is never called")


@hookspec
def xeval_observers() -> Iterable[Observer]:
    """Offer observers, which follow runs that name them with --track. See docs/plugins.md#observers."""
    raise AssertionError("a specification is never called")
