"""Files as the authors of a data set publish them give what the copy on the hub gives."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from xeval.cli import main
from xeval.errors import BadData, MissingData
from xeval.facts.registry import load_registry
from xeval.sources.declared import load_catalogue
from xeval.sources.examples import examples_of
from xeval.sources.rows import Place, fingerprint
from xeval.values import Answer, Question, SentencePair, Split

NOWHERE = Place(offline=True)
CONTEXT = "Anna schläft in Rom."
SQUAD = {
    "version": "1.1",
    "data": [
        {
            "title": "Anna",
            "paragraphs": [
                {
                    "context": CONTEXT,
                    "qas": [
                        {"id": "q1", "question": "Wo?", "answers": [{"text": "Rom", "answer_start": 16}]},
                        {"id": "q2", "question": "Wann?", "answers": [{"text": "in", "answer_start": 13}]},
                    ],
                }
            ],
        }
    ],
}
FUSED = """\
# text = Vamos al mar
1\tVamos\tir\tVERB\t_
2-3\tal\t_\t_\t_
2\ta\ta\tADP\t_
3\tel\tel\tDET\t_
4\tmar\tmar\tNOUN\t_
4.1\tvacío\t_\tVERB\t_

1-2\tdámelo\t_\t_\t_
1\tda\tdar\tPRON\t_
2\tmelo\tyo\tVERB\t_
3\tmi\u200c ra\tmirar\tX\t_
4\t_\t_\t_\t_
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    return tmp_path / "files"


def task(name: str, folder: Path) -> Any:
    """A shipped task that reads a folder, which the registry names by a path from where it is itself."""
    overlay = folder.parent / "registry.yaml"
    overlay.write_text(f"files: {{{name}: {folder.name}}}")
    catalogue = load_catalogue([], load_registry([overlay]))
    return catalogue.task(name)


def read(name: str, folder: Path, split: Split, language: str) -> list[Any]:
    return examples_of(task(name, folder), split, language, NOWHERE)


@pytest.mark.parametrize(
    ("name", "file", "split"),
    [
        ("xquad", "xquad.de.json", "validation"),
        ("mlqa", "MLQA_V1/test/test-context-de-question-de.json", "test"),
        ("squad", "train-v1.1.json", "train"),
    ],
)
def test_the_json_of_squad(name: str, file: str, split: Split, folder: Path) -> None:
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(json.dumps(SQUAD))

    found = read(name, folder, split, "en" if name == "squad" else "de")

    assert [(e.uid, e.context, e.answers) for e in found if isinstance(e, Question)] == [
        ("q1", CONTEXT, (Answer("Rom", 16),)),
        ("q2", CONTEXT, (Answer("in", 13),)),
    ]


def test_translations_of_squad_are_read_from_their_own_files_alone(folder: Path) -> None:
    (folder / "train-v1.1.json").write_text(json.dumps(SQUAD))
    (folder / "translate-train").mkdir()
    (folder / "translate-train" / "squad.translate.train.en-de.json").write_text(json.dumps(SQUAD))

    assert [e.uid for e in read("squad", folder, "train", "de")] == ["q1", "q2"]
    with pytest.raises(MissingData, match="squad"):
        read("squad", folder, "train", "el")


def test_a_question_that_is_impossible_has_no_answers(folder: Path) -> None:
    asked = {"id": "q", "question": "Who?", "is_impossible": True, "plausible_answers": [], "answers": []}
    whole = {"data": [{"title": "t", "paragraphs": [{"context": "No one.", "qas": [asked]}]}]}
    (folder / "dev-v2.0.json").write_text(json.dumps(whole))

    assert [e.answers for e in read("squad2", folder, "validation", "en")] == [()]


@pytest.mark.parametrize(
    ("language", "tags"),
    [
        ("es", ("VERB", "ADP", "NOUN")),  # the precedence of Spanish has ADP before DET
        ("de", ("VERB", "ADP", "NOUN")),
    ],
)
def test_a_word_of_several_syntactic_words_is_one_token_with_the_tag_of_the_first_in_precedence(
    language: str, tags: tuple[str, ...], folder: Path
) -> None:
    (folder / "UD_X").mkdir()
    (folder / "UD_X" / f"{language}_x-ud-test.conllu").write_text(FUSED)
    (folder / "UD_X" / "grc_x-ud-test.conllu").write_text(FUSED)  # Ancient Greek is not Greek

    first, second = read("udpos", folder, "test", language)

    assert (first.tokens, first.tags) == (("Vamos", "al", "mar"), tags)
    assert (second.tokens, second.tags) == (("dámelo", "mira"), ("VERB", "X"))


def test_wikiann_with_and_without_the_language_before_each_token(folder: Path) -> None:
    (folder / "de").mkdir()
    (folder / "de" / "test").write_text("de:Anna\tB-PER\nde:in\tO\n\n")
    published = read("panx", folder, "test", "de")
    (folder / "test-de.tsv").write_text("Anna\tB-PER\nin\tO\n\n")

    assert read("panx", folder, "test", "de") == published
    assert published[0].tokens == ("Anna", "in")


def test_tatoeba_is_two_files_side_by_side(folder: Path) -> None:
    (folder / "tatoeba.swh-eng.swh").write_text("Habari\nAsante\n")
    (folder / "tatoeba.swh-eng.eng").write_text("Hello\nThanks\n")

    assert read("tatoeba", folder, "validation", "sw")[1] == SentencePair("sw-1", "sw", "Asante", "Thanks")


def test_files_of_two_lengths_are_not_side_by_side(folder: Path) -> None:
    (folder / "tatoeba.swh-eng.swh").write_text("Habari\n")
    (folder / "tatoeba.swh-eng.eng").write_text("Hello\nThanks\n")

    with pytest.raises(BadData, match=r"has 1 lines, and tatoeba\.swh-eng\.eng has 2"):
        read("tatoeba", folder, "validation", "sw")


@pytest.mark.parametrize(
    ("text", "reason"),
    [("{", "is no JSON"), ('{"data": [{}]}', "it lacks 'paragraphs'"), ("[]", "cannot be read from")],
)
def test_a_file_of_another_shape_is_refused(text: str, reason: str, folder: Path) -> None:
    (folder / "xquad.de.json").write_text(text)

    with pytest.raises(BadData, match=reason):
        read("xquad", folder, "validation", "de")


def test_a_language_without_a_file_says_which_was_looked_for(folder: Path) -> None:
    with pytest.raises(MissingData, match=r"in 'el': .*xquad\.el\.json"):
        fingerprint(task("xquad", folder).data("validation", "el"), NOWHERE)


def bucc(folder: Path, split: str, sentences: list[tuple[str, str]], alone: tuple[str, str]) -> None:
    """Gold pairs, and a sentence on each side that translates nothing."""
    german = [*(f"de-{n}\t{text}" for n, (text, _) in enumerate(sentences)), f"de-x\t{alone[0]}"]
    english = [f"en-x\t{alone[1]}", *(f"en-{n}\t{text}" for n, (_, text) in enumerate(sentences))]
    gold = [f"de-{n}\ten-{n}" for n in range(len(sentences))]
    for side, lines in (("de", german), ("en", english), ("gold", gold)):
        (folder / f"de-en.{split}.{side}").write_text("\n".join(lines) + "\n")


def test_bucc_has_its_gold_pairs_and_the_sentences_that_translate_nothing(folder: Path) -> None:
    bucc(folder, "training", [("Hallo", "Hello")], ("Ende", "Begin"))

    assert read("bucc2018", folder, "test", "de") == [
        SentencePair("de-0", "de", "Hallo", "Hello"),
        SentencePair("de-x", "de", "Ende", ""),
        SentencePair("en-x", "de", "", "Begin"),
    ]


def test_a_gold_pair_of_a_sentence_that_is_not_there_is_refused(folder: Path) -> None:
    bucc(folder, "test", [("Hallo", "Hello")], ("Ende", "Begin"))
    (folder / "de-en.test.gold").write_text("de-7\ten-0\n")

    with pytest.raises(BadData, match="the pair de-7 en-0, of which a sentence is not there"):
        read("bucc2018", folder, "test", "de")


def test_bucc_is_mined_with_the_threshold_of_its_sample(
    folder: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    words = ["cat", "dog", "garden", "Berlin", "mat", "park"]
    bucc(folder, "sample", [(word, word) for word in words], ("Siemens", "today"))
    bucc(folder, "training", [(word, word) for word in words[::-1]], ("black", "lives"))
    (folder.parent / "registry.yaml").write_text("files: {bucc2018: files}")
    monkeypatch.chdir(folder.parent)
    arguments = [
        "run",
        "--target",
        "bucc2018",
        "--language",
        "de,fr",
        "--model",
        str(tiny_model),
        "--offline",
        "--json",
    ]
    monkeypatch.setattr(sys, "argv", ["xeval", *arguments, "--executor", "inline"])

    with pytest.raises(SystemExit) as end:
        main()

    out, err = capfd.readouterr()
    assert end.value.code == 0, err
    german, french = json.loads(out)["cells"]
    assert (end.value.code, german["state"], french["state"]) == (0, "done", "not-offered")
    assert german["n"] == len(words) + 2
    assert german["score"] > 0.9


@pytest.mark.parametrize("language", ["lt", "pl", "ro", "uk", "wo"])
def test_treebanks_that_xtreme_r_adds_are_read_from_a_folder(folder: Path, language: str) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / f"{language}_one-ud-test.conllu").write_text(FUSED)
    (folder / f"{language}_two-ud-test.conllu").write_text(FUSED)

    assert len(read("udpos", folder, "test", language)) == 4


ADDED = [("az", "aze"), ("lt", "lit"), ("pl", "pol"), ("ro", "ron"), ("uk", "ukr")]


@pytest.mark.parametrize(("language", "name"), ADDED)
def test_sentences_that_xtreme_r_adds_are_read_from_a_folder(folder: Path, language: str, name: str) -> None:
    (folder / f"tatoeba.{name}-eng.{name}").write_text("Labas\n")
    (folder / f"tatoeba.{name}-eng.eng").write_text("Hello\n")

    assert read("tatoeba", folder, "validation", language) == [
        SentencePair(f"{language}-0", language, "Labas", "Hello")
    ]


def test_the_page_of_a_task_says_how_to_give_the_files_of_languages_that_need_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(sys, "argv", ["xeval", "tasks", "info", "tatoeba"])
    with pytest.raises(SystemExit):
        main()
    out = capsys.readouterr().out

    for said in ("files: {tatoeba: FOLDER}", "needed for az, lt, pl, ro, uk", "tatoeba.{language}-eng.eng", "lt lit"):
        assert said in out
