"""What an experiment needs, is named before anything is fetched; and what is at hand is told of each task."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from xeval.cli import main

Command = Callable[..., tuple[int, str]]
PAIR = {"premise": "Anna is asleep.", "hypothesis": "Anna rests.", "label": 0}


@pytest.fixture
def xeval(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Run a command in a folder with a hub that has some of XNLI, and with no network and no cache."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("COLUMNS", "300")
    for code, split in (("en", "train"), ("en", "test"), ("de", "test")):
        folder = tmp_path / "hub" / "facebook" / "xnli" / code
        folder.mkdir(parents=True, exist_ok=True)
        table = pyarrow.Table.from_pylist([PAIR] * 7)
        pyarrow.parquet.write_table(table, folder / f"{split}-00000-of-00001.parquet")

    def command(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["xeval", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capfd.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, out or err

    return command


def test_a_dry_run_lists_what_is_here_and_what_is_lacking(xeval: Command) -> None:
    code, out = xeval(
        "fetch", "--dry-run", "--json", "--target", "xnli,xcopa", "--language", "en,de,sw", "--hub", "hub"
    )

    found = {(row["for"], row["from"]): row for row in json.loads(out)["needs"]}
    assert code == 0
    xnli = found["xnli", "facebook/xnli"]
    assert (xnli["here"], xnli["lacking"], xnli["languages"], xnli["state"]) == (3, 1, ["sw"], "to fetch")
    assert found["siqa", "lighteval/siqa"]["state"] == "to fetch"  # what a target is trained on is needed too
    assert found["xcopa", "cambridgeltl/xcopa"]["languages"] == ["sw"]  # English it does not have


def test_what_only_its_user_can_give_is_told_apart(xeval: Command) -> None:
    _, out = xeval("fetch", "--dry-run", "--json", "--target", "xnli", "--intermediate", "ccg", "--hub", "hub")

    states = {row["for"]: row["state"] for row in json.loads(out)["needs"]}
    assert states["ccg"] == "needs your files"


def test_the_testbed_needs_nothing(xeval: Command) -> None:
    assert "Nothing is needed" in xeval("fetch", "--dry-run")[1]


def test_nothing_is_fetched_without_the_network(xeval: Command) -> None:
    code, out = xeval("fetch", "--target", "xnli", "--hub", "hub")

    assert (code, "Nothing can be fetched without the network" in out) == (2, True)


def line(out: str, name: str) -> str:
    return next(row for row in out.splitlines() if row.split() and row.split()[0] == name)


def test_the_list_of_tasks_has_the_source_and_the_state_of_each(xeval: Command) -> None:
    _, out = xeval("tasks", "list", "--hub", "hub")

    assert "ready (2/15)" in line(out, "xnli")
    assert "facebook/xnli" in line(out, "xnli")
    assert "needs fetch" in line(out, "xquad")
    assert "needs fetch" in line(out, "squad")
    assert "needs files" in line(out, "ccg")
    assert "ready" in line(out, "mini-pos")


def test_the_page_of_a_task_has_sizes_terms_and_traps(xeval: Command) -> None:
    _, out = xeval("tasks", "info", "xnli", "--hub", "hub")

    assert "de 7, en 7; not at hand: ar, bg" in out
    for text in ("CC BY-NC 4.0", "Conneau et al. 2018", "translated by machine", "entailment, neutral, contradiction"):
        assert text in out


def test_a_declared_task_is_listed_and_has_its_page(xeval: Command) -> None:
    Path("registry.yaml").write_text(
        "tasks:\n  mine:\n    format: classification\n    files: '{language}.{split}.csv'\n    languages: [en, de]\n"
        "    columns: {text: t, label: l}\n    labels: [no, yes]\n    licence: mine alone\n    note: Beware.\n"
    )
    for split in ("train", "test"):
        Path(f"en.{split}.csv").write_text("t,l\nhello,yes\n")

    _, listed = xeval("tasks", "list")
    _, page = xeval("tasks", "info", "mine")

    assert "ready (1/2)" in line(listed, "mine")
    assert "mine (files)" in line(listed, "mine")
    assert all(text in page for text in ("en 1; not at hand: de", "mine alone", "Beware."))
