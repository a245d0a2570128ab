"""A task declared in YAML over files of any kind is a task like any other, and every mistake has file, line and key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from xeval.errors import BadData, BadFile, MissingData
from xeval.facts.registry import load_registry
from xeval.sources.declared import completed, load_catalogue
from xeval.sources.examples import examples_of
from xeval.sources.rows import Place, fingerprint
from xeval.values import Answer, Document, LabelledText, MultipleChoice, Question, SentencePair, TaggedTokens

NOWHERE = Place(offline=True)


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    return tmp_path / "registry.yaml"


def task(overlay: Path, text: str, kind: str = "targets") -> Any:
    """The task `mine` of a registry file."""
    overlay.write_text("tasks:\n  mine:\n" + "".join(f"    {line}\n" for line in text.strip().splitlines()))
    return getattr(load_catalogue([], load_registry([overlay])), kind)["mine"]


def examples(overlay: Path, text: str, language: str = "en", kind: str = "targets") -> list[Any]:
    return examples_of(task(overlay, text, kind), "test", language, NOWHERE)


TOPIC = """
format: classification
files: "{language}.{split}.csv"
columns: {text: sentence, label: topic}
labels: [rain, sun]
languages: [en, de]
"""

SHAPES = {
    "classification": (
        "labels: [no, yes]\ncolumns: {id: n, text: a, second: b, label: same}",
        {"n": 7, "a": "Who?", "b": "Who is it?", "same": 1},
        LabelledText("7", "en", ("Who?", "Who is it?"), "yes"),
    ),
    "tagging": (
        "labels: [N, V]\ncolumns: {tokens: words, tags: kinds}",
        {"words": "cats sleep", "kinds": ["N", "V"]},
        TaggedTokens("en-0", "en", ("cats", "sleep"), ("N", "V")),
    ),
    "span_qa": (
        "columns: {question: q, context: c, answer: a}",
        {"q": "Who?", "c": "It was Anna.", "a": "Anna"},
        Question("en-0", "en", "Who?", "It was Anna.", (Answer("Anna", 7),), "It was Anna."),
    ),
    "multiple_choice": (
        "columns: {prompt: p, choices: [x, y], answer: right, group: story}",
        {"p": "It rained.", "x": "It was wet.", "y": "It was dry.", "right": "y", "story": 3},
        MultipleChoice("en-0", "en", "It rained.", ("It was wet.", "It was dry."), 1, "3"),
    ),
    "retrieval": (
        "columns: {text: foreign, translation: english}",
        {"foreign": "Guten Tag", "english": "Good day"},
        SentencePair("en-0", "en", "Guten Tag", "Good day"),
    ),
    "masked_lm": (
        "kind: intermediate\ncolumns: {text: line}",
        {"line": "Some text."},
        Document("en-0", "en", ("Some text.",)),
    ),
}


@pytest.mark.parametrize("form", list(SHAPES))
def test_every_format_can_be_declared(form: str, overlay: Path) -> None:
    columns, row, expected = SHAPES[form]
    (overlay.parent / "test.jsonl").write_text(json.dumps(row) + "\n")
    kind = "intermediates" if form == "masked_lm" else "targets"
    said = f'format: {form}\nfiles: "{{split}}.jsonl"\nlanguages: [en]\n{columns}'

    assert examples(overlay, said, kind=kind) == [expected]


@pytest.mark.parametrize(
    ("ending", "text"),
    [
        ("csv", 'sentence,topic\n"wet, cold",rain\n'),
        ("csv", '\ufeffsentence,topic\r\n"wet, cold",rain\r\n'),
        ("tsv", "sentence\ttopic\nwet, cold\train\n"),
        ("jsonl", '{"sentence": "wet, cold", "topic": "rain"}\n\n'),
        ("json", '{"data": [{"sentence": "wet, cold", "topic": 0}]}'),
        ("json", '[{"sentence": "wet, cold", "topic": "0"}]'),
    ],
)
def test_every_kind_of_file_gives_the_same_rows(ending: str, text: str, overlay: Path) -> None:
    (overlay.parent / f"en.test.{ending}").write_bytes(text.encode())

    found = examples(overlay, TOPIC.replace("csv", ending))

    assert found == [LabelledText("en-0", "en", ("wet, cold",), "rain")]


def test_parquet_and_conll_are_read_too(overlay: Path) -> None:
    table = pyarrow.Table.from_pylist([{"sentence": "hot", "topic": "sun"}])
    pyarrow.parquet.write_table(table, overlay.parent / "en.test.parquet")
    (overlay.parent / "en.test.conll").write_text("# a remark\ncats\tx\tN\nsleep\tx\tV\n\n\nstop\tx\tV\n")
    tagging = (
        "format: tagging\nfiles: '*.{split}.conll'\nlabels: [N, V]\nlanguages: [en]\ncolumns: {tokens: '0', tags: tags}"
    )

    assert [e.label for e in examples(overlay, TOPIC.replace("csv", "parquet"))] == ["sun"]
    assert [e.tags for e in examples(overlay, tagging)] == [("N", "V"), ("V",)]


def test_one_file_may_hold_all_languages(overlay: Path) -> None:
    (overlay.parent / "test.csv").write_text("lang,sentence,topic\nen,wet,rain\nde-AT,nass,rain\nen,hot,sun\n")
    said = TOPIC.replace('"{language}.{split}.csv"', "'{split}.csv'") + "language_column: lang\n"

    assert [e.texts for e in examples(overlay, said, "de")] == [("nass",)]
    with pytest.raises(MissingData, match="no rows of 'el'"):
        fingerprint(task(overlay, said.replace("[en, de]", "[en, el]")).data("test", "el"), NOWHERE)


def test_files_may_have_other_names_for_splits_and_languages(overlay: Path) -> None:
    (overlay.parent / "deu").mkdir()
    (overlay.parent / "deu" / "part-1.eval.csv").write_text("sentence,topic\nnass,rain\n")
    (overlay.parent / "deu" / "part-2.eval.csv").write_text("sentence,topic\nheiß,sun\n")
    said = (
        TOPIC.replace("{language}.{split}.csv", "{language}/*.{split}.csv") + "splits: {test: eval}\nnames: {de: deu}"
    )

    assert [e.label for e in examples(overlay, said, "de")] == ["rain", "sun"]


def test_a_path_may_be_whole(overlay: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("data")
    (elsewhere / "en.test.csv").write_text("sentence,topic\nhot,sun\n")

    assert [e.label for e in examples(overlay, TOPIC.replace('"{language}', f'"{elsewhere}/{{language}}'))] == ["sun"]


def test_a_metric_that_goes_beyond_its_format_can_be_the_headline(overlay: Path) -> None:
    said = "format: retrieval\nfiles: a.csv\nlanguages: [de]\ncolumns: {text: a, translation: b}\nmetric: mining_f1"

    assert task(overlay, said).metric == "mining_f1"


def test_a_data_set_of_the_hub_can_be_declared(overlay: Path) -> None:
    folder = overlay.parent / "hub" / "me" / "weather" / "in-en"
    folder.mkdir(parents=True)
    table = pyarrow.Table.from_pylist([{"sentence": "hot", "topic": 1, "more": 0}])
    pyarrow.parquet.write_table(table, folder / "test-00000-of-00001.parquet")
    said = TOPIC.replace('files: "{language}.{split}.csv"', 'repository: me/weather\nconfig: "in-{language}"')

    found = examples_of(task(overlay, said), "test", "en", Place(overlay.parent / "hub", offline=True))

    assert [e.label for e in found if isinstance(e, LabelledText)] == ["sun"]


def test_what_its_rows_mean_is_in_its_version_and_what_they_say_in_its_fingerprint(overlay: Path) -> None:
    file = overlay.parent / "en.test.csv"
    file.write_text("sentence,topic,other\nhot,sun,rain\n")
    before, prints = task(overlay, TOPIC), fingerprint(task(overlay, TOPIC).data("test", "en"), NOWHERE)
    file.write_text("sentence,topic,other\nhot!,sun,rain\n")

    assert before.version != task(overlay, TOPIC.replace("label: topic", "label: other")).version
    assert prints != fingerprint(before.data("test", "en"), NOWHERE)


def test_unless_it_says_otherwise_it_trains_on_itself_from_its_first_language(overlay: Path) -> None:
    found = task(overlay, TOPIC + "training: {epochs: 2}\n")

    assert (found.source_language, found.trains_on, found.metric) == ("en", ("mine",), "accuracy")
    assert found.training.epochs == 2


# ------------------------------------------------------------------------------------------------------------ mistakes


@pytest.mark.parametrize(
    ("said", "mistake"),
    [
        (TOPIC.replace("label: topic", "lable: topic"), "5: tasks.mine.columns.lable: is not a known key. Did you"),
        (TOPIC.replace(", label: topic", ""), "5: tasks.mine.columns: lacks 'label', which classification needs"),
        (TOPIC.replace("label: topic", "label: topic, tags: x"), "5: tasks.mine.columns: 'tags' is no column of"),
        (TOPIC.replace("[en, de]", "[en, dee]"), "7: tasks.mine.languages: no language is called 'dee'; did you mean"),
        (TOPIC.replace("[en, de]", "[]"), "7: tasks.mine.languages: names no language"),
        (TOPIC.replace("labels: [rain, sun]\n", ""), "2: tasks.mine: lacks 'labels'"),
        (TOPIC.replace("format: classification", "format: span-qa"), "3: tasks.mine.format: is 'span-qa', not one of"),
        (TOPIC.replace(".csv", ".xls"), "4: tasks.mine.files: has no known ending; add reader: one of csv, tsv"),
        (TOPIC + "repository: a/b\n", "2: tasks.mine: needs either files or a repository, and not both"),
        (TOPIC + "splits: {tests: x}\n", "8: tasks.mine.splits: 'tests' is none of train, validation, test"),
        (TOPIC + "metric: acuracy\n", "2: tasks.mine.metric: classification has no metric 'acuracy'; did you"),
        (TOPIC + "training: {max_length: 1}\n", "8: tasks.mine.training: max_length is 1; it must be 8 or more"),
        (TOPIC + "training: {learning_rate: -1}\n", "8: tasks.mine.training: learning_rate is -1; it must be 0 or"),
        (TOPIC + "reader: xls\n", "8: tasks.mine.reader: is 'xls', not one of csv, tsv"),
        (TOPIC + "names: {dee: deu}\n", "8: tasks.mine.names: 'dee' is no language of this task; did you mean 'de'?"),
        (TOPIC + "splits: {train: test}\n", "8: tasks.mine.splits: it would be scored on what it is trained on"),
        (TOPIC.replace("{split}", "test"), "4: tasks.mine.files: it would be scored on what it is trained on: train a"),
        (TOPIC.replace("{split}", "{splt}"), "4: tasks.mine.files: {splt} stands for nothing; known: {language}, {s"),
        (TOPIC.replace("{language}", "en"), "4: tasks.mine.files: 'de' would have the rows of 'en'. Write {lang"),
        (TOPIC.replace("[en, de]", "[en, de, en]"), "7: tasks.mine.languages: names 'en' twice"),
        (TOPIC.replace("[rain, sun]", "[rain, rain]"), "6: tasks.mine.labels: names 'rain' twice"),
        (TOPIC.replace("label: topic", "label: sentence"), "5: tasks.mine.columns: label is the column 'sentence' too"),
        (TOPIC + "training: {epoch: 2}\n", "8: tasks.mine.training.epoch: is not a known key. Did you mean 'epochs'?"),
    ],
)  # fmt: skip
def test_each_mistake_has_its_file_line_and_key(said: str, mistake: str, overlay: Path) -> None:
    with pytest.raises(BadFile) as raised:
        task(overlay, said)

    assert any(problem.startswith(f"{overlay}:{mistake}") for problem in raised.value.problems), raised.value.problems


@pytest.mark.parametrize(
    "said",
    [
        TOPIC.replace("{split}", "test") + "trains_on: []\n",
        TOPIC.replace("{split}", "test") + "kind: intermediate\n",
        TOPIC.replace("{language}.", "") + "language_column: lang\n",
        TOPIC.replace("{language}.", "").replace("[en, de]", "[en]"),
        TOPIC.replace('files: "{language}.{split}.csv"', "repository: a/b\nconfig: '{language}'"),
    ],
)
def test_what_shares_rows_for_a_reason_is_let_be(said: str, overlay: Path) -> None:
    assert task(overlay, said, "intermediates" if "intermediate" in said else "targets").name == "mine"


def test_a_name_that_a_shipped_task_has_is_refused_with_both(overlay: Path) -> None:
    overlay.write_text("tasks:\n  xnli:\n" + "".join(f"    {line}\n" for line in TOPIC.strip().splitlines()))

    with pytest.raises(BadFile, match=r"registry.yaml:2: tasks.xnli: is taken: xeval-harness offers"):
        load_catalogue([], load_registry([overlay]))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("sentence,topics\nwet,rain\n", "has no column 'topic'; it has sentence, topics Did you mean 'topics'?"),
        ("sentence,topic\nwet,rain\nhot,snow\n", "row 1: the label 'snow' is not one of rain, sun"),
        ("sentence,topic\nwet,rain\nhot\n", "row 1 has 1 fields, and the header has 2"),
        ('sentence,topic\nhot,sun\n"wet,rain\n', "after row 0: unexpected end of data; is a quote left open?"),
        ("sentence;topic\nwet;rain\n", "Its columns seem to be parted by ';': a CSV wants commas"),
        ("sentence,topic\nna\udcefve,rain\n", "byte 17 of en.test.csv is not UTF-8, in line 2"),
        ("sentence,topic\n ,rain\n", "en.test.csv), row 0: its text is empty"),
        ("sentence,topic,topic\nwet,rain,sun\n", "en.test.csv has two columns that are called 'topic'"),
    ],
)
def test_a_bad_row_is_told_with_its_file_and_reason(text: str, reason: str, overlay: Path) -> None:
    (overlay.parent / "en.test.csv").write_bytes(text.encode("utf-8", "surrogateescape"))

    with pytest.raises(BadData) as raised:
        examples(overlay, TOPIC)

    assert "mine, split test" in str(raised.value)
    assert reason in str(raised.value)


QA = """
format: span_qa
files: "{language}.{split}.jsonl"
columns: {question: q, context: c, answer: a, answer_start: s}
languages: [en]
"""
CHOICE = """
format: multiple_choice
files: "{language}.{split}.jsonl"
columns: {prompt: p, choices: [list], answer: a}
languages: [en]
"""
TAGS = """
format: tagging
files: "{language}.{split}.conll"
columns: {tokens: tokens, tags: tags}
labels: [N, V]
languages: [en]
"""


@pytest.mark.parametrize(
    ("said", "text", "reason"),
    [
        (QA, '{"q": null, "c": "It was Anna.", "a": "Anna", "s": 7}', "row 0: its question is empty"),
        (QA, '{"q": ["Who?"], "c": "It was Anna.", "a": "Anna", "s": 7}', "the column 'q' holds a list, not text"),
        (QA, '{"q": "Who?", "c": "It was Anna.", "a": "Anna", "s": "x"}', "the column 's' holds 'x', not a number"),
        (QA, '{"q": "Who?", "c": "It was Anna.", "a": "Anna", "s": null}', "the column 's' holds None, not a number"),
        (QA, '{"q": 1, "c": "1", "a": "1", "s": 0}\n{"q": 1, "a": 1}', "row 1: the task 'mine' cannot read it: it h"),
        (CHOICE, '{"p": "Why?", "list": "abc", "a": 1}', "the column 'list' holds 'abc', not a list; name a column"),
        (CHOICE, '{"p": "Why?", "list": {"text": ["b", "c"]}, "a": 1}', "holds {'text': ['b', 'c']}, not a list; name"),
        (CHOICE, '{"p": "Why?", "list": ["b", null], "a": 1}', "choice 1 is empty"),
        (CHOICE, '{"p": "Why?", "list": ["b", "c"], "a": "c"}', "its answer 'c' is no number from 0"),
        (TAGS, "cats N\nsleep\n", "the line 'sleep' has 1 columns, and 'cats N', which begins its sentence, 2"),
    ],
)  # fmt: skip
def test_a_row_of_another_shape_is_told_in_words(said: str, text: str, reason: str, overlay: Path) -> None:
    for ending in ("jsonl", "conll"):
        (overlay.parent / f"en.test.{ending}").write_text(text)

    with pytest.raises(BadData) as raised:
        examples(overlay, said)

    assert reason in str(raised.value)


def test_a_label_may_be_called_as_others_mark_that_there_is_none(overlay: Path) -> None:
    (overlay.parent / "en.test.csv").write_text('sentence,topic\nwet,None\nhot,sun\ncold,""\n')

    assert [e.label for e in examples(overlay, TOPIC.replace("rain", "None"))] == ["None", "sun"]
    assert [e.label for e in examples(overlay, TOPIC)] == ["sun"]


def test_the_headline_of_tags_is_that_of_chunks_only_where_they_are_chunks(overlay: Path) -> None:
    assert task(overlay, TAGS).metric == "token_accuracy"
    assert task(overlay, TAGS.replace("[N, V]", "[O, B-PER, I-PER]")).metric == "f1"
    assert task(overlay, TAGS + "metric: f1\n").metric == "f1"


@pytest.mark.parametrize("text", ["", "sentence,topic\n"])
def test_an_empty_file_holds_no_example(text: str, overlay: Path) -> None:
    (overlay.parent / "en.test.csv").write_text(text)

    with pytest.raises(MissingData, match="holds no example"):
        examples(overlay, TOPIC)


def test_a_file_that_is_not_there_is_named(overlay: Path) -> None:
    with pytest.raises(MissingData, match=r"There is no mine, split test, in 'en': .*en.test.csv"):
        fingerprint(task(overlay, TOPIC).data("test", "en"), NOWHERE)


# -------------------------------------------------------------------------------------- original files of shipped tasks


def test_a_folder_of_original_files_that_no_task_reads_is_refused(overlay: Path) -> None:
    overlay.write_text("files: {xquadd: .}")

    with pytest.raises(BadFile) as raised:
        completed(load_catalogue([], load_registry()), load_registry([overlay]))

    assert "files.xquadd" in str(raised.value)
    assert "Did you mean 'xquad'?" in str(raised.value)


def test_a_folder_that_is_not_there_is_refused_with_its_line(overlay: Path) -> None:
    overlay.write_text("files:\n  xquad: nowhere\n")

    with pytest.raises(BadFile, match=r"registry.yaml:2: files.xquad: there is no folder"):
        load_registry([overlay])
