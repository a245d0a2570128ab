"""Plugins that do something wrong: `plugins check` says what, and a run goes on without them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xeval.faces.checkpage import findings_of
from xeval.running.discovery import KINDS, find_entry, installed, offered
from xeval.sources.finding import Place
from xeval.testing import Ending
from xeval.testing.checking import check_offer, check_package
from xeval.testing.packages import installed_package, read_folder

FOLDER = Path(__file__).parent / "bad_plugins"
RIGHT = Path(__file__).parent / "right_plugins"
SAID = {
    "any-version": "it requires any xeval-harness that ever was; name the oldest that it works with",
    "as-given": "the phases depend on the order in which 2 languages are given; sort them",
    "breaks-labels": "the label 'maybe' is not one of no, yes",
    "class-for-object": "Loud is a class; offer an object: Loud()",
    "cuts-letters": "a mark stands without its letter in '.",
    "exits-at-import": "it ended the process, with code 7, at the entry point exits-at-import: its import",
    "first-words": "the same places of 'Seven tired sailors",
    "from-the-future": "it needs xeval-harness>=99, and this is",
    "global-random": "global chance (random, numpy.random) is drawn from or seeded; draw from `rng`",
    "hangs-at-import": "it cannot be loaded: it took longer than 2 seconds",
    "hangs-in-c": "it hangs, at the perturbation hangs-in-c",
    "hangs-in-examples": "took longer than 2 seconds (XEVAL_PLUGIN_SECONDS), in examples",
    "hangs-in-hook": "it cannot be loaded: it took longer than 2 seconds",
    "hangs-in-work": "it took longer than 2 seconds",
    "hash-order": "another seed of hashes (PYTHONHASHSEED) gives other results; sort sets",
    "heavy-import": "its import loads torch, for everybody who lists plugins",
    "level-zero": "level 0 makes 'Seven tired sailors",
    "misspelt-hook": "implements xeval_perturbation, which is no hook (xeval_perturbations is)",
    "no-distance": "of languages without distances it raises KeyError: 'syntactic'",
    "not-nested": "levels are not nested:",
    "one-label": "every one of the first 60 training examples is labelled 'yes'",
    "private-import": "imports xeval.text.units; only xeval.api, xeval.analysis, xeval.testing",
    "raises-at-import": "it cannot be loaded: it raises RuntimeError: no lexicon here",
    "raises-in-covers": "it raises KeyError: 'vi'",
    "raises-in-examples": "raised RuntimeError: the file ends, in examples",
    "raises-in-hook": "it cannot be loaded: it raises KeyError: 'lexicon'",
    "raises-in-work": "it raises ZeroDivisionError: no vowels",
    "same-uid": "the uid '1' was there before",
    "splits-graphemes": "is split at",
    "trains-on-test": "60 of 60 examples of the scored split are in the training split too",
    "tuples-for-phases": "gives tuple instead of a Phase",
    "twice-the-level": "level 0.1 changes ",
    "undeclared": 'it does not require xeval-harness; add "xeval-harness>=VERSION" to dependencies',
    "unknown-language": "'xx' was not among the languages",
    "unseeded": "global chance (random) is drawn from or seeded",
    "without-version": "Loud is no perturbation: it lacks version",
    "works-at-import": "its import does work: writes",
    "wrong-example": "made a SentencePair; classification needs LabelledText",
    "wrong-format": "the format 'clasification' does not exist; 'classification' does",
    "wrong-metric": "the metric 'accuracies' does not exist; 'accuracy' does",
    "wrong-pieces": "gave str instead of a list of pieces",
    "wrong-shares": "shares add up to 2, not 1",
    "wrong-type": "xeval_perturbations returns int; it is to return a list",
}


# These need a process of their own.
ALONE = ("exits-at-import", "hangs-at-import", "hangs-in-c", "hash-order", "heavy-import")
ALL = sorted(path.name for path in FOLDER.iterdir())


@pytest.fixture
def patience(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Little for what hangs, much for what does not."""
    name = request.getfixturevalue("name")
    monkeypatch.setenv("XEVAL_PLUGIN_SECONDS", "2" if "hangs" in name else "60")


@pytest.mark.usefixtures("patience")
@pytest.mark.parametrize("name", [name for name in ALL if name not in ALONE])
def test_each_mistake_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    lines: list[dict[str, Any]] = []

    check_package(read_folder(FOLDER / name), Place(offline=True), lines.append)

    findings = [line["finding"] for line in lines if "finding" in line]
    assert any(SAID[name] in finding for finding in findings), findings


@pytest.mark.usefixtures("patience")
@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.slow if n == "hangs-in-c" else ()) for n in ALONE])
def test_each_mistake_is_named_by_processes(name: str) -> None:
    findings = [one["finding"] for one in findings_of(str(FOLDER / name), None)[0]]

    assert any(SAID[name] in finding for finding in findings), findings


def test_what_bad_plugins_are_made_of_is_right() -> None:
    """So each finding above is of the one thing in which a bad plugin differs."""
    found, _, checks = findings_of(str(RIGHT), None)

    assert (found, checks > 20) == ([], True)


def test_the_command_prints_a_line_for_each_finding_and_ends_with_4(run_xeval: Callable[..., Ending]) -> None:
    ended = run_xeval("plugins", "check", str(FOLDER / "wrong-shares"))

    assert ended.code == 4
    assert ended.out.splitlines()[0].startswith("the language order wrong-shares: of en, de: The language order")
    assert ended.out.splitlines()[-1] == f"{FOLDER / 'wrong-shares'}: 1 finding in 6 checks."


@pytest.mark.parametrize(
    ("name", "message"),
    [("nosie", "Did you mean 'noise'?"), ("./nothing", "./nothing is no folder."), (".", "holds no pyproject.toml")],
)
def test_what_cannot_be_checked_is_a_mistake(name: str, message: str, run_xeval: Callable[..., Ending]) -> None:
    ended = run_xeval("plugins", "check", name)

    assert (ended.code, message in ended.err) == (2, True), ended.err


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({entry.name for entry in installed() if entry.shipped} - {"adversarial"}))
def test_what_ships_keeps_its_promises(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XEVAL_PLUGIN_SECONDS", "0")  # on a busy machine a check may take a minute
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    lines: list[dict[str, Any]] = []

    check_package(installed_package(find_entry(name)), Place(offline=True), lines.append)

    assert [line for line in lines if "finding" in line] == []


@pytest.mark.slow
def test_a_search_keeps_its_promises(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one over several kinds of noise. The others are over one, and do what it does, which is checked above."""
    monkeypatch.setenv("XEVAL_PLUGIN_SECONDS", "0")
    lines: list[dict[str, Any]] = []

    hook, offer = offered(find_entry("adversarial"))[0]
    check_offer(KINDS[hook][0], offer, Place(offline=True), lines.append)

    assert (offer.name, len(lines)) == ("adversarial", 10)
    assert [line for line in lines if "finding" in line] == []
