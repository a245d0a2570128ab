"""`xeval perturb`, as a user types it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from xeval.cli import cli
from xeval.errors import XevalError
from xeval.faces.sentences import SENTENCES
from xeval.facts.registry import load_registry

HUB = Path(__file__).parents[2] / "shared" / "hub"
needs_hub = pytest.mark.skipif(not HUB.is_dir(), reason="no sample of the hub's data sets is here")


def typed(*words: str) -> str:
    result = CliRunner().invoke(cli, ["perturb", *words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_every_language_of_xtreme_r_has_a_sentence_in_its_script() -> None:
    known = {code for code, language in load_registry().languages.items() if not language.constructed}

    assert SENTENCES.keys() == known
    assert all(sentence.strip() == sentence for sentence in SENTENCES.values())


def test_the_list_says_what_where_and_which_version() -> None:
    shown = json.loads(typed("list", "--json"))["perturbations"]
    facts = {one["name"]: one for one in shown}

    assert facts["noise.keyboard"]["version"] == "2"
    assert "zh" not in facts["noise.keyboard"]["languages"]
    assert {"Latn", "Cyrl", "Grek"} <= {*facts["noise.case"]["scripts"]}
    assert all(one["what"] and one["units"] for one in shown)
    assert "all but ja, ko, my, zh" in " ".join(typed("list").split())


def test_a_preview_shows_before_after_and_each_change() -> None:
    shown = typed("preview", "noise.repeat", "--level", "1", "--text", "a boat sails")

    assert "before  a boat sails" in shown
    assert "2 of 2 eligible units changed, 100% of them, in English" in shown
    assert "boat -> b" in shown


def test_a_text_from_right_to_left_is_kept_apart_from_what_stands_beside_it() -> None:
    shown = typed("preview", "noise.keyboard", "--language", "ar", "--level", "0.3")

    assert f"before  \u2067{SENTENCES['ar']}\u2069" in shown
    assert "\u2069 -> \u2068" in shown


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("preview", "noise.swp"), "Did you mean 'noise.swap'"),
        (("preview", "noise", "--level", "1.5"), "a level is a share between 0 and 1"),
        (("preview", "noise.keyboard", "--language", "ja"), "It covers af, ar"),
        (("preview", "noise", "--language", "qda"), "Give one with --text"),
        (("stats", "noise", "--task", "xquat"), "Did you mean 'xquad'"),
        (("stats", "noise.case", "--language", "zh"), "no meaning, or no table, for Chinese"),
        (("apply", "noise", "--task", "xquad", "--language", "en", "--output", "x.jsonl"), "it has no level"),
        (("apply", "noise@.1", "--task", "mini-nli", "--language", "sw", "--output", "x.json"), "has no data in 'sw'"),
        (("apply", "noise@.1", "--task", "mini-nli", "--language", "qen", "--output", "x.tsv"), ".conll: a token"),
        (("apply", "noise@.1", "--task", "mini-nli", "--language", "qen", "--output", "no/x.json"), "is not there"),
        (("apply", "noise@chrf=2", "--task", "mini-nli", "--language", "qen", "-o", "x.jsonl"), "the nearest is chrF"),
        (("apply", "words.insert@.1", "--task", "mini-pos", "--language", "qen", "-o", "x.conll"), "adds words"),
        (("stats", "noise", "--hub", "nowhere"), "The hub folder nowhere is not there"),
        (("preview", "natural"), "no file of typos is set; use --set natural.pairs=FILE"),
        (("preview", "noise", "--set", "noise.loudness=2"), "noise has no settings"),
        (("stats", "adversarial", "--set", "adversarial.candidate=2"), "Did you mean 'candidates'"),
        (("preview", "codeswitch", "--set", "codeswitch"), "is not PLUGIN.SETTING=VALUE"),
    ],
)
def test_a_mistake_is_told_with_what_to_do(words: tuple[str, ...], message: str) -> None:
    with pytest.raises(XevalError) as mistake:
        typed(*words)

    assert message in str(mistake.value)


def test_stats_measure_bundled_sentences_where_no_data_are_named() -> None:
    rows = json.loads(typed("stats", "noise.swap", "--level", "0.2", "--json"))["rows"]

    assert {row["language"] for row in rows} == SENTENCES.keys()
    assert all(abs(row["units_changed"] - 0.2) < 0.05 for row in rows)
    assert all(row["skipped"] == 0 and 0 < row["chrf"] < 100 for row in rows)


@needs_hub
def test_stats_of_real_data_are_by_language(tiny_model: Path) -> None:
    found = typed("stats", "noise", "--hub", str(HUB), "--task", "xnli", "--model", str(tiny_model), "--json")
    rows = json.loads(found)["rows"]

    assert len({row["language"] for row in rows}) > 3
    assert all(0.18 < row["units_changed"] < 0.22 for row in rows)
    assert all(row["tokens_per_word_after"] > 0 < row["tokens_per_word"] for row in rows)


@needs_hub
def test_answers_of_a_perturbed_copy_stand_at_their_starts(tmp_path: Path) -> None:
    path = tmp_path / "noisy.json"
    typed(
        "apply",
        "noise@0.4",
        "--task",
        "xquad",
        "--hub",
        str(HUB),
        "--language",
        "es",
        "--limit",
        "40",
        "--output",
        str(path),
    )
    document = json.loads(path.read_text())
    paragraphs = [paragraph for article in document["data"] for paragraph in article["paragraphs"]]
    answers = [(p["context"], a) for p in paragraphs for question in p["qas"] for a in question["answers"]]

    assert len(paragraphs) == 40
    assert all(context[a["answer_start"] :].startswith(a["text"]) for context, a in answers)
    assert document["xeval"]["change"]["units_changed"] == pytest.approx(0.4, abs=0.02)
    assert [*tmp_path.iterdir()] == [path]


def test_a_copy_at_a_chrf_has_that_chrf(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"

    typed("apply", "noise@chrf=80", "--task", "mini-nli", "--language", "qaa", "--limit", "50", "-o", str(path))

    told = json.loads(pq.read_table(path).schema.metadata[b"xeval"])
    assert told["change"]["chrf"] == pytest.approx(80, abs=1)
    assert told["level"] > 0.2


def test_each_suffix_is_written_as_it_says(tmp_path: Path) -> None:
    def apply(task: str, name: str, *more: str) -> Path:
        path = tmp_path / name
        options = ("--language", "qaa", "--limit", "9", "--output", str(path))
        typed("apply", "noise.repeat@1", "--task", task, *options, *more)
        return path

    sentences = apply("mini-pos", "a.conll").read_text().strip().split("\n\n")
    lines = [json.loads(line) for line in apply("mini-pos", "a.jsonl").read_text().splitlines()]
    table = pq.read_table(apply("mini-pos", "a.parquet"))

    assert len(sentences) == len(lines) == table.num_rows == 9
    assert [row.split("\t") for row in sentences[0].split("\n")] == list(
        map(list, zip(lines[0]["tokens"], lines[0]["tags"], strict=True))
    )
    assert table.column("tokens").to_pylist() == [line["tokens"] for line in lines]
    assert json.loads(table.schema.metadata[b"xeval"])["perturbation"] == "noise.repeat@1"


def test_nothing_is_overwritten_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("mine")
    words = ("apply", "noise@0.1", "--task", "mini-nli", "--language", "qen", "--limit", "3", "--output", str(path))
    with pytest.raises(XevalError, match="--force"):
        typed(*words)

    assert path.read_text() == "mine"
    typed(*words, "--force")
    assert len(path.read_text().splitlines()) == 3


def test_examples_that_a_suffix_cannot_say_leave_nothing_behind(tmp_path: Path) -> None:
    words = ("apply", "noise@0.1", "--task", "mini-pos", "--language", "qen", "--output", str(tmp_path / "a.json"))
    with pytest.raises(XevalError, match="questions with contexts"):
        typed(*words)

    assert not [*tmp_path.iterdir()]


# ------------------------------------------------------------------------------------------- settings, learning, guests


def test_a_setting_is_heard_by_preview_stats_and_apply(tmp_path: Path) -> None:
    pairs = tmp_path / "typos.tsv"
    pairs.write_text("baot\tboat\ten\n")
    settings = ("--set", f"natural.pairs={pairs}")
    shown = typed("preview", "natural", "--level", "1", "--text", "A boat sails", *settings)
    rows = json.loads(typed("stats", "natural", "--json", *settings))["rows"]

    assert "boat -> baot" in shown
    assert [row["language"] for row in rows] == ["en"]


def test_what_learns_from_translations_learns_from_those_of_the_task(tmp_path: Path) -> None:
    path = tmp_path / "mixed.jsonl"
    typed("apply", "codeswitch@1", "--task", "mini-nli", "--language", "qaa", "--output", str(path))
    (row,) = json.loads(typed("stats", "codeswitch", "--task", "mini-nli", "--language", "qaa", "--json"))["rows"]

    assert path.stat().st_size
    assert row["units_changed"] == pytest.approx(0.2, abs=0.02)


@needs_hub
def test_data_that_are_not_at_hand_in_a_language_are_told_with_those_that_are(tmp_path: Path) -> None:
    output = tmp_path / "x.json"
    words = ("apply", "noise@0.2", "--task", "xquad", "--language", "el", "--hub", str(HUB), "-o", str(output))
    with pytest.raises(XevalError) as mistake:
        typed(*words)

    assert "not at hand in Greek (el)" in str(mistake.value)
    assert "xquad is at hand in ar, de, en, es, hi, vi, zh." in str(mistake.value)
    assert not output.exists()


@pytest.mark.parametrize(
    ("plugin", "words", "message"),
    [
        ("raises-in-covers", ("list", "--plugins", "raises-in-covers"), "raised KeyError"),
        ("raises-in-covers", ("preview", "raises-in-covers", "--language", "de"), "raised KeyError: 'de', in covers"),
        ("raises-in-work", ("preview", "raises-in-work"), "raised ZeroDivisionError: no vowels, in perturb"),
        ("hangs-in-work", ("stats", "hangs-in-work", "--language", "en"), "took longer than 1 seconds"),
    ],
)
def test_somebody_elses_plugin_that_fails_is_named(
    plugin: str, words: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on_path(plugin, tmp_path, monkeypatch)
    monkeypatch.setenv("XEVAL_PLUGIN_SECONDS", "1")
    with pytest.raises(XevalError) as mistake:
        typed(*words)

    assert f"The plugin {plugin!r}" in str(mistake.value)
    assert message in str(mistake.value)


def put_on_path(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of the bad plugins, as pip would install it."""
    module = f"bad_{name.replace('-', '_')}"
    here = Path(__file__).parent
    for file in (here / "bad_plugins" / name / f"{module}.py", here / "right_plugins" / "right.py"):
        shutil.copy(file, folder)
    about = folder / f"xeval_{name.replace('-', '_')}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: xeval-{name}\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[xeval]\n{name} = {module}\n")
    monkeypatch.syspath_prepend(folder)
