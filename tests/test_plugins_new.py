"""`xeval plugins new`: packages that install, pass their tests and run, with nothing to delete."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from xeval.errors import BadValue
from xeval.faces.plugincommands import KINDS
from xeval.scaffold.writing import RUNS, contents, write_package
from xeval.testing import Ending

ROOT = Path(__file__).parent.parent
EXAMPLES = {"scripts-in-turn": "language-order", "longer": "target-task"}


def test_the_command_offers_every_kind() -> None:
    assert tuple(RUNS) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_package_has_nothing_to_fix(kind: str, tmp_path: Path, run_xeval: Callable[..., Ending]) -> None:
    folder = write_package(kind, "my-first", tmp_path)

    checked = run_xeval("plugins", "check", str(folder))

    assert (checked.code, checked.out.splitlines()[-1][-15:]) == (0, "nothing to fix."), checked.out + checked.err


def test_the_command_says_what_the_guide_says(run_xeval: Callable[..., Ending]) -> None:
    _, _, guide = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8").partition("## A package to begin with")
    first, *then = [line.strip() for line in guide.splitlines() if line.startswith("    ")][:5]

    ended = run_xeval(*first.split()[1:])

    assert [line.strip() for line in ended.out.splitlines()[1:]] == then


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("My Noise", "Did you mean 'my-noise'?"),
        ("1noise", "Did you mean 'noise'?"),
        ("a--b", "Did you mean 'a-b'?"),
        ("../up", "Did you mean 'up'?"),
        ("шум", "Write my-noise, for instance."),
        ("by-script", "xeval-harness has a plugin 'by-script' already"),
        ("noise", "xeval-harness has a plugin 'noise' already. Put your lab in front: lab-noise."),
        ("class", "'class' is a word of Python. Write my-class."),
    ],
)
def test_a_name_that_cannot_be_is_refused(name: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(BadValue) as raised:
        write_package("perturbation", name, tmp_path)

    assert message in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "xeval-leet").mkdir()

    with pytest.raises(BadValue, match="is there already"):
        write_package("perturbation", "leet", tmp_path)

    assert list(tmp_path.rglob("*")) == [tmp_path / "xeval-leet"]


def test_an_unknown_kind_ends_with_2(run_xeval: Callable[..., Ending], tmp_path: Path) -> None:
    ended = run_xeval("plugins", "new", "pertubation", "leet")

    assert (ended.code, ended.out, list(tmp_path.iterdir())) == (2, "", [])


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_are_what_is_written(name: str) -> None:
    folder = ROOT / "examples" / f"xeval-{name}"

    for path, text in contents(EXAMPLES[name], name).items():
        assert (folder / path).read_text(encoding="utf-8") == text, path


def call(python: Path, where: Path, *arguments: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XEVAL_", "PYTHONPATH"))}
    ended = subprocess.run([python, "-m", *arguments], cwd=where, env=kept, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


PACKAGES = {  # the plugins that they install, by kind; those of EXAMPLES are what `plugins new` writes of their kind
    "vowel-drop": "perturbation",
    **EXAMPLES,
    **{f"new-{kind}": kind for kind in KINDS if kind not in EXAMPLES.values()},
}


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folders of packages, by plugin; a build leaves files beside its sources, so they are copies."""
    folder = tmp_path_factory.mktemp("sources")
    found = {name: write_package(kind, name, folder) for name, kind in PACKAGES.items() if name.startswith("new-")}
    for name in (*EXAMPLES, "vowel-drop"):
        example = ROOT / "examples" / ("xeval-plugin-example" if name == "vowel-drop" else f"xeval-{name}")
        found[name] = shutil.copytree(example, folder / example.name)
    return found


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory, sources: dict[str, Path]) -> Path:
    """A virtual environment that sees the packages of this one, with ours installed by pip."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, with_pip=False, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    places = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "around.pth").write_text("".join(f"import site; site.addsitedir({path!r})\n" for path in places))
    offline = ("--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "-q")
    call(folder / "bin" / "python", folder, "pip", "install", *offline, *map(str, sources.values()))
    return folder / "bin" / "python"


@pytest.mark.slow
@pytest.mark.xdist_group("packages")  # one environment for all
def test_packages_that_pip_installed_pass_their_tests(fresh: Path, sources: dict[str, Path], tmp_path: Path) -> None:
    tests = [str(folder / "tests") for folder in sources.values()]
    options = ("-n", "0", "-q", "-p", "no:cacheprovider", "--import-mode=importlib", f"--junit-xml={tmp_path}/told.xml")

    call(fresh, tmp_path, "pytest", *options, *tests)

    ran = {case.attrib["classname"] for case in ElementTree.parse(tmp_path / "told.xml").iter("testcase")}
    modules = {path.stem for folder in sources.values() for path in (folder / "tests").glob("test_*.py")}
    assert len(modules) == len(sources)
    assert {part for name in ran for part in name.split(".") if part.startswith("test_")} == modules


@pytest.mark.slow
@pytest.mark.xdist_group("packages")
def test_one_that_pip_installed_has_nothing_to_fix(fresh: Path, tmp_path: Path) -> None:
    assert "nothing to fix." in call(fresh, tmp_path, "xeval", "plugins", "check", "vowel-drop")


@pytest.mark.slow
@pytest.mark.xdist_group("packages")
@pytest.mark.parametrize("name", PACKAGES)
def test_the_run_that_its_page_shows_is_planned(name: str, fresh: Path, tmp_path: Path) -> None:
    line = RUNS[PACKAGES[name]].replace("$name", name).replace("'", "").split()
    if PACKAGES[name] == "study":
        assert "pretrain" in call(fresh, tmp_path, *line)
    else:
        assert json.loads(call(fresh, tmp_path, "xeval", "plan", *line[2:], "--json"))["cells"] > 0
