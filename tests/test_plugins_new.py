"""`xeval plugins new`: packages that install, pass their tests and run, with nothing to delete."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from xeval.errors import BadValue
from xeval.faces.plugincommands import KINDS as OFFERED
from xeval.scaffold.writing import KINDS, RUNS, contents, write_package
from xeval.testing import Ending

ROOT = Path(__file__).parent.parent
EXAMPLES = {"scripts-in-turn": "language-order", "longer": "target-task"}


def test_the_command_offers_every_kind() -> None:
    assert OFFERED == KINDS


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


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment that sees the packages of this one, and nothing of the examples."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, with_pip=False, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    places = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "around.pth").write_text("".join(f"import site; site.addsitedir({path!r})\n" for path in places))
    return folder / "bin" / "python"


def call(python: Path, where: Path, *arguments: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XEVAL_", "PYTHONPATH"))}
    ended = subprocess.run([python, "-m", *arguments], cwd=where, env=kept, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.mark.slow
@pytest.mark.parametrize("name", ["plugin-example", *EXAMPLES, *(f"new-{kind}" for kind in KINDS)])
def test_packages_install_pass_their_tests_and_are_planned(name: str, fresh: Path, tmp_path: Path) -> None:
    """In a fresh virtual environment: pip install, pytest, xeval plugins check, and the run that the README shows."""
    folder = ROOT / "examples" / f"xeval-{name}"
    if name.startswith("new-"):
        folder = write_package(name.removeprefix("new-"), name, tmp_path)
    plugin = {"plugin-example": "vowel-drop"}.get(name, name)
    kind = EXAMPLES.get(name, name.removeprefix("new-") if name.startswith("new-") else "perturbation")
    offline = ("--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "-q")
    source = tmp_path / "source"
    source.mkdir()
    subprocess.run(["cp", "-r", str(folder), str(source)], check=True)  # a build leaves files beside its sources

    call(fresh, tmp_path, "pip", "install", *offline, str(source / folder.name))

    assert "passed" in call(fresh, tmp_path, "pytest", "-q", "-p", "no:cacheprovider", str(folder / "tests"))
    assert "nothing to fix." in call(fresh, tmp_path, "xeval", "plugins", "check", plugin)
    line = RUNS[kind].replace("$name", plugin).replace("'", "").split()
    if kind == "study":
        assert "pretrain" in call(fresh, tmp_path, *line)
    else:
        assert json.loads(call(fresh, tmp_path, "xeval", "plan", *line[2:], "--json"))["cells"] > 0
