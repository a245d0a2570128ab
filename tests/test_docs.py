"""What the documents show is true: every command can be planned, every file in them can be read."""

from __future__ import annotations

import json
import re
import shlex
import sys
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from runs import answers, kept, scored

from xeval.cell import Cell
from xeval.cli import main
from xeval.faces.settings import read_config
from xeval.facts.registry import load_registry
from xeval.running.bundles import export
from xeval.running.results import SCHEMA, RunRecord
from xeval.running.store import Store

ROOT = Path(__file__).parent.parent
HUB = ROOT.parent / "shared" / "hub"
PAGES = [
    ROOT / "README.md",
    ROOT / "docs" / "cluster.md",
    ROOT / "docs" / "tutorial.md",
    ROOT / "docs" / "leaderboards.md",
    ROOT / "docs" / "recipes.md",
    ROOT / "docs" / "perturbations.md",
    ROOT / "docs" / "studies.md",
]


def blocks(path: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    """Every `xeval` command in the documents, without its remark."""
    lines = [line for path in PAGES for block in blocks(path, "sh") for line in block.splitlines()]
    found = [part.strip() for line in lines for part in line.split("  #")[0].split("&&")]
    return list(dict.fromkeys(part for part in found if part.startswith("xeval ")))


def yaml_blocks() -> list[str]:
    return [block for path in PAGES for block in blocks(path, "yaml")]


def end(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> object:
    monkeypatch.setattr(sys, "argv", ["xeval", *arguments])
    with pytest.raises(SystemExit) as ending:
        main()
    return ending.value.code


@pytest.mark.parametrize("command", [c for c in commands() if c.split()[1] in ("run", "plan")])
def test_what_is_run_in_the_documents_can_be_planned(
    command: str, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Planned, not run; on the local sample of the hub, with a tiny encoder in the place of the named one."""
    arguments = [str(ROOT / a) if a.startswith("examples/") else a for a in shlex.split(command)[1:]]
    if "DIR" in arguments or "xlm-roberta-base" in arguments:
        if not HUB.is_dir():  # real data sets are not part of the project: their licences differ
            pytest.skip(f"no sample of the hub at {HUB}")
        arguments = [str(HUB) if a == "DIR" else str(tiny_model) if a == "xlm-roberta-base" else a for a in arguments]
        monkeypatch.setenv("XEVAL_HUB", str(HUB))
        monkeypatch.setenv("XEVAL_OFFLINE", "1")
    monkeypatch.chdir(tmp_path)

    assert end(monkeypatch, ["plan", *arguments[1:], "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["cells"] > 0


@pytest.mark.parametrize("command", [c for c in commands() if c.split()[1] == "study" and c.split()[2] != "list"])
def test_studies_in_the_documents_can_be_planned(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """As if all that they need were at hand."""
    monkeypatch.setenv("XEVAL_OFFLINE", "1")
    monkeypatch.chdir(tmp_path)

    assert end(monkeypatch, [*shlex.split(command)[1:], "--dry-run", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["cells"] > 0


def test_the_document_of_a_run_has_what_the_tutorial_says() -> None:
    page = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    (shown,) = map(json.loads, blocks(ROOT / "docs" / "tutorial.md", "json"))
    known = {f.name for f in fields(RunRecord)} | {"schema"}

    assert shown["schema"] == SCHEMA
    assert shown.keys() <= known
    assert shown["cells"][0].keys() <= {f.name for f in fields(Cell)}
    assert all(f"`{name}`" in page for name in known - shown.keys() - {"finished", "telemetry", "command"})


@pytest.mark.parametrize("command", [c for c in commands() if c.split()[1] in ("tasks", "models") or "study list" in c])
def test_pages_in_the_documents_can_be_shown(
    command: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert end(monkeypatch, shlex.split(command)[1:]) == 0
    assert capfd.readouterr().out


@pytest.mark.parametrize("command", [c for c in commands() if c.split()[1] == "leaderboard"])
def test_leaderboards_in_the_documents_can_be_drawn(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Of a made-up run with a score on two languages of PAWS-X."""
    keep_a_run(Store(tmp_path / ".xeval"))
    monkeypatch.chdir(tmp_path)
    arguments = [name for word in shlex.split(command)[1:] for name in expanded(word)]

    assert end(monkeypatch, arguments) == 0
    is_file = {"--output", "-o"} & {*arguments}
    shown = Path(arguments[-1]).read_text(encoding="utf-8") if is_file else capfd.readouterr().out
    assert ("RemBERT" in shown) == ("--published" in arguments)
    assert "mine" in shown or "nothing here was scored under noise" in shown or "--by order" in command


def expanded(word: str) -> list[str]:
    """A pattern as a shell reads it."""
    return [str(path) for path in Path().glob(word)] or [word]


def keep_a_run(store: Store) -> None:
    """A run in the store, and the same as a bundle."""
    about = {"model": "mine", "target": "pawsx"}
    kept(store, "0123456789abcdef", [scored(store, code, answers(20, of=20), **about) for code in ("en", "de")])
    bundles = store.root.parent / "bundles"
    bundles.mkdir()
    export(store, "", bundles / "mine.xeval")


@pytest.mark.parametrize("text", yaml_blocks())
def test_files_in_the_documents_can_be_read(text: str, tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_text(text, encoding="utf-8")

    if "scores:\n" in text:
        assert load_registry([path]).scores[-1].system == "Our encoder, 2024"
    elif "languages:\n" in text:
        assert "no" in load_registry([path]).languages
    else:
        assert read_config(path)[0].targets == ("mini-pos", "mini-nli")
    assert yaml.safe_load(text)


def test_the_readme_has_exactly_two_commands_for_a_fresh_machine() -> None:
    found = [line for block in blocks(ROOT / "README.md", "sh") for line in block.splitlines() if "pip install" in line]

    assert found == ["pip install -e . && xeval run --plugins noise,order", "pip install -e '.[test]' && pytest"]


def test_every_page_that_is_linked_is_there() -> None:
    for page in ROOT.glob("**/*.md"):
        links = re.findall(r"\]\((?!http)([^)#]+)", page.read_text(encoding="utf-8"))
        missing = [link for link in links if not (page.parent / link).exists()]
        assert not missing, f"{page.name} links to {missing}"
