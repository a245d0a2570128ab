"""The real command, with real workers: the same scores to the last bit, whatever happens on the way."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from xeval.running.store import checksums

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("end-to-end")]  # they compare with one run

SMALL = (
    *("run", "--target", "mini-pos,mini-retrieval", "--model", "warm-start-only", "--language", "qen,qaa,qda"),
    *("--recipe", "none", "--recipe", "mini-mc[qen,qaa]@english-first", "--plugins", "noise,order"),
    *("--perturb", "noise@0.3", "--limit", "60", "--json"),
)
NO_SCORE = ("seconds", "finished", "stages", "machine", "telemetry", "command")


def start(folder: Path, *more: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XEVAL_")}
    return subprocess.Popen(
        [sys.executable, "-m", "xeval", *SMALL, *more],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    document: dict[str, Any] = json.loads(out)
    return document


def found(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in NO_SCORE}


def artifacts(folder: Path) -> set[Path]:
    return set((folder / ".xeval" / "artifacts").glob("*/*/manifest.json"))


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A run that nothing disturbed, with one worker."""
    folder = tmp_path_factory.mktemp("reference")
    return folder, finish(start(folder, "--workers", "1"))


def test_every_cell_is_done_or_a_hole_with_its_reason(reference: tuple[Path, dict[str, Any]]) -> None:
    _, document = reference

    cells = document["cells"]
    assert {cell["state"] for cell in cells} == {"done", "not-offered"}
    assert all(cell["reason"] for cell in cells if cell["state"] == "not-offered")
    assert all(0 <= cell["low"] <= cell["score"] <= cell["high"] <= 1 for cell in cells if cell["state"] == "done")
    assert document["schema"] == "xeval.run/1"


def test_the_same_command_runs_nothing_again(reference: tuple[Path, dict[str, Any]]) -> None:
    folder, document = reference
    before = {path: path.stat().st_mtime_ns for path in artifacts(folder)}

    again = finish(start(folder))

    assert again["stages"]["run"] == 0
    assert again["cells"] == document["cells"]
    assert {path: path.stat().st_mtime_ns for path in artifacts(folder)} == before


def test_a_record_that_an_earlier_version_kept_is_completed_from_the_store(
    reference: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    """It had the headline of each cell alone."""
    shutil.copytree(reference[0] / ".xeval", tmp_path / ".xeval")
    (kept,) = (tmp_path / ".xeval" / "runs").glob("*/run.json")
    document = json.loads(kept.read_text())
    for cell in document["cells"]:
        del cell["scores"], cell["data"]
    kept.write_text(json.dumps(document))

    completed = finish(start(tmp_path))

    assert completed["stages"]["run"] == 0
    assert completed["cells"] == reference[1]["cells"]
    assert json.loads(kept.read_text())["cells"] == reference[1]["cells"]


def test_another_store_and_more_workers_give_the_same_bits(
    reference: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    other = finish(start(tmp_path, "--workers", "2"))

    assert found(other) == found(reference[1])


def test_a_run_killed_outright_goes_on_and_ends_in_the_same_bits(
    reference: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    killed = start(tmp_path)
    while len(artifacts(tmp_path)) < 2 and killed.poll() is None:
        time.sleep(0.05)
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()
    assert artifacts(tmp_path), "it was killed before anything was stored"
    survived = {path: path.stat().st_mtime_ns for path in artifacts(tmp_path)}

    resumed = finish(start(tmp_path))

    assert found(resumed) == found(reference[1])
    assert resumed["stages"]["stored"] >= 1
    assert all(path.stat().st_mtime_ns == when for path, when in survived.items())
    assert not list((tmp_path / ".xeval" / "artifacts").glob("*/.*"))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_stops_its_workers_and_keeps_what_is_finished(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    process = start(tmp_path)
    while not artifacts(tmp_path) and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(number)
    _, err = process.communicate(timeout=300)

    assert process.returncode == code
    assert "the same command goes on from there" in err
    assert artifacts(tmp_path)


CRASH = """
from xeval.api import LabelledText, MadeData, Training, hookimpl


class Crash:
    name = "crash"
    version = "1"
    format = "classification"
    labels = ("a", "b")
    languages = ("qen",)
    source_language = "qen"
    training = Training()
    metric = "accuracy"
    trains_on = ("crash",)
    evaluates_on = "test"

    def data(self, split, language):
        return MadeData("crash", "1", (), self.make)

    def make(self):
        yield LabelledText("0", "qen", ("text",), "a")
        raise RuntimeError("this task is broken")

    def examples(self, rows, language):
        return iter(rows)


@hookimpl
def xeval_target_tasks():
    return [Crash()]
"""


def test_a_stage_that_fails_leaves_the_others_done_and_ends_with_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = tmp_path / "xeval_crash-1.0.dist-info"
    about.mkdir()
    (tmp_path / "crash.py").write_text(CRASH)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: xeval-crash\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[xeval]\ncrash = crash\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    options = ["--target", "mini-pos,crash", "--model", "random-init", "--language", "qen", "--limit", "40", "--json"]

    ended = subprocess.run(
        [sys.executable, "-m", "xeval", "run", *options], cwd=tmp_path, capture_output=True, text=True
    )

    assert ended.returncode == 3
    assert "this task is broken" in ended.stderr
    document = json.loads(ended.stdout)
    assert {cell["target"]: cell["state"] for cell in document["cells"]} == {"mini-pos": "done", "crash": "failed"}
    assert "this task is broken" in Path(tmp_path, document["failures"][0]["log"]).read_text()


def damage(folder: Path) -> list[Path]:
    """Three trained states bent, lost in part, and unreadable, and everything that was scored with any taken away."""
    kept = [json.loads(path.read_text()) | {"at": path.parent} for path in sorted(artifacts(folder))]
    scored = [need for one in kept if one["kind"] == "evaluate" for need in one["inputs"]]
    for one in kept:
        if one["kind"] == "evaluate":
            shutil.rmtree(one["at"])
    bent, gone, unreadable = [one["at"] for one in kept if one["kind"] == "train" and one["key"] in scored][:3]
    content = bytearray((bent / "head.safetensors").read_bytes())
    content[-8:] = b"\x00\x00\x80\x3f" * 2
    (bent / "head.safetensors").write_bytes(content)
    (gone / "model.safetensors").unlink()
    (unreadable / "manifest.json").write_text("{")
    return [bent, gone, unreadable]


def test_damaged_states_are_made_again_and_never_scored(reference: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    shutil.copytree(reference[0] / ".xeval", tmp_path / ".xeval")
    whole = {path: checksums(path.parent) for path in artifacts(tmp_path)}
    damaged = damage(tmp_path)

    again = finish(start(tmp_path))

    assert found(again) == found(reference[1])
    assert all(checksums(path) == whole[path / "manifest.json"] for path in damaged)


def evaluations(folder: Path) -> list[Path]:
    found = (path for path in sorted(artifacts(folder)) if json.loads(path.read_text())["kind"] == "evaluate")
    return [path.parent for path in found]


def test_damaged_evaluations_are_made_again_with_a_remark(
    reference: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    shutil.copytree(reference[0] / ".xeval", tmp_path / ".xeval")
    bent, unreadable, lost, _ = damaged = evaluations(tmp_path)[:4]
    (bent / "scores.json").write_text((bent / "scores.json").read_text().replace('"n": ', '"n": 1'))
    (unreadable / "scores.json").write_text("{")
    (lost / "predictions.parquet").unlink()

    process = start(tmp_path)
    out, err = process.communicate(timeout=300)

    assert process.returncode == 0, err
    assert found(json.loads(out)) == found(reference[1])
    told = [f"made again: {folder.relative_to(tmp_path)}" in err for folder in damaged]
    assert (told, json.loads(out)["stages"]["run"]) == ([True, True, True, False], 3)


def test_a_score_that_was_bent_is_never_shown(reference: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    shutil.copytree(reference[0] / ".xeval", tmp_path / ".xeval")
    bent = evaluations(tmp_path)[0] / "scores.json"
    bent.write_text(bent.read_text().replace('"n": ', '"n": 1'))  # what is kept of the run is whole, and says otherwise

    again = finish(start(tmp_path))

    assert (found(again), again["stages"]["run"]) == (found(reference[1]), 1)
