"""A study that was interrupted goes on; one that is added to runs what is new alone; none overwrites another."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from xeval.cli import cli

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("studies-resumed")]  # they begin from one study

WHOSE = ("--target", "mini-pos", "--intermediate", "mini-ner", "--perturb", "noise@0.3", "--limit", "8")
SMALL = (*WHOSE, "--language", "qen,qda", "--executor", "inline")


def asked(*arguments: str) -> dict[str, Any]:
    ended = CliRunner().invoke(cli, [*arguments, "--json"])
    assert ended.exit_code == 0, ended.output
    document: dict[str, Any] = json.loads(ended.stdout)
    return document


def artifacts(store: Path) -> set[Path]:
    return set((store / "artifacts").glob("*/*/manifest.json"))


def claims(document: dict[str, Any]) -> Any:
    return document["answer"], document["claims"], document["tables"]


def stages(document: dict[str, Any], state: str) -> list[dict[str, Any]]:
    return [stage for stage in document["stages"] if stage["state"] == state]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> tuple[Path, str, dict[str, Any]]:
    """The store, the model, and the findings of a study that nothing disturbed."""
    store, model = tmp_path_factory.mktemp("study") / "store", str(tiny_model)
    return store, model, asked("study", "robustness", *SMALL, "--seed", "0", "--model", model, "--store", str(store))


def test_a_study_killed_outright_goes_on_to_the_same_findings(
    finished: tuple[Path, str, dict[str, Any]], tmp_path: Path
) -> None:
    store, command = tmp_path / "store", ["study", "robustness", *SMALL, "--seed", "0", "--model", finished[1]]
    killed = subprocess.Popen(
        [sys.executable, "-m", "xeval", *command, "--store", str(store)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if not name.startswith("XEVAL_")},
    )
    while len(artifacts(store)) < 2 and killed.poll() is None:
        time.sleep(0.02)
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()
    survived = {path: path.stat().st_mtime_ns for path in artifacts(store)}
    assert survived, "it was killed before anything was stored"
    assert not list((store / "runs").glob("*/study.json")), "it was killed too late"

    resumed = asked(*command, "--store", str(store))

    assert claims(resumed) == claims(finished[2])
    assert all(path.stat().st_mtime_ns == when for path, when in survived.items())


def test_another_seed_runs_its_own_stages_alone(finished: tuple[Path, str, dict[str, Any]]) -> None:
    store, model, _ = finished
    more = asked(
        *("study", "robustness", *SMALL, "--seed", "0", "--seed", "1", "--model", model),
        *("--store", str(store), "--dry-run"),
    )
    one = asked("study", "robustness", *SMALL, "--seed", "1", "--model", model, "--store", str(store), "--dry-run")

    assert {stage["key"] for stage in stages(more, "to run")} == {stage["key"] for stage in one["stages"]}
    assert len(stages(more, "stored")) == len(artifacts(store))


def test_another_language_runs_what_it_takes_part_in_alone(finished: tuple[Path, str, dict[str, Any]]) -> None:
    """Evaluations in it: the suite says which languages are trained on, so no recipe changes."""
    store, model, _ = finished
    wider = (*WHOSE, "--language", "qen,qda,qbb", "--seed", "0", "--model", model)
    new = stages(asked("study", "robustness", *wider, "--store", str(store), "--dry-run"), "to run")

    assert {stage["kind"] for stage in new} == {"evaluate"}
    assert all(stage["label"].endswith("qbb") or "qbb under" in stage["label"] for stage in new)


def test_a_run_of_the_same_cells_leaves_the_study_beside_it_whole(finished: tuple[Path, str, dict[str, Any]]) -> None:
    store, model, document = finished
    study = document["repeat"]["run"]
    recipes = [part for name in json.loads(document["repeat"]["experiment"])["recipes"] for part in ("--recipe", name)]
    same = ("--target", "mini-pos", *recipes, *SMALL[4:], "--seed", "0", "--model", model, "--store", str(store))
    run = asked("run", *same)

    assert run["stages"]["run"] == 0
    assert run["run"] != study
    report = CliRunner().invoke(cli, ["report", study, "--store", str(store), "--output", str(store / "report")])
    assert report.exit_code == 0, report.output
    assert claims(json.loads((store / "report" / "findings.json").read_text())) == claims(document)
