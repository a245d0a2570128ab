"""Levels by chrF: found on the texts, kept, and a hole where there is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from scripts import ALL
from toys import Toys, ToyTask

from xeval.cli import cli
from xeval.contracts import Perturbation
from xeval.errors import BadValue
from xeval.faces.settings import read_settings
from xeval.perturbation import PerturbationRef
from xeval.plans.experiment import resolve
from xeval.plans.plan import World
from xeval.plans.planning import plan
from xeval.plans.wishes import Wishes
from xeval.running.calibrations import level_by_chrf
from xeval.running.discovery import discover
from xeval.sources.rows import Place
from xeval.text.calibrating import calibrated
from xeval.text.change import changed_all
from xeval.text.overlap import chrf
from xeval.text.severity import text_of
from xeval.values import Language, SentencePair

NOISE: Perturbation = discover().perturbations["noise"]


def texts(code: str) -> list[SentencePair]:
    return [SentencePair(str(number), code, ALL[code][0], "") for number in range(60)]


@pytest.mark.parametrize("code", ["en", "ar", "hi", "th", "zh"])
@pytest.mark.parametrize("wanted", [60.0, 80.0, 95.0])
def test_the_texts_at_the_level_found_have_the_chrf_asked_for(code: str, wanted: float) -> None:
    language = Language(code, code, "", ALL[code][1])
    found = calibrated(texts(code), NOISE, language, wanted, 0, "protect")
    new = changed_all(texts(code), NOISE, found.level, language, 0)

    assert chrf([text_of(one.example) for one in new], [ALL[code][0]] * 60) == pytest.approx(found.chrf, abs=0.001)
    floor = calibrated(texts(code), NOISE, language, 0.1, 0, "protect").chrf
    assert abs(found.chrf - wanted) < 0.5 if wanted > floor else found.level == 1.0
    assert found.reaches(wanted) == (abs(found.chrf - wanted) <= 1)


def by_chrf(wanted: float, store: Path, task: ToyTask | None = None) -> tuple[float, str]:
    toys = Toys(perturbations=(NOISE,))
    return level_by_chrf(
        task or ToyTask(),
        "qaa",
        None,
        PerturbationRef.at_chrf("noise", wanted),
        catalogue=toys.catalogue(),
        registry=toys.registry(),
        place=Place(),
        store=store,
    )


def test_a_level_is_kept_beside_the_store_and_found_again(tmp_path: Path) -> None:
    first = by_chrf(80, tmp_path)

    assert len([*tmp_path.glob("calibrations/*.json")]) == 1
    assert by_chrf(80, tmp_path) == first
    by_chrf(80, tmp_path, replace(ToyTask(), size=40))
    assert len([*tmp_path.glob("calibrations/*.json")]) == 2, "other data have another level"


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"level": 1'])
def test_a_damaged_level_is_found_anew(text: str, tmp_path: Path) -> None:
    first = by_chrf(80, tmp_path)
    (path,) = tmp_path.glob("calibrations/*.json")
    path.write_text(text)

    assert by_chrf(80, tmp_path) == first
    assert '"level"' in path.read_text()


def test_where_there_is_no_store_none_is_made(tmp_path: Path) -> None:
    by_chrf(80, tmp_path / "none")

    assert not [*tmp_path.iterdir()]


def test_a_chrf_that_cannot_be_reached_is_a_hole_that_names_the_nearest(tmp_path: Path) -> None:
    level, reason = by_chrf(2, tmp_path)

    assert level == 1.0
    assert reason.startswith("noise@chrf=2 cannot be reached in qaa: the nearest is chrF ")


def test_levels_by_chrf_are_steps_of_a_scale_of_their_own_and_holes_where_they_are_not() -> None:
    toys = Toys(perturbations=(NOISE,))
    world = World(
        lambda data: {"name": "toy"},
        lambda entry: None,
        calibrate=lambda target, code, limit, ref: (0.123, "" if code == "qaa" else "it cannot be reached"),
    )
    experiment = resolve(Wishes(perturbations=("noise@chrf=80",)), toys.registry(), toys.catalogue())
    cells = [p for p in plan(experiment, toys.registry(), toys.catalogue(), world).cells if p.cell.perturbation]

    assert {(p.cell.perturbation, p.cell.level) for p in cells} == {("noise@chrf", 0.2)}
    assert {p.cell.language for p in cells if p.stage} == {"qaa"}
    assert {p.stage.params["perturbation"]["level"] for p in cells if p.stage} == {0.123}
    assert {p.cell.reason for p in cells if not p.stage} == {"it cannot be reached"}


@pytest.mark.parametrize("text", ["noise@chrf=0", "noise@chrf=100", "noise@chrf=", "noise@chrf=a", "noise@bleu=80"])
def test_what_is_no_level_by_chrf_is_a_mistake(text: str) -> None:
    with pytest.raises(BadValue, match="noise@chrf=80"):
        PerturbationRef.parse(text)


def test_a_policy_is_in_the_keys_of_what_is_scored_under_noise() -> None:
    toys = Toys()
    world = World(lambda data: {"name": "toy"}, lambda entry: None)
    keys = {}
    for policy in ("protect", "remap", "question-only"):
        wishes = Wishes(perturbations=("shout@0.5",), policy=policy)
        planned = plan(resolve(wishes, toys.registry(), toys.catalogue()), toys.registry(), toys.catalogue(), world)
        keys[policy] = {p.stage.key for p in planned.cells if p.stage and p.cell.perturbation}
        clean = {p.stage.key for p in planned.cells if p.stage and not p.cell.perturbation}
        assert keys.setdefault("clean", clean) == clean

    assert not keys["protect"] & keys["remap"]
    assert not keys["remap"] & keys["question-only"]


@pytest.mark.parametrize(("said", "policy"), [((), "remap"), (("--policy", "protect"), "protect")])
def test_a_policy_on_the_command_line_goes_before_that_of_a_file_even_the_usual_one(
    said: tuple[str, ...], policy: str, tmp_path: Path
) -> None:
    (tmp_path / "wishes.yaml").write_text("policy: remap\nprecision: bf16\n")
    arguments = ["--config", str(tmp_path / "wishes.yaml"), *said]
    options = cli.commands["run"].make_context("run", arguments).params

    assert read_settings(options)[0].policy == policy
    assert read_settings(options | {"precision": "auto"})[0].precision == "auto"
    assert read_settings(options)[0].precision == "bf16"
