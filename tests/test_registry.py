"""The registry: what ships is sound, and a user's file adds to it and says what it replaces."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from xeval.boards.benchmarks import BENCHMARKS
from xeval.errors import BadFile
from xeval.facts.overlays import overlays
from xeval.facts.registry import SHIPPED, load_registry
from xeval.facts.registrychecks import BENCHMARKS as KNOWN
from xeval.facts.yamlfile import read_yaml
from xeval.tasks.mini.lexicon import described

ROOT = Path(__file__).parent.parent
SHIPPED_LINES = SHIPPED.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    return tmp_path / "registry.yaml"


def mistakes(overlay: Path, text: str) -> list[str]:
    overlay.write_text(text)
    with pytest.raises(BadFile) as raised:
        load_registry([overlay])
    return [problem.removeprefix(f"{overlay}:") for problem in raised.value.problems]


def line_of(start: str) -> int:
    return next(number for number, line in enumerate(SHIPPED_LINES, 1) if line.startswith(start))


def test_the_fifty_languages_of_xtreme_r_are_there() -> None:
    languages = load_registry().languages
    natural = [language for language in languages.values() if not language.constructed]

    assert len(natural) == 50
    assert all(len(language.iso3) == 3 and len(language.script) == 4 for language in natural)
    assert {name for language in natural for name in language.distances} == {
        "syntactic",
        "phonological",
        "inventory",
        "genetic",
    }
    assert set(languages["en"].distances.values()) == {0.0}
    assert "genetic" not in languages["eu"].distances  # Basque is in no family


def test_norwegian_is_not_among_them_and_an_overlay_can_add_it(overlay: Path) -> None:
    assert "no" not in load_registry().languages

    overlay.write_text("languages:\n  no: {name: Norwegian, family: Germanic, script: Latn, resource: 1}\n")

    assert load_registry([overlay]).languages["no"].name == "Norwegian"


def test_the_languages_of_the_testbed_are_as_it_builds_them() -> None:
    languages = load_registry().languages
    assert {code: languages[code] for code in languages if languages[code].constructed} == described()


def test_suites_name_tasks_and_orders_that_ship() -> None:
    entries = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["xeval"]
    for suite in load_registry().suites.values():
        tasks = [task for task in (*suite.targets, *suite.intermediates) if not task.startswith("mini-")]
        assert set(tasks) <= set(entries), suite.name


def test_every_source_has_a_licence_and_a_citation() -> None:
    assert all(source.licence and source.citation for source in load_registry().sources.values())


def test_published_scores_are_shares_with_a_source() -> None:
    scores = load_registry().scores

    assert all(0 < score.score < 1 and "https://" in score.source for score in scores)
    assert next(s.score for s in scores if (s.system, s.task, s.metric) == ("XLM-R large", "xnli", "accuracy")) == 0.792


def test_a_model_says_how_it_is_used() -> None:
    models = load_registry().models

    assert (models["xlm-roberta-large"].retrieval.layer, models["xlm-roberta-base"].retrieval.layer) == (14, 8)
    assert all(bool(model.repository) != bool(model.pretraining) for model in models.values())


def test_the_file_in_the_package_is_the_one_at_the_root() -> None:
    assert SHIPPED.read_bytes() == (ROOT / "registry.yaml").read_bytes()


def test_published_scores_may_be_of_every_benchmark_that_a_board_shows() -> None:
    assert set(KNOWN) == {name for benchmark in BENCHMARKS for name in benchmark.published}


def test_an_overlay_adds_models_suites_scores_and_allowed_plugins(overlay: Path) -> None:
    overlay.write_text(
        "models:\n  mine: {repository: me/mine, training: {learning_rate: 1e-4}}\n"
        "suites:\n  own: {description: my own, models: [mine], languages: [en, de], levels: [0, 0.5]}\n"
        "scores:\n- {system: X, benchmark: xtreme, source: 'https://x', scores: {xnli: {accuracy: 50}}}\n"
        "allowed: [xeval-plugin-example]\n"
    )

    registry = load_registry([overlay])

    assert registry.models["mine"].training == {"learning_rate": 1e-4}
    assert registry.suites["own"].levels == (0.0, 0.5)
    assert registry.scores[-1].score == 0.5
    assert registry.allowed == ("xeval-plugin-example",)
    assert "xlm-roberta-base" in registry.models


@pytest.mark.parametrize(
    ("said", "meant"),
    [("./enc", "./sub/enc"), ("../enc", "./sub/../enc"), ("org/enc", "org/enc"), ("/abs/enc", "/abs/enc")],
)
@pytest.mark.parametrize("section", ["models", "translators"])
def test_the_folder_of_a_model_is_seen_from_the_registry_and_not_from_where_one_types(
    section: str, said: str, meant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("sub").mkdir()
    Path("sub/registry.yaml").write_text(f"{section}:\n  mine: {{repository: {said}}}\n")

    assert getattr(load_registry([Path("sub/registry.yaml")]), section)["mine"].repository == meant
    Path("registry.yaml").write_text(f"{section}:\n  mine: {{repository: {said}}}\n")
    assert getattr(load_registry([Path("registry.yaml")]), section)["mine"].repository == said


def test_a_shipped_entry_is_replaced_only_by_one_that_says_so(overlay: Path) -> None:
    text = "models:\n  xlm-roberta-base: {repository: me/mine}\n"
    there = f"there already, from {SHIPPED}:{line_of('  xlm-roberta-base:')}"

    assert mistakes(overlay, text) == [
        f"2: models.xlm-roberta-base: 'xlm-roberta-base' is {there}; to replace it, add override: true"
    ]

    overlay.write_text(text.replace("}", ", override: true}"))
    assert load_registry([overlay]).models["xlm-roberta-base"].repository == "me/mine"


def test_a_copy_of_the_shipped_registry_in_the_working_directory_is_none_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(SHIPPED, "registry.yaml")
    assert overlays() == ()

    Path("registry.yaml").write_text(SHIPPED.read_text() + "# mine\n")
    assert overlays() == (Path("registry.yaml"),)


def test_what_replaces_nothing_is_a_mistake(overlay: Path) -> None:
    text = "models:\n  xlm-roberta-bsae: {repository: me/mine, override: true}\n"

    assert mistakes(overlay, text) == [
        "2: models.xlm-roberta-bsae: there is no 'xlm-roberta-bsae' to replace; did you mean 'xlm-roberta-base'?"
    ]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("model: {}", "1: model: is not a known key. Did you mean 'models'?"),
        ("models: [a]", "1: models: is not a mapping from names to entries"),
        ("models: {m: {repo: a/b}}", "1: models.m.repo: is not a known key. Did you mean 'repository'?"),
        ("models: {m: {repository: 3}}", '1: models.m.repository: is 3, not text; write "3" if it is meant as text'),
        ("models: {m: {note: none}}", "1: models.m: needs either a repository or a pretraining, and not both"),
        ("models: {m: {repository: a/b}, m: {}}", "1: models.m: is given twice, first in line 1"),
        (
            "models: {m: {pretraining: {corpus: mini-text, strategy: [mlm, tml]}}}",
            "1: models.m.pretraining.strategy[1]: is 'tml', not one of warm-start, mlm, tlm; did you mean 'tlm'?",
        ),
        ("languages: {no: {name: Norwegian}}", "1: languages.no: lacks 'family'"),
        (
            "languages: {x: {name: X, family: F, script: Latn, resource: 7}}",
            "1: languages.x.resource: is 7, outside 0 to 5",
        ),
        (
            "languages: {x: {name: X, family: F, script: Latn, distances: {a: 2}}}",
            "1: languages.x.distances.a: is 2, outside 0 to 1",
        ),
        (
            "suites: {s: {description: d, levels: [1.5]}}",
            "1: suites.s.levels[0]: is 1.5; a level is a share between 0 and 1",
        ),
        (
            "suites: {s: {description: d, models: [xlm-roberta-bse]}}",
            "1: suites.s.models[0]: no model is called 'xlm-roberta-bse'; did you mean 'xlm-roberta-base'?",
        ),
        (
            "suites: {s: {description: d, languages: [no, en]}}",
            "1: suites.s.languages[0]: no language is called 'no'; did you mean 'yo'?",
        ),
        ("sources: {a/b: {licence: MIT}}", "1: sources.a/b: lacks 'citation'"),
        ("allowed: yes", "1: allowed: is 'yes', not a list such as [a, b]"),
        ("scores: [{system: X}]", "1: scores[0]: lacks 'benchmark'"),
        (
            "just text",
            "1: is not a mapping with keys such as languages, models, sources, suites, tasks, files",
        ),
    ],
)
def test_each_mistake_has_its_file_line_and_key(overlay: Path, text: str, mistake: str) -> None:
    assert mistake in mistakes(overlay, text)


def test_all_mistakes_of_a_file_are_told_at_once(overlay: Path) -> None:
    text = "models:\n  a: {repo: x}\n  b: {repository: 1}\nsuites:\n  s: {levels: [2]}\nodd: 1\n"

    assert [problem.split(":")[0] for problem in mistakes(overlay, text)] == ["2", "3", "5", "5", "6"]


def test_a_second_overlay_may_not_take_a_name_of_the_first(overlay: Path, tmp_path: Path) -> None:
    second = tmp_path / "second.yaml"
    for path in (overlay, second):
        path.write_text("models:\n  mine: {repository: me/mine}\n")

    with pytest.raises(BadFile, match=f"'mine' is there already, from {overlay}:2"):
        load_registry([overlay, second])


def test_an_empty_overlay_changes_nothing(overlay: Path) -> None:
    overlay.write_text("# nothing yet\nmodels:\n")

    assert load_registry([overlay]) == load_registry()


def test_the_shipped_file_is_plain_enough_for_any_reader() -> None:
    assert set(read_yaml(SHIPPED).value) == {"languages", "models", "sources", "suites", "sets", "scores", "allowed"}
