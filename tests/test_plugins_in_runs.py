"""Runs with bad plugins: the rest is done, the cause is told with the plugin's name, and the exit code is 3."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xeval.testing import Ending

BAD = Path(__file__).parent / "bad_plugins"
RIGHT = Path(__file__).parent / "right_plugins" / "right.py"  # what bad ones are made of
SMALL = ("--model", "random-init", "--target", "mini-pos", "--language", "qen,qaa", "--limit", "30", "--perturb")
Run = Callable[..., Ending]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put bad plugins on the path, as pip would."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def put(*names: str) -> None:
        for name in names:
            module = f"bad_{name.replace('-', '_')}"
            for file in (BAD / name / f"{module}.py", RIGHT):
                shutil.copy(file, tmp_path)
            about = tmp_path / f"xeval_{name.replace('-', '_')}-1.0.dist-info"
            about.mkdir()
            (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: xeval-{name}\nVersion: 1.0\n")
            (about / "entry_points.txt").write_text(f"[xeval]\n{name} = {module}\n")

    return put


def states(ended: Ending) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for cell in ended.document["cells"]:
        found.setdefault(cell["perturbation"] or cell["target"], set()).add(cell["state"])
    return found


@pytest.mark.slow
def test_perturbations_that_fail_in_their_work_leave_the_other_cells(
    install: Callable[..., None], run_xeval: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("raises-in-work", "raises-in-covers", "wrong-pieces", "hangs-in-work")
    install(*names)
    noises = ",".join(f"{name}@0.5" for name in (*names, "noise"))

    ended = run_xeval("run", *SMALL, noises, "--json", "--workers", "1", env={"XEVAL_PLUGIN_SECONDS": "1"})

    assert ended.code == 3, ended.err
    assert states(ended)["mini-pos"] == states(ended)["noise"] == {"done"}
    assert all("done" not in states(ended)[name] for name in names)
    for words in (
        "The plugin 'raises-in-work' (bad_raises_in_work) raised ZeroDivisionError: no vowels, in perturb",
        "The plugin 'raises-in-covers' (bad_raises_in_covers) raised KeyError: 'qen', in covers",
        "The perturbation 'wrong-pieces' gave str instead of a list of pieces",
        "The plugin 'hangs-in-work' (bad_hangs_in_work) took longer than 1 seconds",
    ):
        assert words in ended.err
    again = run_xeval("run", *SMALL, "noise@0.5", "--json")
    assert (again.code, again.document["stages"]["run"]) == (0, 0)


@pytest.mark.slow
def test_a_worker_that_c_code_holds_is_ended_and_the_rest_is_run(install: Callable[..., None], run_xeval: Run) -> None:
    install("hangs-in-c")

    line = ("run", *SMALL, "hangs-in-c@0.5,noise@0.5", "--json", "--workers", "1")
    ended = run_xeval(*line, env={"XEVAL_PLUGIN_SECONDS": "1"})

    assert ended.code == 3, ended.err
    assert states(ended) == {"mini-pos": {"done"}, "noise": {"done"}, "hangs-in-c": {"failed"}}
    told = " ".join(ended.err.split())
    assert "The plugin 'hangs-in-c' (bad_hangs_in_c) took longer than 1 seconds" in told
    assert "its process was ended, in perturb" in told


@pytest.mark.slow
def test_a_run_without_workers_that_c_code_holds_ends_and_says_where(
    install: Callable[..., None], run_xeval: Run
) -> None:
    install("hangs-in-c")

    line = ("run", *SMALL, "hangs-in-c@0.5", "--json", "--executor", "inline")
    ended = run_xeval(*line, env={"XEVAL_PLUGIN_SECONDS": "1"})

    assert (ended.code, ended.out) == (1, "")
    assert "Timeout" in ended.err
    assert "bad_hangs_in_c.py" in ended.err


@pytest.mark.slow
def test_plugins_that_cannot_be_loaded_leave_the_run(install: Callable[..., None], run_xeval: Run) -> None:
    names = ("raises-at-import", "raises-in-hook", "wrong-type", "hangs-in-hook")
    install(*names)

    line = ("run", *SMALL, "noise@0.5", "--plugins", ",".join((*names, "order")), "--json")
    ended = run_xeval(*line, env={"XEVAL_PLUGIN_SECONDS": "1"})

    assert ended.code == 3, ended.err
    assert states(ended) == {"mini-pos": {"done"}, "noise": {"done"}}
    for name in names:
        assert f"failed: plugin {name}: xeval-{name} is broken: " in ended.err


@pytest.mark.slow
def test_tasks_that_fail_leave_the_other_tasks(install: Callable[..., None], run_xeval: Run) -> None:
    install("raises-in-examples", "hangs-in-examples")
    tasks = ("--target", "raises-in-examples,hangs-in-examples,mini-pos", "--model", "random-init", "--limit", "30")

    ended = run_xeval("run", *tasks, "--json", "--workers", "1", env={"XEVAL_PLUGIN_SECONDS": "1"})

    assert ended.code == 3, ended.err
    assert states(ended) == {"raises-in-examples": {"failed"}, "hangs-in-examples": {"failed"}, "mini-pos": {"done"}}
    assert "The plugin 'raises-in-examples' (bad_raises_in_examples) raised RuntimeError: the file ends" in ended.err


def test_a_plugin_that_is_all_that_was_asked_for_and_is_broken_is_a_mistake(
    install: Callable[..., None], run_xeval: Run
) -> None:
    install("raises-at-import")

    ended = run_xeval("plan", "--plugins", "raises-at-import")

    assert (ended.code, ended.out) == (2, "")
    assert "xeval-raises-at-import is broken: RuntimeError: no lexicon here" in ended.err


def test_an_order_that_fails_leaves_the_other_recipes(install: Callable[..., None], run_xeval: Run) -> None:
    install("wrong-shares")

    recipes = ("--recipe", "none", "--recipe", "mini-mc[qen,qaa]@wrong-shares")
    ended = run_xeval("plan", *SMALL[:-1], *recipes, "--model", "mini", "--json")

    assert ended.code == 0, ended.err
    assert ended.document["stages"]


@pytest.mark.parametrize(
    "text",
    ['"""A remark."""\n\nx = "# no comment"  # a comment\n', '"""A remark."""\n\n# another\nx = "# no comment"\n'],
)
def test_comments_are_no_code(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from xeval.running.plugincode import without_comments

    assert list(without_comments(text.splitlines())) == ['"""A remark."""', "", 'x = "# no comment"']


def planned(run_xeval: Run) -> Any:
    ended = run_xeval("plan", *SMALL, "raises-in-work@0.5", "--model", "mini", "--json")
    assert ended.code == 0, ended.err
    return {stage["key"]: stage for stage in ended.document["stages"]}


def test_a_changed_plugin_changes_the_keys_of_what_it_takes_part_in(
    install: Callable[..., None], run_xeval: Run, tmp_path: Path
) -> None:
    install("raises-in-work")
    module = tmp_path / "bad_raises_in_work.py"
    before = planned(run_xeval)

    module.write_text(f"# a remark\n{module.read_text()}")
    remarked = planned(run_xeval)
    module.write_text(module.read_text().replace("no vowels", "no consonants"))
    changed = planned(run_xeval)

    assert remarked.keys() == before.keys()
    lost = {before[key]["label"] for key in before.keys() - changed.keys()}
    assert lost
    assert all(label.endswith("under raises-in-work@0.5") for label in lost)
    assert len(changed) == len(before)


@pytest.mark.slow
def test_the_plan_says_why_a_changed_plugin_is_run_again(
    install: Callable[..., None], run_xeval: Run, tmp_path: Path
) -> None:
    install("twice-the-level")
    line = (*SMALL, "twice-the-level@0.5,noise@0.5", "--recipe", "none")
    ran = run_xeval("run", *line, "--json")
    assert ran.code == 0, ran.err
    (told,) = [one for one in ran.document["plugins"] if one["distribution"] == "xeval-twice-the-level"]
    module = tmp_path / "bad_twice_the_level.py"

    module.write_text(module.read_text().replace("2 * level", "3 * level"))
    stages = run_xeval("plan", *line, "--json").document["stages"]

    assert told["entry_point"] == "twice-the-level = bad_twice_the_level"
    assert (told["version"], told["offers"], len(told["code"])) == ("1.0", {"twice-the-level": "1"}, 24)
    to_run = [stage for stage in stages if stage["state"] == "to run"]
    assert {stage["why"] for stage in to_run if "twice-the-level" in stage["label"]} == {
        "the code of the plugin behind twice-the-level changed"
    }
    assert all("noise" not in stage["label"] for stage in to_run)
    assert "the code of the plugin behind twice-the-level changed" in run_xeval("plan", *line).out
    limited = run_xeval("plan", *line, "--limit", "40", "--json").document["stages"]
    assert "limit is 40, and was 30" in {stage.get("why") for stage in limited}
