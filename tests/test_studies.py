"""Studies as a user runs them: designs, refusals, a study with planted results, and one run for real."""

from __future__ import annotations

import json
import math
import re
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from xeval.cli import cli
from xeval.errors import BadValue
from xeval.faces.preparing import at_hand
from xeval.faces.reports import write_report
from xeval.faces.studying import check_wishes, experiment_of, selection_of
from xeval.faces.studypages import analysed, is_comparable
from xeval.faces.where import Where
from xeval.guests import PluginFailed
from xeval.perturbation import PerturbationRef
from xeval.plans.recipe import Recipe
from xeval.plans.wishes import Wishes
from xeval.plugins.studies.complexity_read import asked_in
from xeval.studies.design import Design, Selection
from xeval.studies.findings import Findings
from xeval.studies.panel import CLEAN, Panel
from xeval.studies.results import Results

NAMES = ("complexity", "data-scaling", "language-order", "phang-2020", "robustness", "similarity")
HAND = at_hand(Wishes(), Where())
NOISE = tuple(("noise", level) for level in (0.1, 0.2, 0.3))
LANGUAGES = ("qen", "qaa", "qab", "qbb", "qca", "qda")


def selected(**wishes: object) -> Selection:
    return selection_of(Wishes(**wishes), HAND)


def designed(name: str, **wishes: object) -> Design:
    return HAND.catalogue.studies[name].design(selected(**wishes))


@pytest.mark.parametrize("name", NAMES)
def test_every_study_designs_something_on_the_testbed_with_three_seeds(name: str) -> None:
    design = designed(name)
    assert design.seeds == (0, 1, 2)
    assert design.recipes[0] == "none"
    assert all(str(Recipe.parse(recipe)) == recipe for recipe in design.recipes)  # as cells will name them
    assert set(design.roles) == set(design.recipes)


@pytest.mark.parametrize("name", NAMES)
def test_a_design_keeps_to_what_the_user_said(name: str) -> None:
    design = designed(name, seeds=(5,), targets=("mini-pos",), languages=("qen", "qaa", "qab", "qda"))
    assert design.seeds == (5,)
    assert design.targets == ("mini-pos",)
    assert set(design.languages) <= {"qen", "qaa", "qab", "qda"}
    assert any("One seed" in warning for warning in design.warnings)


def test_a_study_damages_answers_as_the_user_allows() -> None:
    wishes = Wishes(policy="remap", perturbations=("noise@0.2",))
    found = experiment_of(designed("robustness", perturbations=("noise@0.2",)), selected(), wishes, HAND)
    assert {ref.policy for ref in found.perturbations} == {"remap"}


@pytest.mark.parametrize("wishes", [{"levels": (0.1,)}, {"fewshots": (8,)}, {"adapters": ("lora",)}])
def test_what_would_have_no_effect_on_a_study_is_refused(wishes: dict[str, object]) -> None:
    with pytest.raises(BadValue, match="no effect"):
        check_wishes(Wishes(**wishes))


@pytest.mark.parametrize("name", NAMES)
def test_one_language_cannot_answer(name: str) -> None:
    with pytest.raises(BadValue, match=r"no language to transfer to|needs an intermediate task with"):
        designed(name, languages=("qen",))


def test_all_orders_cost_the_same_and_share_their_beginnings() -> None:
    design = designed("language-order")
    whole = [recipe for recipe, role in design.roles.items() if role in ("source first", "source later")]
    assert len(whole) == 6
    budgets = {round(sum(part.scale for step in Recipe.parse(one).steps for part in step.parts), 5) for one in whole}
    assert budgets == {0.999999} or budgets == {1.0}
    assert all(one.rpartition(">")[0] in design.recipes for one in whole)


def test_too_few_amounts_of_data_are_no_scaling_study() -> None:
    with pytest.raises(BadValue, match="amounts of data"):
        designed("data-scaling", scales=(0.5, 1.0))


def test_too_few_intermediate_tasks_are_no_study_of_similarity() -> None:
    with pytest.raises(BadValue, match="needs 4 intermediate tasks"):
        designed("similarity", intermediates=("mnli",), targets=("xnli",), languages=("en", "sw"))


@pytest.mark.parametrize("name", ["complexity", "similarity"])
def test_a_study_of_few_tasks_says_what_it_cannot_show(name: str) -> None:
    (warning,) = (one for one in designed(name).warnings if "intermediate tasks are too few" in one)
    assert warning.startswith("4 intermediate tasks")
    assert "never below 0.042" in warning


# ------------------------------------------------------------------------------------------------- planted results


def planted(name: str, effect: dict[str, float], noise: float = 0.002) -> Findings:
    """A study's findings on made scores: `effect` is what a role of recipe adds; noise takes as much from all."""
    study, selection = HAND.catalogue.studies[name], selected(targets=("mini-pos", "mini-retrieval"))
    design = study.design(selection)
    panels = tuple(panel(design, target, effect, noise) for target in ("mini-pos", "mini-retrieval"))
    return study.analyse(Results(replace(selection), design, panels, (), HAND.registry.languages))


def panel(design: Design, target: str, effect: dict[str, float], noise: float) -> Panel:
    conditions = (CLEAN, *((ref.name, ref.level) for ref in design.perturbations))
    rng = np.random.default_rng(len(target))
    shape = (201, len(design.seeds), len(design.recipes), len(LANGUAGES), len(conditions))
    scores = 0.6 + rng.normal(0, noise, shape) - 0.5 * np.array([level for _, level in conditions])
    for place, recipe in enumerate(design.recipes):
        scores[:, :, place] += effect.get(design.roles[recipe], effect.get(recipe, 0.0))
    return Panel(target, "accuracy", "qen", design.recipes, LANGUAGES, conditions, design.seeds, scores, 300)


def test_noises_with_levels_of_their_own_stand_under_these() -> None:
    study, selection = HAND.catalogue.studies["robustness"], selected(targets=("mini-pos",))
    refs = tuple(PerturbationRef(name, level) for name, level in (("noise", 0.1), ("noise", 0.3), ("ocr", 0.2)))
    design = replace(study.design(selection), perturbations=refs)
    scores = (panel(design, "mini-pos", {}, 0.002),)
    found = study.analyse(Results(selection, design, scores, (), HAND.registry.languages))
    table = next(table for table in found.tables if "over noise levels" in table.title)

    empty = {
        row[2]: [head for head, entry in zip(table.heads, row, strict=True) if entry is None] for row in table.rows
    }
    assert empty == {"noise": ["@0.2"], "ocr": ["@0.1", "@0.3"]}


def test_a_claim_names_the_languages_that_it_was_estimated_in() -> None:
    asked = HAND.catalogue.studies["complexity"].contrasts

    assert all("in low-resource languages" in one.statement for one in asked_in(asked, "low-resource"))
    assert all("in zero-shot languages" in one.statement for one in asked_in(asked, "zero-shot"))


def verdicts(found: Findings) -> dict[str, str]:
    return {claim.name: claim.verdict for claim in found.claims}


def test_a_planted_advantage_of_source_first_is_found() -> None:
    found = planted("language-order", {"source first": 0.05})
    assert verdicts(found)["first"] == "higher"
    assert verdicts(found)["untouched"] == "higher"
    assert "+5.0 points" in found.answer


def test_orders_that_do_not_differ_are_said_not_to_differ() -> None:
    assert verdicts(planted("language-order", {}))["first"] == "equivalent"


def test_a_gain_that_noise_leaves_whole_is_no_difference_in_robustness() -> None:
    found = planted("robustness", {"source language": 0.1})
    assert verdicts(found)["english"] == "equivalent"


def test_no_difference_where_noise_costs_nothing_is_warned_of() -> None:
    """A baseline at chance loses nothing under noise, so no recipe can lose less."""
    study, selection = HAND.catalogue.studies["robustness"], selected(targets=("mini-pos",))
    design = study.design(selection)
    flat = panel(design, "mini-pos", {}, 0.002)
    flat.scores[:] = 0.03
    found = study.analyse(Results(selection, design, (flat,), (), HAND.registry.languages))

    assert any("cannot be told apart there" in warning for warning in found.warnings)
    assert not any("cannot be told" in warning for warning in planted("robustness", {}).warnings)


def test_planted_gains_of_the_grid_are_found_and_the_best_is_chosen() -> None:
    found = planted("phang-2020", {"mini-nli": 0.08, "source language": 0.0})
    assert found.claims[1].name == "best"
    # roles say "source language" for every task, so recipes are told apart by name
    strong = planted("phang-2020", {"source language": 0.04})
    assert verdicts(strong)["mean"] == "higher"
    assert strong.claims[0].effect.value == pytest.approx(0.04, abs=0.005)


def test_slopes_that_are_planted_are_read() -> None:
    study, selection = HAND.catalogue.studies["data-scaling"], selected(targets=("mini-pos",))
    design = study.design(selection)
    share = {r: float(r.partition("*")[2].partition("^")[0] or 1) for r in design.recipes if r != "none"}
    made = panel(design, "mini-pos", {}, 0.001)
    for place, recipe in enumerate(design.recipes):
        if recipe != "none" and "^" not in recipe:
            made.scores[:, :, place] += 0.02 * math.log2(share[recipe] * 16)
    found = study.analyse(Results(selection, design, (made,), (), HAND.registry.languages))
    assert found.claims[0].effect.value == pytest.approx(0.02, abs=0.001)
    assert {claim.name: claim.verdict for claim in found.claims}["doubling"] == "higher"
    assert {row[2] for row in found.tables[0].rows if "fixed steps" not in str(row[1])} == {"log-linear"}


def test_at_fixed_steps_every_amount_takes_as_many_as_the_largest() -> None:
    design = designed("data-scaling")
    parts = [Recipe.parse(one).steps[0].parts[0] for one, role in design.roles.items() if "fixed steps" in role]

    assert len(parts) == 2
    assert {round(part.scale * part.passes, 6) for part in parts} == {1.0}


def test_a_planted_worth_of_variety_is_told_from_that_of_steps() -> None:
    """Scores that grow with what is different alone: at fixed steps the slope is the same as at fixed epochs."""
    study, selection = HAND.catalogue.studies["data-scaling"], selected(targets=("mini-pos",))
    design = study.design(selection)
    made = panel(design, "mini-pos", {}, 0.001)
    for place, recipe in enumerate(design.recipes):
        part = next((part for step in Recipe.parse(recipe).steps for part in step.parts), None)
        made.scores[:, :, place] += 0.02 * math.log2(part.scale * 16) if part else 0.0
    found = study.analyse(Results(selection, design, (made,), (), HAND.registry.languages))

    effects = {claim.name: claim.effect.value for claim in found.claims}
    assert effects["steps"] == pytest.approx(0.02, abs=0.001)
    assert effects["doubling"] == pytest.approx(0.02, abs=0.001)
    assert effects["multilingual"] == pytest.approx(0.0, abs=0.001)


def test_complexity_that_decides_the_gain_correlates_with_it() -> None:
    study, selection = HAND.catalogue.studies["complexity"], selected(targets=("mini-pos",))
    design = study.design(selection)
    gains = {recipe: 0.01 * place for place, recipe in enumerate(design.recipes)}
    made = panel(design, "mini-pos", {}, 1e-4)
    for place, recipe in enumerate(design.recipes):
        made.scores[:, :, place] += gains[recipe]
    probes = {}
    for probe, recipe in zip(design.probes, design.recipes[1:], strict=True):
        probes |= {(probe, seed): {"description_length": gains[recipe], "words": 3.0} for seed in design.seeds}
    found = study.analyse(Results(selection, design, (made,), (), HAND.registry.languages, probes))
    claim = next(claim for claim in found.claims if claim.name == "gain")
    assert claim.effect.value == pytest.approx(1.0)
    assert claim.effect.p < 0.1  # four tasks in three languages each: 24 arrangements of tasks


def with_holes(panel: Panel, rng: np.random.Generator, share: float) -> Panel:
    """A panel of some recipes alone, one or more, of which scores are missing: in some languages all of them."""
    one, count = rng.integers(len(panel.recipes)), len(panel.recipes)
    kept = np.flatnonzero((rng.random(count) > share) | (np.arange(count) == one))
    scores = panel.scores[:, :, kept].copy()
    scores[:, :, rng.random(scores.shape[2:4]) < share / 3] = np.nan
    scores[:, :, :, rng.random(len(panel.languages)) < share / 2] = np.nan
    return replace(panel, recipes=tuple(panel.recipes[n] for n in kept), scores=scores)


def measured(kind: str, rng: np.random.Generator) -> dict[str, Any]:
    """What a probe may find."""
    if kind == "fisher":
        return {"weight": rng.random(4), "bias": rng.random(3)}
    numbers = ("description_length", "words", "examples", "rank_consistency", "agreement", "kappa")
    last = {name: rng.random(2) for name in ("retrieval", "cka")}
    return {name: rng.random() for name in numbers} | last | {"text": rng.normal(size=8), "vocabulary": ["a", "b"]}


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("name", NAMES)
def test_whatever_failed_a_study_reads_the_rest_and_says_no_nan(name: str, share: float, tmp_path: Path) -> None:
    study, selection = HAND.catalogue.studies[name], selected(targets=("mini-pos", "mini-retrieval"))
    design, rng = study.design(selection), np.random.default_rng(round(10 * share))
    for number in range(3):
        made = [with_holes(panel(design, one, {}, 0.01), rng, share) for one in ("mini-pos", "mini-retrieval")]
        there = [(p, seed) for p in design.probes for seed in design.seeds if rng.random() > share]
        probes = {(probe, seed): measured(probe.kind, rng) for probe, seed in there}
        results = Results(selection, design, tuple(made), (), HAND.registry.languages, probes)
        write_report(tmp_path / str(number), study, study.analyse(results), [])

    texts = [path.read_text() for path in tmp_path.glob("*/*")]
    assert len(texts) == 9
    assert not any(re.search(r"\b(nan|inf|NaN|Infinity)\b", text) for text in texts)


class Broken:
    """A study of somebody else's."""

    name = "broken"

    def analyse(self, results: Results) -> Findings:
        raise ZeroDivisionError("no scores")


def test_a_study_of_somebody_else_that_fails_is_named() -> None:
    selection = selected()
    design = HAND.catalogue.studies["phang-2020"].design(selection)
    with pytest.raises(PluginFailed, match=r"The plugin 'broken' .* raised ZeroDivisionError: no scores, in analyse"):
        analysed(Broken(), Results(selection, design, (), (), {}))


def test_one_recipe_alone_is_no_comparison() -> None:
    selection = selected(targets=("mini-pos",))
    design = HAND.catalogue.studies["phang-2020"].design(selection)
    whole = panel(design, "mini-pos", {}, 0.01)
    alone = replace(whole, recipes=whole.recipes[:1], scores=whole.scores[:, :, :1])

    assert is_comparable(Results(selection, design, (alone, whole), (), {}))
    assert not is_comparable(Results(selection, design, (alone,), (), {}))


# ------------------------------------------------------------------------------------------------------- for real


def test_mistakes_end_with_2_and_write_nothing(tmp_path: Path) -> None:
    def end(*arguments: str) -> object:
        return CliRunner().invoke(cli, ["study", *arguments, "--store", str(tmp_path / "s")]).exception

    for arguments, words in (
        (("robustnes",), "robustness"),
        (("robustness", "--recipe", "mini-mc"), "decides its recipes"),
        (("robustness", "--model", "a,b"), "of one model"),
        (("language-order", "--language", "qen"), "no language|two of the languages"),
        (("robustness", "--target", "nothing"), "nothing"),
    ):
        error = end(*arguments)
        assert getattr(error, "exit_code", None) == 2, arguments
        assert any(word in str(error) for word in words.split("|")), str(error)
    assert not (tmp_path / "s").exists()


def test_studies_are_listed_with_what_they_plan() -> None:
    shown = CliRunner().invoke(cli, ["study", "list"]).output
    assert all(name in shown for name in NAMES)
    assert "(TextEmb)" in shown


ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "studies.md").read_text(encoding="utf-8")
HUB = ROOT.parent / "shared" / "hub"


def commands() -> list[str]:
    (block,) = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return [line.partition("  #")[0].strip() for line in block.splitlines()]


@pytest.mark.parametrize("command", commands())
def test_studies_in_the_documents_can_be_planned(command: str, tmp_path: Path, tiny_model: Path) -> None:
    arguments = shlex.split(command.replace("xlm-roberta-base", str(tiny_model)))[1:]
    if "xtreme-r" in arguments:
        if not HUB.is_dir():  # real data sets are not part of the project: their licences differ
            pytest.skip(f"no sample of the hub at {HUB}")
        arguments += ["--hub", str(HUB), "--offline"]
    ended = CliRunner().invoke(cli, [*arguments, "--store", str(tmp_path), "--dry-run"])
    assert ended.exit_code == 0, ended.output
    assert arguments[1] == "list" or "cells from" in ended.output


def test_the_study_in_the_documents_finds_a_planted_gain() -> None:
    (block,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(block, "studies.md", "exec"), names)
    (study,) = names["xeval_studies"]()
    selection = selected(targets=("mini-pos",), languages=LANGUAGES)
    design = study.design(selection)
    design = replace(design, roles=dict.fromkeys(design.recipes[1:], "arm") | {"none": "base"})
    made = panel(design, "mini-pos", {"arm": 0.04}, 0.002)
    found = study.analyse(Results(selection, design, (made,), (), HAND.registry.languages))
    assert found.claims[0].verdict == "higher"
    assert found.claims[0].effect.value == pytest.approx(0.04, abs=0.01)


SMALL = ("--limit", "8", "--seed", "0", "--language", "qen,qda", "--executor", "inline")


@pytest.mark.slow
def test_a_study_runs_is_stored_and_is_reported_again(tmp_path: Path, tiny_model: Path) -> None:
    """All probes, on a tiny encoder: the second time nothing is computed, and the report is the same."""
    place = ["--store", str(tmp_path / "store"), "--model", str(tiny_model), "--target", "mini-retrieval,mini-pos"]
    place += ["--intermediate", "mini-pos,mini-ner"]
    first = CliRunner().invoke(cli, ["study", "similarity", *SMALL, *place, "--json"])
    assert first.exit_code == 0, first.output
    document = json.loads(first.stdout)
    assert document["schema"] == "xeval.findings/1"
    assert {claim["name"] for claim in document["claims"]} >= {"text", "task"}
    again = CliRunner().invoke(cli, ["study", "similarity", *SMALL, *place])
    assert again.exit_code == 0
    assert "0 run" in again.stderr
    report = CliRunner().invoke(cli, ["report", "--store", place[1], "--output", str(tmp_path / "report")])
    assert report.exit_code == 0, report.output
    page = (tmp_path / "report" / "index.html").read_text()
    assert "Content-Security-Policy" in page
    assert "<svg" in page
    assert document["claims"] == json.loads((tmp_path / "report" / "findings.json").read_text())["claims"]
    assert "To repeat this" in (tmp_path / "report" / "report.md").read_text()


@pytest.mark.slow
def test_the_report_of_a_run_that_no_study_made_is_its_leaderboard_and_how_to_repeat_it(
    tmp_path: Path, tiny_model: Path
) -> None:
    place = ["--store", str(tmp_path / "store"), "--model", str(tiny_model), "--target", "mini-pos"]
    assert CliRunner().invoke(cli, ["run", *SMALL, *place]).exit_code == 0
    ended = CliRunner().invoke(cli, ["report", "--store", place[1], "--output", str(tmp_path / "report")])
    assert ended.exit_code == 0, ended.output
    assert "zero-shot" in ended.output
    page, text = ((tmp_path / "report" / name).read_text() for name in ("index.html", "report.md"))
    assert 'id="repeat"' in page
    assert "<svg" in page
    assert "To repeat this" in text
    assert "keys of evaluations" in text
    assert json.loads((tmp_path / "report" / "leaderboard.json").read_text())["schema"] == "xeval.leaderboard/1"


@pytest.mark.slow
def test_answers_in_two_languages_are_compared_after_every_order(tmp_path: Path, tiny_model: Path) -> None:
    place = ["--store", str(tmp_path / "store"), "--model", str(tiny_model), "--target", "mini-mc"]
    ended = CliRunner().invoke(cli, ["study", "language-order", *SMALL, *place, "--intermediate", "mini-mc", "--json"])
    assert ended.exit_code == 0, ended.output
    (table,) = (one for one in json.loads(ended.stdout)["tables"] if "consistent" in one["title"])

    assert table["heads"][1:3] == ["qda: RankC", "qda: agreement"]
    assert [row[0] for row in table["rows"]] == ["none", "qen,qda", "qen > qda", "qda > qen"]
    assert all(0 < row[1] <= 1 for row in table["rows"])
