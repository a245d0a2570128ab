"""The page about tasks, and the example of one: what they show can be read, and run."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from xeval.cli import main
from xeval.faces.settings import read_config
from xeval.faces.taskpages import show_task
from xeval.facts.registry import load_registry
from xeval.facts.taskentries import ALLOWED, READERS, TaskEntry
from xeval.sources.declared import load_catalogue

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "tasks.md").read_text(encoding="utf-8")
CONFIG = ROOT / "examples" / "my-task" / "xeval.yaml"


def blocks() -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_entries_on_the_page_are_lawful(tmp_path: Path) -> None:
    for name in ("ud-treebanks-v2.5", "xquad"):
        (tmp_path / name).mkdir()
    assert len(blocks()) == 3
    for text in blocks():
        (tmp_path / "registry.yaml").write_text(text)
        load_catalogue([], load_registry([tmp_path / "registry.yaml"]))


def test_a_task_of_ones_own_is_shown_with_its_files_and_asks_for_no_folder(capfd: pytest.CaptureFixture[str]) -> None:
    assert show_task("my-topic", (), (CONFIG.with_name("registry.yaml"),), None) == 0
    shown = capfd.readouterr().out

    assert "en.train.csv" in shown
    assert "FOLDER" not in shown


def test_the_page_names_every_key_column_and_reader() -> None:
    given = {"name", "folder", "where"}
    columns = {name for names in ALLOWED.values() for name in names}
    wanted = {name for name in TaskEntry.__dataclass_fields__ if name not in given} | columns | set(READERS)

    assert {name for name in wanted if not re.search(rf"`{name}\b", PAGE)} == set()


def test_the_page_names_every_task_that_reads_original_files() -> None:
    catalogue = load_catalogue([], load_registry())
    tasks = [*catalogue.targets.offers.values(), *catalogue.intermediates.offers.values()]

    assert all(f"`{one.name}`" in PAGE for one in tasks if getattr(one.plugin, "original", None))


def test_the_registry_of_the_example_is_found_from_anywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)

    wishes, registries = read_config(CONFIG)

    assert wishes.targets == ("my-topic",)
    assert set(load_catalogue([], load_registry(registries)).targets["my-topic"].languages) == {"en", "de", "es"}


@pytest.mark.slow
def test_the_example_gives_a_score_in_every_language(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(CONFIG.parent, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)

    def ends(*arguments: str) -> tuple[object, str]:
        monkeypatch.setattr(sys, "argv", ["xeval", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        return end.value.code, capfd.readouterr().out

    code, out = ends("run", "--config", "xeval.yaml", "--json")
    cells = json.loads(out)["cells"]
    assert code == 0
    assert {cell["language"]: cell["state"] for cell in cells} == dict.fromkeys(("en", "de", "es"), "done")
    assert next(cell["score"] for cell in cells if cell["language"] == "en") > 0.4  # a third is chance
    for registry in ([], ["--registry", "registry.yaml"]):  # it is read once, whether it is named or only there
        assert ends("leaderboard", "--rescore", *registry, "-o", "board.json")[0] == 0
        assert json.loads((tmp_path / "board.json").read_text())["schema"] == "xeval.leaderboard/1"
