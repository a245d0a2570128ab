"""Conformance tests for pytest: subclass one, say what your plugin is, and every promise of its kind is a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from xeval.contracts import LanguageOrder, Perturbation, Study
from xeval.sources.finding import Place
from xeval.testing import orders, perturbations, studies, tasks


def holds(check: Callable[[Any], Iterator[str]], subject: Any) -> None:
    """Fail with the findings of a check."""
    __tracebackhide__ = True
    found = list(check(subject))
    if found:
        pytest.fail("\n".join(found), pytrace=False)


class PerturbationConformance:
    """`class TestMine(PerturbationConformance): plugin = Mine()`."""

    plugin: Perturbation

    @pytest.mark.parametrize("check", perturbations.CHECKS, ids=lambda check: check.__name__)
    def test_promise(self, check: Callable[[Any], Iterator[str]]) -> None:
        """One promise of all perturbations."""
        holds(check, self.plugin)

    def test_it_covers_a_language(self) -> None:
        """Of the samples, at least one can be damaged: otherwise nothing was tested."""
        assert perturbations.shown(self.plugin), "it covers none of the languages of xeval.testing.SENTENCES"


class LanguageOrderConformance:
    """`class TestMine(LanguageOrderConformance): plugin = Mine()`."""

    plugin: LanguageOrder

    @pytest.mark.parametrize("check", orders.CHECKS, ids=lambda check: check.__name__)
    def test_promise(self, check: Callable[[Any], Iterator[str]]) -> None:
        """One promise of all language orders."""
        holds(check, self.plugin)


class StudyConformance:
    """`class TestMine(StudyConformance): plugin = Mine()`."""

    plugin: Study

    @pytest.mark.parametrize("check", studies.CHECKS, ids=lambda check: check.__name__)
    def test_promise(self, check: Callable[[Any], Iterator[str]]) -> None:
        """One promise of all studies."""
        holds(check, self.plugin)


class IntermediateTaskConformance:
    """`class TestMine(IntermediateTaskConformance): plugin = MINE`; `hub` is a folder with its data."""

    plugin: Any
    hub: Path | None = None
    is_target = False

    @pytest.mark.parametrize("check", tasks.CHECKS, ids=lambda check: check.__name__)
    def test_promise(self, check: Callable[[Any], Iterator[str]]) -> None:
        """One promise of all tasks."""
        case = tasks.Case(self.plugin, Place(hub=self.hub, offline=True), self.is_target)
        if check in tasks.READ and (remark := tasks.placeholders(case)):
            pytest.skip(remark)  # nobody has filled in the data of a new package yet: there is nothing to check
        holds(check, case)


class TargetTaskConformance(IntermediateTaskConformance):
    """`class TestMine(TargetTaskConformance): plugin = MINE`."""

    is_target = True
