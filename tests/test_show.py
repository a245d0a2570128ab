"""The examples behind a score: an evaluation as the store holds it, looked at by the command."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from test_docs import commands, end

from xeval.cell import Cell
from xeval.faces.examplepage import noisy_beside, target_of
from xeval.perturbation import PerturbationRef
from xeval.running.evaluating import write_evaluation
from xeval.running.evidence import evidence_in
from xeval.running.jobs import Setup
from xeval.running.results import RunRecord, save_run
from xeval.running.store import Store
from xeval.running.workbench import Evaluated, lay_out
from xeval.scores.looking import gold_of, said_of, texts_of
from xeval.sources.rows import Place, fingerprint
from xeval.values import (
    Answer,
    Example,
    Json,
    LabelledText,
    MultipleChoice,
    Prediction,
    Query,
    Question,
    SentencePair,
    TaggedTokens,
)

CLEAN, NOISY = "a" * 24, "b" * 24
LIMIT = 12


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A run of `mini-nli` in `qaa`: right in all but the third clean example, and under noise in none."""
    kept, bench = Store(tmp_path), lay_out(Setup(tmp_path, plugins=("mini", "noise")))
    task: Any = bench.catalogue.targets["mini-nli"]
    version = bench.catalogue.perturbations["noise"].version
    noise = {"name": "noise", "version": version, "level": 0.3, "seed": 0, "policy": "protect"}
    cells = []
    for key, how in ((CLEAN, None), (NOISY, noise)):
        params: dict[str, Any] = {
            "task": {"shelf": "target", "name": "mini-nli", "version": task.version},
            "data": fingerprint(task.data("test", "qaa"), Place()),
            "split": "test",
            "language": "qaa",
            "limit": LIMIT,
            "perturbation": how,
        }
        examples = bench.evaluated(task, params).examples
        said = [Prediction(e.uid, answer(e, n, how is None, task.labels)) for n, e in enumerate(examples)]
        with kept.writing(key) as (folder, manifest):
            write_evaluation(folder, task, Evaluated(list(examples)), said)
            manifest["params"] = params
        score = 11 / 12 if how is None else 0.0
        where = ("mini", "none", "mini-nli", "qaa", "qen", how and "noise", 0.3 if how else 0.0, 0)
        cells.append(Cell(*where, "accuracy", score, 0.0, 1.0, LIMIT, "done", key=key))
    record = RunRecord("0123456789abcdef", 1.0, {}, tuple(cells), {"limit": LIMIT}, (), (), "", {})
    save_run(kept, record, evidence_in(kept, cells))
    return tmp_path


def answer(example: Example, number: int, is_clean: bool, labels: tuple[str, ...]) -> str:
    assert isinstance(example, LabelledText)
    wrong = next(label for label in labels if label != example.label)
    return example.label if is_clean and number != 2 else wrong


def shown(arguments: str, store: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> str:
    code = end(monkeypatch, ["show", *arguments.split(), "--store", str(store)])
    out, err = capfd.readouterr()
    return out if code == 0 else f"{code}: {err}"


def document(arguments: str, *where: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shown(f"{arguments} --json", *where))
    return found


# ---------------------------------------------------------------------------------------------------------- command


def test_what_went_wrong_is_shown_with_what_would_have_been_right(
    store: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (only,) = document("mini-nli/qaa --wrong", store, monkeypatch, capfd)["examples"]

    assert not only["clean"]["is_right"]
    assert only["clean"]["gold"] != only["clean"]["said"]
    assert only["clean"]["uid"].endswith("2")


def test_what_noise_turned_wrong_comes_before_what_always_was(
    store: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    examples = document("mini-nli/qaa --wrong --noise noise@0.3 -n 99", store, monkeypatch, capfd)["examples"]

    assert [one["clean"]["is_right"] for one in examples] == [True] * 11 + [False]
    assert any(one["clean"]["texts"] != one["noise@0.3"]["texts"] for one in examples)
    assert all(one["clean"]["uid"] == one["noise@0.3"]["uid"] for one in examples)


def test_the_screen_has_scores_texts_and_signs(
    store: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    text = shown("0123 mini-nli/qaa --noise noise@0.3 -n 1", store, monkeypatch, capfd)

    assert "mini-nli/qaa of mini, seed 0: accuracy 91.7 clean, 0.0 noise@0.3; of 12 items 1 wrong clean, 12" in text
    for word in ("gold", "said", "✓", "✗"):
        assert word in text


def test_a_cell_with_a_level_by_chrf_is_found_by_what_asked_for_it() -> None:
    about = ("mini", "none", "mini-nli", "qaa", "qen")
    clean, noisy = (
        Cell(*about, kind, level, 0, "accuracy", 0.5, None, None, 1, "done")
        for kind, level in ((None, 0.0), ("noise@chrf", 0.2))
    )

    assert noisy_beside(clean, [clean, noisy], PerturbationRef.parse("noise@chrf=80")) is noisy


@pytest.mark.parametrize("command", [c for c in commands() if c.split()[1] == "show"])
def test_what_is_shown_in_the_documents_can_be_shown(
    command: str, store: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert "mini-nli" in shown(command.removeprefix("xeval show "), store, monkeypatch, capfd)


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        ("mini-nli", "TASK/LANGUAGE"),
        ("mini-nli/qab", "mini-nli/qaa"),
        ("mini-nli/qaa --noise noise@0.2", "noise@0.3"),
        ("mini-nli/qaa --noise noise", "noise@0.2"),
        ("mini-nli/qaa --filter model=minni", "mini"),
        ("9 mini-nli/qaa", "run"),
        ("a b mini-nli/qaa", "[RUN] TASK/LANGUAGE"),
    ],
)
def test_a_mistake_says_what_there_is(
    arguments: str, remedy: str, store: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    text = shown(arguments, store, monkeypatch, capfd)

    assert text.startswith("2: ")
    assert remedy in text


def rewrite(store: Path, **changes: Json) -> None:
    path = Store(store).path(CLEAN) / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps(manifest | {"params": manifest["params"] | changes}))


def test_predictions_of_other_data_than_there_are_now_are_not_shown(
    store: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    rewrite(store, data={"made": "mini-nli", "version": "0"})

    assert "mini-nli changed since this cell was scored" in shown("mini-nli/qaa", store, monkeypatch, capfd)


def test_examples_that_do_not_pair_with_predictions_are_not_shown(
    store: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    rewrite(store, limit=LIMIT - 1)

    assert "other examples now" in shown("mini-nli/qaa", store, monkeypatch, capfd)


def test_a_cell_whose_predictions_are_gone_says_how_to_make_them_again(
    store: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    Store(store).discard(CLEAN)

    assert "xeval run" in shown("mini-nli/qaa", store, monkeypatch, capfd)


# --------------------------------------------------------------------------------------------------- every format

TAGGED = TaggedTokens("1", "en", ("Anna", "sleeps"), ("B-PER", "O"))


@pytest.mark.parametrize(
    ("example", "value", "gold", "said"),
    [
        (LabelledText("1", "en", ("a", "b"), "yes"), "no", "yes", "no"),
        (TAGGED, ["B-PER", "O"], "Anna:B-PER", "all tags"),
        (TAGGED, ["O", "B-LOC"], "Anna:B-PER", "Anna:O sleeps:B-LOC"),
        (Question("1", "en", "who?", "Anna and Bo", (Answer("Anna", 0), Answer("Bo", 9))), "Bo", "Anna | Bo", "Bo"),
        (Question("1", "en", "who?", "nobody", ()), "", "no answer", "nothing"),
        (MultipleChoice("1", "en", "p", ("x", "y"), 1), 0, "1", "0"),
        (SentencePair("s1", "de", "eins", "one"), "s2", "s1", "s2"),
        (Query("q", "en", "where", "k", ("p1", "p2")), ["p3", "p1", "p2", "p4"], "p1 | p2", "p3 | p1 | p2"),
    ],
)
def test_every_kind_of_example_has_texts_a_gold_answer_and_what_was_said(
    example: Example, value: Json, gold: str, said: str
) -> None:
    assert all(texts_of(example).values())
    assert (gold_of(example), said_of(example, value)) == (gold, said)


def test_two_systems_are_told_of_and_the_best_is_shown(
    store: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    path = store / "runs" / "0123456789abcdef" / "run.json"
    record = RunRecord.of(json.loads(path.read_text()))
    worse = replace(record.cells[0], model="small", score=0.1)
    path.write_text(json.dumps(replace(record, cells=(worse, *record.cells)).document()))

    assert document("mini-nli/qaa", store, monkeypatch, capfd)["cells"][0]["model"] == "mini"
    assert document("mini-nli/qaa --filter model=small", store, monkeypatch, capfd)["cells"][0]["model"] == "small"


def test_the_name_of_a_task_may_have_a_slash() -> None:
    assert target_of("my-lab/topics/de") == "my-lab/topics"
