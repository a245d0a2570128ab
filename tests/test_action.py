"""The steps of the action do what its page says, run by a shell as a runner would run them."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
TINY = "--model random-init --target mini-pos --recipe none --limit 20 --seed 0 --language qen,qaa --workers 1"
EXPRESSION = re.compile(r"\$\{\{\s*inputs\.([\w-]+)\s*\}\}")


def step(name: str) -> dict[str, Any]:
    (found,) = [step for step in ACTION["runs"]["steps"] if step.get("name") == name]
    return dict(found)


def ran(name: str, folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run a step in a folder, its inputs as given or as the action's defaults."""
    given = {key: its.get("default", "") for key, its in ACTION["inputs"].items()} | inputs
    variables = {key: EXPRESSION.sub(lambda m: given[m[1]], value) for key, value in step(name).get("env", {}).items()}
    environment = os.environ | variables | {"GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    script = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step(name)["run"]]
    return subprocess.run(script, cwd=folder, env=environment, capture_output=True, text=True)


def test_inputs_reach_the_scripts_by_the_environment_alone() -> None:
    assert not [step["run"] for step in ACTION["runs"]["steps"] if "${{" in step.get("run", "")]


def test_every_input_and_output_is_documented() -> None:
    page = (ROOT / "docs" / "ci.md").read_text()

    assert [name for name in (*ACTION["inputs"], *ACTION["outputs"]) if f"`{name}`" not in page] == []


def test_no_documented_workflow_runs_foreign_code_with_rights() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "ci.md").read_text(), re.DOTALL)

    assert len(blocks) == 4
    for block in blocks:
        workflow = yaml.safe_load(block)
        assert "pull_request_target" not in (workflow.get(True) or {})  # YAML takes the word `on` for true


@pytest.mark.slow
def test_a_pull_request_is_run_shown_and_gated(tmp_path: Path) -> None:
    assert ran("Run", tmp_path, arguments=TINY).returncode == 0
    assert ran("Show", tmp_path).returncode == 0
    report = tmp_path / "xeval-report"
    assert {path.name for path in report.iterdir()} >= {"head.xeval", "leaderboard.md", "index.html"}

    assert "nothing is compared" in ran("Gate", tmp_path).stdout
    (tmp_path / "base").mkdir()
    shutil.copy(report / "head.xeval", tmp_path / "base" / "main.xeval")
    assert ran("Gate", tmp_path).returncode == 0
    assert "The gate passes." in (tmp_path / "summary.md").read_text()

    more = TINY.replace("qen,qaa", "qen")
    assert ran("Run", tmp_path, arguments=more).returncode == 0
    failed = ran("Gate", tmp_path)
    assert failed.returncode == 4, failed.stderr
    assert "lost: " in (tmp_path / "summary.md").read_text()

    bundle = tmp_path / "base" / "main.xeval"
    command = ["xeval", "leaderboard", "--rescore"]
    assert subprocess.run([*command, bundle], cwd=tmp_path, capture_output=True).returncode == 0
    refused = subprocess.run([*command, forged(bundle)], cwd=tmp_path, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "0.99 is written, the predictions give" in refused.stderr


def forged(bundle: Path) -> Path:
    """The bundle with another score, and checksums that hide it."""
    with zipfile.ZipFile(bundle) as old:
        files = {name: old.read(name) for name in old.namelist()}
    run, contents = json.loads(files["run.json"]), json.loads(files["bundle.json"])
    run["cells"][0]["score"] = 0.99
    files["run.json"] = json.dumps(run).encode()
    contents["files"]["run.json"] = hashlib.sha256(files["run.json"]).hexdigest()
    with zipfile.ZipFile(bundle.with_name("forged.xeval"), "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in (files | {"bundle.json": json.dumps(contents).encode()}).items():
            new.writestr(name, data)
    return bundle.with_name("forged.xeval")
