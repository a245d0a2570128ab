"""Plugins: listed without importing, imported only when asked for, and a broken one stops nobody."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from xeval.errors import BadPlugin, UnknownName
from xeval.faces.pluginpages import list_plugins
from xeval.running.discovery import discover, installed

Install = Callable[..., None]

SHOUT = """
    from xeval.api import Piece, hookimpl

    class Shout:
        name = "{name}"
        version = "1"
        def covers(self, language): return True
        def perturb(self, text, language, level, rng): return [Piece(text.upper(), 0, len(text))]

    @hookimpl
    def xeval_perturbations(): return [Shout()]
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a distribution with one plugin module on the path, as pip would."""
    monkeypatch.syspath_prepend(tmp_path)

    def put(distribution: str, entry: str, code: str) -> None:
        module = distribution.replace("-", "_")
        monkeypatch.delitem(sys.modules, module, raising=False)
        (tmp_path / f"{module}.py").write_text(textwrap.dedent(code))
        about = tmp_path / f"{module}-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text(f"[xeval]\n{entry} = {module}\n")

    return put


def test_listing_names_everything_and_imports_nothing(install: Install) -> None:
    install("xeval-bomb", "bomb", "raise SystemExit('imported')")

    assert ("bomb", "xeval-bomb", False) in [(e.name, e.distribution, e.shipped) for e in installed()]
    assert {"noise", "order", "mini"} <= {entry.name for entry in installed() if entry.shipped}


def test_the_list_says_in_few_words_that_a_foreign_plugin_waits_to_be_named(
    install: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    install("xeval-shout", "shout", SHOUT.format(name="shout"))

    assert list_plugins(as_json=False) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith(" shout ")]
    assert line.split("  ")[-1].strip() == "imported when named"


def test_a_foreign_plugin_is_loaded_only_when_asked_for_or_allowed(install: Install) -> None:
    install("xeval-shout", "shout", SHOUT.format(name="shout"))

    assert "shout" not in discover().perturbations
    assert "shout" in discover(asked=["shout"]).perturbations
    assert "shout" in discover(allowed=["xeval-shout"]).perturbations


def test_asking_for_what_was_not_loaded_says_so(install: Install) -> None:
    install("xeval-shout", "shout", SHOUT.format(name="shout"))

    with pytest.raises(BadPlugin, match="imported only when asked for"):
        discover().perturbations["shout"]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import nothing_of_that_name", "ModuleNotFoundError: No module named 'nothing_of_that_name'"),
        ("1 / 0", "ZeroDivisionError"),
        ("x = 1", "offers nothing"),
        ("def xeval_perturbation(): return []", "xeval_perturbation, which is no hook .xeval_perturbations is"),
        (SHOUT.replace('version = "1"', "pass"), "it lacks version"),
        (SHOUT.replace('version = "1"', "version = 1"), "version must be text"),
    ],
)
def test_a_broken_plugin_is_set_aside_with_its_reason(install: Install, code: str, reason: str) -> None:
    install("xeval-broken", "broken", code)

    catalogue = discover(asked=["broken"])

    assert "noise" in catalogue.perturbations
    with pytest.raises(BadPlugin, match=reason):
        catalogue.entry("broken")


def test_two_claimants_of_an_entry_point_are_named_both(install: Install) -> None:
    install("xeval-one", "typo", SHOUT.format(name="typo"))
    install("xeval-two", "typo", SHOUT.format(name="typo"))

    catalogue = discover(asked=["typo"])

    assert "noise" in catalogue.perturbations
    with pytest.raises(BadPlugin, match=r"claimed by xeval-(one and by xeval-two|two and by xeval-one)"):
        catalogue.perturbations["typo"]


def test_two_plugins_that_offer_one_name_are_named_both(install: Install) -> None:
    install("xeval-one", "one", SHOUT.format(name="typo"))
    install("xeval-two", "two", SHOUT.format(name="typo"))

    with pytest.raises(BadPlugin, match=r"'typo': xeval-one .* and xeval-two"):
        discover(asked=["one", "two"])


def test_an_unknown_name_comes_with_the_nearest_one() -> None:
    with pytest.raises(UnknownName, match=r"Did you mean 'noise'\?"):
        discover().entry("nosie")


def test_discovery_loads_no_heavy_library() -> None:
    script = (
        "import sys; from xeval.running.discovery import discover; discover(); "
        "print([m for m in HEAVY if m in sys.modules])"
    )
    heavy = "HEAVY = ('torch', 'transformers', 'datasets', 'tokenizers', 'numpy', 'pyarrow'); "

    found = subprocess.run([sys.executable, "-c", heavy + script], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


def test_a_plugin_for_another_xeval_is_listed_as_such_and_not_imported(install: Install, tmp_path: Path) -> None:
    install("xeval-future", "future", "raise SystemExit('imported')")
    metadata = tmp_path / "xeval_future-1.0.dist-info" / "METADATA"
    metadata.write_text(f"{metadata.read_text()}Requires-Dist: xeval_harness>=99\n")

    catalogue = discover(asked=["future"])

    with pytest.raises(BadPlugin, match=r"xeval-future 1.0 needs xeval-harness>=99, and this is 0.*it is incompatible"):
        catalogue.entry("future")


def test_a_requirement_that_is_met_is_no_hindrance(install: Install, tmp_path: Path) -> None:
    install("xeval-shout", "shout", SHOUT.format(name="shout"))
    metadata = tmp_path / "xeval_shout-1.0.dist-info" / "METADATA"
    metadata.write_text(f"{metadata.read_text()}Requires-Dist: xeval-harness>=0.1\nRequires-Dist: numpy>=99\n")

    assert "shout" in discover(asked=["shout"]).perturbations
