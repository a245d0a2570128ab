"""Prediction files of anybody's system: the reference's numbers, every rule by an example, every mistake by name."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from xeval.errors import BadFile, BadValue, MissingData, UnknownName
from xeval.scores.scoring import RULES, score_files
from xeval.scores.storedscores import score_stored

MOCK = Path(__file__).parents[2] / "shared" / "reference" / "xtreme" / "mock_test_data"
NEEDS_MOCK = pytest.mark.skipif(not MOCK.is_dir(), reason=f"no mock submission of XTREME's at {MOCK}")
GOLDEN = {  # what the test of XTREME's script (google-research/xtreme 838c13b, evaluate_test.py) asks of it
    "pawsx": {"accuracy": 51.42857142857143},
    "xnli": {"accuracy": 30.666666666666668},
    "panx": {"f1": 57.50793650793652, "precision": 54.729166666666664, "recall": 62.750000000000014},
    "udpos": {"f1": 70.21746048354693, "precision": 71.02232625883823, "recall": 69.54982073976082},
    "bucc2018": {"f1": 55.0, "precision": 55.0, "recall": 55.0},
    "tatoeba": {"accuracy": 53.611111111111114},
    "xquad": {"exact_match": 77.27272727272727, "f1": 79.9586776859504},
    "mlqa": {"exact_match": 57.142857142857146, "f1": 81.76870748299321},
    "tydiqa": {"exact_match": 88.88888888888889, "f1": 97.22222222222223},
    "mewslix": {"map@20": 14.39025156130419},
}
SIZES = [7, 15, 40, 33, 4, 36, 11, 7, 9, 11]  # languages of each

Score = Callable[..., dict[str, float]]


@NEEDS_MOCK
@pytest.mark.parametrize(("task", "size"), list(zip(GOLDEN, SIZES, strict=True)))
def test_the_averages_are_those_of_xtremes_own_script(task: str, size: int) -> None:
    scores = score_files(task, MOCK / "predictions", MOCK / "labels")

    assert scores.average == pytest.approx(GOLDEN[task], rel=0, abs=1e-9)
    assert len(scores.languages) == size


@pytest.fixture
def score(tmp_path: Path) -> Score:
    """Scores of one task in one language, from what stands in its two files."""

    def scored(task: str, said: Any, labels: Any, language: str = "en", **options: Any) -> dict[str, float]:
        for folder, content in (("said", said), ("labels", labels)):
            path = tmp_path / folder / task / f"test-{language}.{RULES[task].suffix}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else as_text(content).encode())
        return dict(score_files(task, tmp_path / "said", tmp_path / "labels", **options).average)

    return scored


def as_text(content: Any) -> str:
    return content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)


def asked(**golds: list[str]) -> dict[str, Any]:
    """A file of SQuAD's form."""
    found = [{"id": uid, "answers": [{"text": text} for text in texts]} for uid, texts in golds.items()]
    return {"data": [{"paragraphs": [{"context": "", "qas": found}]}]}


# ------------------------------------------------------------------------------------------------- rule by rule


def test_labels_are_compared_line_by_line(score: Score) -> None:
    assert score("xnli", "neutral\nneutral\n", "neutral\nentailment\n") == {"accuracy": 50.0}
    assert score("tatoeba", " 3\r\n4\r\n\r\n", "3\n4") == {"accuracy": 100.0}


def test_entities_are_counted_whole_and_per_sentence(score: Score) -> None:
    said, gold = "B-PER\nI-PER\nO\n\nB-LOC\n", "B-PER\nO\nO\n\nB-LOC\n"

    assert score("panx", said, gold) == {"f1": 50.0, "precision": 50.0, "recall": 50.0}


def test_a_sentence_ends_an_entity(score: Score) -> None:
    assert score("panx", "B-PER\n\nI-PER\n", "B-PER\n\nB-PER\n")["f1"] == 100.0


def test_of_parts_of_speech_runs_are_counted_and_sconj_alone_each(score: Score) -> None:
    # Gold: NOUN 0-1, SCONJ 2, SCONJ 3. Said: NOUN 0, VERB 1, SCONJ 2, CCONJ 3.
    found = score("udpos", "NOUN\nVERB\nSCONJ\nCCONJ\n", "NOUN\nNOUN\nSCONJ\nSCONJ\n")

    assert found == {"f1": pytest.approx(100 * 2 / 7), "precision": 25.0, "recall": pytest.approx(100 / 3)}


def test_mined_pairs_are_a_set_in_any_order(score: Score) -> None:
    found = score("bucc2018", "b\ty\na\tx\na\tz\n", "a\tx\nb\ty\nc\tq\nd\tr\n", "de")

    assert found == {
        "f1": pytest.approx(100 * 4 / 7),
        "precision": pytest.approx(100 * 2 / 3),
        "recall": 50.0,
    }


def test_nothing_right_is_nought(score: Score) -> None:
    assert score("bucc2018", "a\tx\n", "b\ty\n", "de") == {"f1": 0, "precision": 0, "recall": 0}
    assert score("panx", "O\n", "O\n") == {"f1": 0, "precision": 0, "recall": 0}


def test_answers_are_compared_by_english_rules_in_every_language_but_for_mlqa(score: Score) -> None:
    said, gold = {"q": "der Dom zu Köln"}, asked(q=["Dom zu Köln!"])

    assert score("xquad", said, gold, "de") == {"exact_match": 0, "f1": pytest.approx(100 * 6 / 7)}
    assert score("mlqa", said, gold, "de") == {"exact_match": 100, "f1": 100}


@pytest.mark.parametrize(
    ("language", "said", "gold", "exact", "f1"),
    [
        ("en", "The cat", "a cat", 100, 100),
        ("es", "los gatos", "«unos gatos»", 100, 100),
        ("vi", "những con mèo", "con mèo", 100, 100),
        ("ar", "الكتاب", "كتاب", 100, 100),
        ("hi", "दिल्ली।", "दिल्ली", 100, 100),
        ("zh", "北京市", "北京", 0, 80),
        ("zh", "NASA 局", "NASA局。", 100, 100),
        ("de", "€ 5", "5", 0, 200 / 3),  # a sign of money is no punctuation
        ("en", "$5", "5", 100, 100),  # but this one is, in ASCII
    ],
)
def test_mlqa_compares_by_the_rules_of_the_language(
    language: str, said: str, gold: str, exact: float, f1: float, score: Score
) -> None:
    assert score("mlqa", {"q": said}, asked(q=[gold]), language) == {
        "exact_match": exact,
        "f1": pytest.approx(f1),
    }


def test_squad_2_wants_no_answer_where_there_is_none_and_has_a_best_threshold(score: Score, tmp_path: Path) -> None:
    said, gold = {"q": "a b", "r": "c", "s": ""}, asked(q=["b"], r=[], s=["the"])
    plain = {"exact_match": pytest.approx(200 / 3), "f1": pytest.approx(200 / 3)}  # of "a b" the article goes

    assert score("squad2", said, gold) == plain

    (tmp_path / "said/squad2/na-prob-en.json").write_text('{"q": 0.1, "r": 0.9, "s": 0.2}')

    assert score("squad2", said, gold) == plain | {"best_exact": 100, "best_f1": 100}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"q": 0.1}', "'r' has no number"),
        ('{"q": 0.1, "r": 0.2, "z": 1}', "entry 3: 'z' has no prediction"),
        ('{"q": 0.1, "r": "b"}', "'r': 'b' is no number"),
    ],
)
def test_doubts_that_do_not_fit_the_answers_are_refused(
    content: str, message: str, score: Score, tmp_path: Path
) -> None:
    score("squad2", {"q": "a", "r": ""}, asked(q=["a"], r=[]))
    (tmp_path / "said/squad2/na-prob-en.json").write_text(content)

    with pytest.raises(BadFile, match=message):
        score("squad2", {"q": "a", "r": ""}, asked(q=["a"], r=[]))


def test_the_best_of_several_answers_counts(score: Score) -> None:
    assert score("tydiqa", {"q": "Bob"}, asked(q=["Anna", "Bob Lee"]))["f1"] == pytest.approx(200 / 3)


def test_answers_without_a_word_share_nothing_but_are_equal(score: Score) -> None:
    assert score("xquad", {"q": "!"}, asked(q=["?"])) == {"exact_match": 100, "f1": 0}


def test_a_ranking_scores_the_place_of_the_first_label_down_to_the_twentieth(score: Score) -> None:
    others = [f"Q{n}" for n in range(30)]
    said = {"a": ["Q1", "right"], "b": [*others[:20], "right"], "c": ["right", "right"], "d": ["right"]}

    found = score("mewslix", said, {uid: ["right"] for uid in "abc"} | {"d": ["x", "right"]})

    assert found == {"map@20": pytest.approx(100 * (1 / 2 + 0 + 1 + 0) / 4)}


def test_in_lareqa_all_labels_are_right(score: Score) -> None:
    assert score("lareqa", {"q": ["x", "b", "a"]}, {"q": ["a", "b"]}) == {"map@20": pytest.approx(100 * 7 / 12)}


def test_xcopa_has_records_in_lines(score: Score) -> None:
    said = '{"label": 1}\n{"label": 0}\n'

    assert score("xcopa", said, '{"idx": 7, "label": 1}\n{"idx": 8, "label": 1}\n', "et") == {"accuracy": 50.0}


def test_the_average_is_over_languages_not_over_rows(score: Score) -> None:
    score("xnli", "neutral\n" * 9, "neutral\n" * 9, "de")

    assert score("xnli", "neutral\n", "entailment\n", "en") == {"accuracy": 50.0}


def test_a_mark_of_byte_order_is_no_part_of_the_first_label(score: Score) -> None:
    assert score("pawsx", b"\xef\xbb\xbf1\n0\n", "1\n0\n") == {"accuracy": 100.0}


# ---------------------------------------------------------------------------------------------------- mistakes

TWICE = '{"q": "a", "r": "b", "q": "c"}'


@pytest.mark.parametrize(
    ("task", "said", "labels", "message"),
    [
        ("xnli", "", "neutral\n", "the file is empty"),
        ("xnli", "\n \n", "neutral\n", "the file is empty"),
        ("xnli", "neutral\n\nneutral\n", "neutral\n" * 3, "line 2: it is empty"),
        ("xnli", "neutral\n", "neutral\n" * 2, r"line 2: 1 predictions for 2 labels \(in .*test-en.tsv\)"),
        ("xnli", "neutral\nnuetral\n", "neutral\n" * 2, "line 2: 'nuetral' is no label here Did you mean 'neutral'"),
        ("xnli", b"neutral\nn\xe9utral\n", "neutral\n" * 2, "line 2: the byte 0xe9 is not UTF-8"),
        ("xnli", "neutral".encode("utf-16"), "neutral\n", "line 1: the byte 0xff is not UTF-8"),
        ("panx", "B-PER\nI-PER\n\nO\n", "B-PER\n\nO\n", "line 1: sentence 1 has 2 tags for 1 tokens"),
        ("panx", "O\n", "O\n\nO\n", "line 2: 1 sentences for 2"),
        ("panx", "O\nB_PER\n", "O\nO\n", "line 2: 'B_PER' is no label here"),
        ("udpos", "Noun\n", "NOUN\n", "line 1: 'Noun' is no label here Did you mean 'NOUN'"),
        ("bucc2018", "a\tx\na x\n", "a\tx\n", "line 2: 'a x' is not two ids parted by a tab"),
        ("bucc2018", "a\tx\nb\ty\na\tx\n", "a\tx\n", "line 3: the pair a x stands in line 1 already"),
        ("xquad", "[1]", asked(q=["a"]), "it holds a list, where a mapping from ids"),
        ("xquad", "{", asked(q=["a"]), "line 1: it is no JSON"),
        ("xquad", TWICE, asked(q=["a"], r=["b"]), "entry 3: 'q' stands before it already"),
        ("xquad", {"q": 5}, asked(q=["a"]), r"entry 1 \('q'\): '5' is not a text"),
        ("xquad", {"q": "a"}, asked(q=["a"], r=["b"]), "'r' has no prediction"),
        ("xquad", {"q": "a", "z": "b"}, asked(q=["a"]), "entry 2: 'z' is not in .*test-en.json With --lenient"),
        ("xquad", {"q": "a"}, {"rows": []}, "it has not the form of SQuAD"),
        ("xquad", {"q": "a"}, asked(q=[]), "question 1: 'q' has no answer"),
        ("xquad", {"q": "a"}, {"data": []}, "it holds nothing to score"),
        ("mewslix", {"q": "Q1"}, {"q": ["Q1"]}, "is not a list of ids"),
        ("mewslix", {"q": [1]}, {"q": ["Q1"]}, "is not a list of ids"),
        ("mewslix", {"q": ["Q1"]}, {"q": "Q1"}, "entry 1: 'q' has no label"),
        ("xcopa", '{"label": 1}\n{"answer": 0}\n', '{"label": 1}\n' * 2, "line 2: it is no mapping with a 'label'"),
        ("xcopa", '{"label": 1}\n', '{"label": 1}\n' * 2, "line 2: 1 predictions for 2"),
        ("xcopa", '{"idx": 2, "label": 1}', '{"idx": 1, "label": 1}', "line 1: idx 2 stands where 1 should"),
    ],
)
def test_a_mistake_is_told_by_file_row_and_reason(
    task: str, said: Any, labels: Any, message: str, score: Score
) -> None:
    with pytest.raises(BadFile, match=message):
        score(task, said, labels)


def test_of_many_mistakes_ten_are_told(score: Score) -> None:
    with pytest.raises(BadFile, match=r"line 10: .*\n  and 40 more") as error:
        score("xnli", "maybe\n" * 50, "neutral\n" * 50)

    assert "line 11" not in error.value.message


def test_with_leniency_a_missing_answer_is_wrong_and_a_superfluous_one_is_left_out(score: Score) -> None:
    gold = asked(q=["a b"], r=["?"])

    assert score("xquad", {"q": "a b", "z": "b"}, gold, lenient=True) == {"exact_match": 50, "f1": 50}
    assert score("mewslix", {"z": ["Q1"]}, {"q": ["Q1"]}, lenient=True) == {"map@20": 0}


def test_a_language_without_predictions_is_named(score: Score, tmp_path: Path) -> None:
    score("xnli", "neutral\n", "neutral\n", "de")
    (tmp_path / "labels/xnli/test-sw.tsv").write_text("neutral\n")

    with pytest.raises(MissingData, match=r"no predictions in sw, .* such as test-sw.tsv"):
        score_files("xnli", tmp_path / "said", tmp_path / "labels")


def test_a_language_without_labels_is_named_and_not_scored(score: Score, tmp_path: Path) -> None:
    score("xnli", "neutral\n", "neutral\n", "de")
    (tmp_path / "said/xnli/test-sw.tsv").write_text("neutral\n")

    scores = score_files("xnli", tmp_path / "said", tmp_path / "labels")

    assert (list(scores.languages), scores.unscored) == (["de"], ("sw",))


def test_a_folder_without_files_says_where_they_are_expected(tmp_path: Path) -> None:
    with pytest.raises(MissingData, match=r"no file test-LANGUAGE.json in .*labels/xquad"):
        score_files("xquad", tmp_path / "said", tmp_path / "labels")


def test_a_language_that_mlqa_has_not_is_refused(score: Score) -> None:
    with pytest.raises(UnknownName, match="'sw'"):
        score("mlqa", {"q": "a"}, asked(q=["a"]), "sw")


# --------------------------------------------------------------------------------------------- the command line


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "xeval", "score", *arguments], capture_output=True, text=True)


def test_the_command_prints_one_document_or_one_table(score: Score, tmp_path: Path) -> None:
    score("xquad", {"q": "a b"}, asked(q=["b"]))
    files = ["--predictions", str(tmp_path / "said"), "--labels", str(tmp_path / "labels")]

    document, table = command("xquad", *files, "--json"), command("xquad", *files)

    assert json.loads(document.stdout) == {
        "task": "xquad",
        "languages": {"en": {"exact_match": 100.0, "f1": 100.0}},
        "average": {"exact_match": 100.0, "f1": 100.0},
    }
    assert (document.returncode, document.stderr, table.returncode) == (0, "", 0)
    assert "mean of 1" in table.stdout
    assert "the mean of both means, is 100.00" in table.stdout


def test_the_command_ends_with_2_and_one_message(score: Score, tmp_path: Path) -> None:
    score("xquad", {"q": "a"}, asked(q=["a"]))
    said, labels = str(tmp_path / "said"), str(tmp_path / "labels")

    endings = [
        command("xquat", "--predictions", said, "--labels", labels),
        command("xquad", "--predictions", said),
        command("xquad", "--predictions", said + "s", "--labels", labels),
    ]

    assert [ending.returncode for ending in endings] == [2, 2, 2]
    assert "Did you mean 'xquad'?" in endings[0].stderr
    assert "Name the folder of the labels with --labels" in endings[1].stderr
    assert "There is no folder" in endings[2].stderr
    assert not any("Traceback" in ending.stderr for ending in endings)


def test_scoring_imports_no_heavy_library(score: Score, tmp_path: Path) -> None:
    score("mlqa", {"q": "a"}, asked(q=["a"]))
    code = (
        "import sys\nfrom pathlib import Path\nfrom xeval.faces.scorepage import score\n"
        f"score('mlqa', Path({str(tmp_path / 'said')!r}), Path({str(tmp_path / 'labels')!r}), True, False)\n"
        "print([n for n in ('torch', 'transformers', 'datasets', 'pandas', 'pyarrow') if n in sys.modules])"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.endswith("[]\n")


# -------------------------------------------------------------------------------------------------- stored runs


def store(folder: Path, language: str, rows: list[tuple[float, ...]], metric: str, **params: Any) -> None:
    """An evaluation as a run stores it."""
    folder.mkdir(parents=True)
    columns = {f"{metric}.{i}": column for i, column in enumerate(np.array(rows).T)}
    pq.write_table(pa.table({"uid": [str(i) for i in range(len(rows))], **columns}), folder / "predictions.parquet")
    params = {"task": {"name": "tatoeba"}, "language": language, "perturbation": None} | params
    (folder / "manifest.json").write_text(json.dumps({"params": params}))


def test_evaluations_of_a_store_are_scored_from_their_statistics(tmp_path: Path) -> None:
    store(tmp_path / "ab/1", "de", [(1, 1), (0, 1)], "accuracy")
    store(tmp_path / "cd/2", "sw", [(1, 1), (1, 1)], "accuracy")
    store(tmp_path / "cd/3", "sw", [(0, 1)], "accuracy", perturbation={"name": "noise"})
    store(tmp_path / "cd/4", "sw", [(0, 1)], "accuracy", task={"name": "xnli"})

    scores = score_stored("tatoeba", tmp_path)

    assert scores.languages == {"de": {"accuracy": 50.0}, "sw": {"accuracy": 100.0}}
    assert scores.average == {"accuracy": 75.0}


def test_two_evaluations_of_one_language_are_not_mixed(tmp_path: Path) -> None:
    for name in ("1", "2"):
        store(tmp_path / name, "de", [(1, 1)], "accuracy")

    with pytest.raises(BadValue, match="two evaluations of tatoeba in de: 1 and 2"):
        score_stored("tatoeba", tmp_path)


def test_a_store_without_the_task_or_its_statistics_says_so(tmp_path: Path) -> None:
    store(tmp_path / "1", "de", [(1, 1)], "squad_f1")

    with pytest.raises(MissingData, match="no evaluation of xnli"):
        score_stored("xnli", tmp_path)
    with pytest.raises(MissingData, match="no statistics of accuracy"):
        score_stored("tatoeba", tmp_path)
