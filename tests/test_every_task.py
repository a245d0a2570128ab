"""Every task over data that ships: rows in its schema load, offline, and so do those of the sample of the hub."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from xeval.contracts import Task
from xeval.data import FileData, HubData, JoinedData
from xeval.errors import MissingData
from xeval.facts.registry import load_registry
from xeval.running.discovery import discover
from xeval.sources.declared import load_catalogue
from xeval.sources.examples import examples_of
from xeval.sources.rows import Place, fingerprint
from xeval.tasks.intermediate.xtreme_text import XtremeText
from xeval.tasks.target.mlqa import MLQA
from xeval.tasks.target.panx import PANX
from xeval.tasks.target.tatoeba import TATOEBA
from xeval.tasks.target.tydiqa import TYDIQA
from xeval.tasks.target.udpos import UDPOS
from xeval.tasks.target.xcopa import XCOPA
from xeval.tasks.target.xnli import XNLI
from xeval.tasks.target.xquad import XQUAD
from xeval.values import Document, Question, SentencePair, Split

HUB = Path(__file__).parents[2] / "shared" / "hub"
NEEDS_HUB = pytest.mark.skipif(not HUB.is_dir(), reason=f"no sample of the hub at {HUB}")
CATALOGUE = discover()
TASKS: dict[str, Task] = {
    f"{kind} {name}": shelf[name]
    for kind, shelf in (("target", CATALOGUE.targets), ("intermediate", CATALOGUE.intermediates))
    for name in shelf
    if not name.startswith("mini-")
}
SPLITS = ("train", "validation", "test")

PAIR = {"premise": "Anna is asleep.", "hypothesis": "Anna rests.", "label": 0}
ASKED = {
    "id": "english-1",
    "context": "Anna sleeps in Rome.",
    "question": "Where does Anna sleep?",
    "answers": {"text": ["Rome"], "answer_start": [15]},
}
WHOLE = {"anli", "anli-plus", "xtreme-text"}  # joined from several splits, each of which is given the sample
SCORED: dict[str, Split] = {"lareqa": "validation", "multichecklist": "test"}  # that have no training split
RANKED = {"lareqa", "lareqa-zero-shot", "mewslix", "mewslix-zero-shot"}
NOT_HERE = {"siqa", "ccg", "multichecklist", *RANKED}  # whose data the sample of the hub does not have


@pytest.fixture
def place() -> Place:
    return Place(HUB, offline=True, sources=load_registry().sources)


@pytest.fixture(params=list(TASKS))
def task(request: pytest.FixtureRequest) -> Task:
    return TASKS[request.param]


def parts(task: Task, language: str) -> Iterator[HubData]:
    data = task.data("train", language)
    if isinstance(data, HubData | JoinedData):
        yield from (data,) if isinstance(data, HubData) else data.parts


def sample(task: Task) -> list[dict[str, Any]]:
    """The made-up rows that ship with the task, in the schema of its data set."""
    text = (Path(__file__).parent.parent / "tasks" / "samples" / f"{task.name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def spoken_in(task: Task) -> str:
    return task.source_language if task.source_language in task.languages else "de" if "de" in task.languages else "it"


def test_three_made_up_rows_in_its_schema_load_with_the_network_blocked(
    task: Task, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.socket.connect", refuse)
    language, rows = spoken_in(task), sample(task)
    for part in parts(task, language):
        if set(part.columns) <= set(rows[0]):
            folder = tmp_path / part.repository / (part.config or "data")
            folder.mkdir(parents=True, exist_ok=True)
            pyarrow.parquet.write_table(
                pyarrow.Table.from_pylist(rows), folder / f"{part.split}-00000-of-00001.parquet"
            )
    if task.name in ORIGINALS:
        task = with_originals(task.name, rows, tmp_path)
    split: Split = SCORED.get(task.name.partition("-")[0], "train")

    examples = examples_of(task, split, language, Place(tmp_path, offline=True))

    assert len(rows) == 3
    assert len(examples) == 3 if task.name not in WHOLE else len(examples) >= 3
    assert {example.language for example in examples} == {language}


def refuse(*arguments: object) -> None:
    raise AssertionError("the network is blocked")


def with_originals(name: str, rows: list[dict[str, Any]], folder: Path) -> Task:
    """A task as a registry makes it that names a folder with the original files."""
    ORIGINALS[name](rows, folder)
    (folder / "registry.yaml").write_text(f"files: {{{name}: .}}")
    catalogue = load_catalogue([], load_registry([folder / "registry.yaml"]))
    shelf: Any = catalogue.intermediates if name == "ccg" else catalogue.targets
    task: Task = shelf[name]
    return task


def write_supertags(rows: list[dict[str, Any]], folder: Path) -> None:
    lines = ("\t".join((" ".join(row["tokens"]), " ".join(row["tags"]))) for row in rows)
    (folder / "ccg.train").write_text("\n".join(lines))
    labels = sorted({tag for row in rows for tag in row["tags"]})
    (folder / "tags_to_id.json").write_text(json.dumps({label: number for number, label in enumerate(labels)}))


def write_xquad_r(rows: list[dict[str, Any]], folder: Path) -> None:
    asked = [{"id": row["id"], "question": row["question"], "answers": answers(row)} for row in rows]
    paragraph = {"context": rows[0]["context"], "sentence_breaks": rows[0]["sentence_breaks"], "qas": asked}
    (folder / "en.json").write_text(json.dumps({"data": [{"paragraphs": [paragraph]}]}))


def answers(row: dict[str, Any]) -> list[dict[str, Any]]:
    pairs = zip(row["answers"]["text"], row["answers"]["answer_start"], strict=True)
    return [{"text": text, "answer_start": start} for text, start in pairs]


def write_pairs(rows: list[dict[str, Any]], folder: Path) -> None:
    (folder / "wikipedia_pairs-train.jsonl").write_text("\n".join(map(json.dumps, rows)))


def write_lines(rows: list[dict[str, Any]], folder: Path) -> None:
    (folder / "en.jsonl").write_text("\n".join(map(json.dumps, rows)))


ORIGINALS = {
    "ccg": write_supertags,
    "lareqa": write_xquad_r,
    "lareqa-zero-shot": write_xquad_r,
    "mewslix": write_pairs,
    "mewslix-zero-shot": write_pairs,
    "multichecklist": write_lines,
}


def test_its_labels_are_names(task: Task) -> None:
    classes = task.format in ("classification", "tagging") and task.name != "ccg"  # whose labels are in its files
    assert bool(task.labels) == classes
    assert len(set(task.labels)) == len(task.labels)


@NEEDS_HUB
def test_what_the_hub_holds_loads_and_passes_every_check(task: Task, place: Place) -> None:
    loaded = 0
    for split in SPLITS:
        for language in task.languages:
            try:
                fingerprint(task.data(split, language), place)
                loaded += len(examples_of(task, split, language, place, limit=50))
            except MissingData:
                continue
    assert (loaded == 0) if task.name in NOT_HERE else loaded >= 50


def test_its_languages_are_in_the_registry(task: Task) -> None:
    assert set(task.languages) <= set(load_registry().languages)


def test_its_data_sets_are_in_the_registry_with_their_terms(task: Task) -> None:
    sources = load_registry().sources
    named = {part.repository for part in parts(task, task.source_language)} or {getattr(task, "repository", "")}
    assert all(sources[name].licence and sources[name].citation for name in named)
    assert {part.repository for language in task.languages for part in parts(task, language)} <= set(sources)


def test_the_tasks_that_a_target_is_trained_on_exist() -> None:
    for name in CATALOGUE.targets:
        target = CATALOGUE.targets[name]
        assert all(one == name or one in CATALOGUE.intermediates for one in target.trains_on), name


def test_suites_and_pretrained_models_name_tasks_that_exist() -> None:
    registry = load_registry()
    for suite in registry.suites.values():
        assert set(suite.targets) <= set(CATALOGUE.targets), suite.name
        assert set(suite.intermediates) <= set(CATALOGUE.intermediates), suite.name
    for model in registry.models.values():
        if model.pretraining:
            assert CATALOGUE.intermediates[model.pretraining.corpus].format == "masked_lm"


# ----------------------------------------------------------------------------------------------------- task by task


def test_the_languages_are_those_of_the_benchmarks() -> None:
    tasks = (XNLI, UDPOS, PANX, XQUAD, MLQA, TYDIQA, TATOEBA, XCOPA)
    suites = load_registry().suites
    counts = {
        suite: {task.name: len({*task.languages} & {*suites[suite].languages}) for task in tasks}
        for suite in ("xtreme", "xtreme-r")
    }
    alike = {"xnli": 15, "mlqa": 7, "tydiqa": 9}
    assert counts["xtreme"] == alike | {"udpos": 33, "panx": 40, "xquad": 11, "tatoeba": 36, "xcopa": 9}
    assert counts["xtreme-r"] == alike | {"udpos": 38, "panx": 48, "xquad": 12, "tatoeba": 41, "xcopa": 11}


def test_languages_that_xtreme_r_adds_come_from_elsewhere() -> None:
    assert XQUAD.data("validation", "ro") == replace(
        XQUAD.data("validation", "de"), repository="google/xquad", config="xquad.ro"
    )
    assert PANX.data("test", "qu") == replace(PANX.data("test", "de"), repository="unimelb-nlp/wikiann", config="qu")
    assert isinstance(UDPOS.data("test", "wo"), FileData)
    assert isinstance(TATOEBA.data("validation", "lt"), FileData)


def test_a_licensed_data_set_without_its_files_says_how_to_get_them() -> None:
    with pytest.raises(MissingData, match=r"There is no CCGbank.*Linguistic Data Consortium") as raised:
        fingerprint(
            CATALOGUE.intermediates["ccg"].data("train", "en"), Place(offline=True, sources=load_registry().sources)
        )

    assert "files: {ccg: FOLDER}" in raised.value.hint


@pytest.mark.parametrize(
    ("config", "data"),
    [
        ("udpos.Chinese", UDPOS.data("test", "zh")),
        ("tatoeba.pes", TATOEBA.data("validation", "fa")),
        ("tatoeba.swh", TATOEBA.data("validation", "sw")),
        ("MLQA.hi.hi", MLQA.data("test", "hi")),
        ("PAN-X.sw", PANX.data("train", "sw")),
        ("tydiqa", TYDIQA.data("train", "sw")),
    ],
)
def test_languages_go_by_the_names_that_the_data_set_has_for_them(config: str, data: HubData) -> None:
    assert data.config == config


def test_tydiqa_takes_the_rows_of_one_language_out_of_one_file(tmp_path: Path) -> None:
    rows = [ASKED | {"id": f"{name}-{n}"} for n in range(2) for name in ("english", "swahili")]
    (tmp_path / "google/xtreme/tydiqa").mkdir(parents=True)
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "google/xtreme/tydiqa/validation.parquet")
    place = Place(tmp_path, offline=True)

    assert [example.uid for example in examples_of(TYDIQA, "validation", "sw", place)] == ["swahili-0", "swahili-1"]
    with pytest.raises(MissingData, match="has no rows of 'korean'; it has english, swahili"):
        fingerprint(TYDIQA.data("validation", "ko"), place)


def test_the_newlines_of_tatoeba_are_dropped() -> None:
    assert list(TATOEBA.examples(sample(TATOEBA)[:1], "de")) == [
        SentencePair("de-0", "de", "Anna schläft.", "Anna is asleep.")
    ]


def test_hypotheses_of_one_premise_are_a_group_in_every_language() -> None:
    for language in ("en", "de"):
        groups = [example.group for example in XNLI.examples([PAIR] * 4, language)]
        assert groups == ["premise 0", "premise 0", "premise 0", "premise 1"]


@NEEDS_HUB
def test_a_question_of_xquad_has_its_uid_and_passage_in_every_language(place: Place) -> None:
    english, hindi = (examples_of(XQUAD, "validation", code, place) for code in ("en", "hi"))

    assert [example.uid for example in english] == [example.uid for example in hindi]
    same = [a.group == b.group for a, b in zip(english, hindi, strict=True) if isinstance(a, Question)]
    assert sum(same) == len(same)


@NEEDS_HUB
def test_text_for_pretraining_holds_translations_and_nothing_that_is_scored(place: Place) -> None:
    corpus = XtremeText()
    german = [document for document in examples_of(corpus, "train", "de", place) if isinstance(document, Document)]

    assert {document.partner for document in german} == {"", "en"}
    assert all(len(document.texts) == (2 if document.partner else 1) for document in german)
    splits = {(part.repository, part.split) for code in corpus.languages for part in parts(corpus, code)}
    assert splits == {("google/xtreme", "train"), ("facebook/xnli", "validation")}
