"""Queries that find passages in a pool: LAReQA and Mewsli-X, from their original files to their scores."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from xeval.cli import main
from xeval.errors import BadData, BadValue, MissingData
from xeval.facts.registry import load_registry
from xeval.formats.ranking import RANKING, encode, limited, resolved
from xeval.formats.subwords import subwords_of
from xeval.learning.ranking import rank
from xeval.learning.reading import opened, outputs_of
from xeval.learning.training import TrainingSet, train
from xeval.scores.neighbours import Vectors, nearest_targets
from xeval.sources.athand import state
from xeval.sources.declared import load_catalogue
from xeval.sources.examples import examples_of, passages_of
from xeval.sources.rows import Place
from xeval.tasks.intermediate.squad_sentences import breaks
from xeval.tasks.target.mewslix import marked
from xeval.tuning import Compute, Progress, Retrieval, Training
from xeval.values import Passage, Query

NOWHERE = Place(offline=True)
CODES = ("ar", "de", "el", "en", "es", "hi", "ru", "th", "tr", "vi", "zh")


def ignore(progress: Progress) -> None:
    """Nobody watches."""


# ------------------------------------------------------------------------------------------------------------ LAReQA


def paragraph(context: str, breaks: list[list[int]], *starts: int) -> dict[str, Any]:
    asked = [
        {"id": f"q{start}", "question": f"{start}?", "answers": [{"text": context[start], "answer_start": start}]}
        for start in starts
    ]
    return {"context": context, "sentence_breaks": breaks, "qas": asked}


@pytest.fixture
def lareqa(tmp_path: Path) -> Any:
    """Two sentences in every language; the second question's answer lies between two sentences in German."""
    for code in CODES:
        cut = [[0, 4], [5, 9]] if code == "de" else [[0, 5], [5, 9]]
        text = {"data": [{"paragraphs": [paragraph("One. Two.", cut, 0, 4, 6), paragraph("No one asks.", [[0, 12]])]}]}
        (tmp_path / f"{code}.json").write_text(json.dumps(text))
    return task("lareqa", tmp_path)


def task(name: str, folder: Path) -> Any:
    (folder / "registry.yaml").write_text(f"files: {{{name}: .}}")
    return load_catalogue([], load_registry([folder / "registry.yaml"])).targets[name]


def test_the_pool_holds_each_sentence_before_its_passage_in_every_language(lareqa: Any) -> None:
    assert passages_of(lareqa, "validation", "de", NOWHERE) == [
        Passage("de_1_0", "de", "One.One. Two.", ("q0",)),
        Passage("de_1_1", "de", "Two.One. Two.", ("q6",)),
    ]


def test_a_question_whose_answer_a_break_cuts_off_is_not_asked_and_others_still_find_it(lareqa: Any) -> None:
    pool = [passage for code in CODES for passage in passages_of(lareqa, "validation", code, NOWHERE)]
    asked = {code: examples_of(lareqa, "validation", code, NOWHERE) for code in CODES}
    english = {query.uid: query.relevant for query in resolved(asked["en"], pool)}  # type: ignore[arg-type]

    assert [query.uid for query in asked["de"]] == ["q0", "q6"]
    assert [len(relevant) for relevant in english.values()] == [11, 10, 11]
    assert "de_1_0" not in english["q4"]
    assert english["q0"][:2] == ("ar_1_0", "de_1_0")


def test_xquad_without_sentence_breaks_says_so(tmp_path: Path) -> None:
    plain = paragraph("One. Two.", [], 0)
    del plain["sentence_breaks"]
    (tmp_path / "en.json").write_text(json.dumps({"data": [{"paragraphs": [plain]}]}))

    with pytest.raises(BadData, match="no column 'sentence_breaks'"):
        examples_of(task("lareqa", tmp_path), "validation", "en", NOWHERE)


def test_without_the_files_it_is_said_how_to_get_them_and_that_all_are_needed(lareqa: Any, tmp_path: Path) -> None:
    catalogue = load_catalogue([], load_registry())
    ready, absent = lareqa, catalogue.targets["lareqa-zero-shot"]
    with pytest.raises(MissingData, match=r"There is no XQuAD-R.*google-research-datasets/lareqa"):
        examples_of(absent, "validation", "en", Place(offline=True, sources=load_registry().sources))

    assert state(absent, catalogue, NOWHERE) == "needs files"
    (tmp_path / "th.json").unlink()
    assert state(ready, catalogue, NOWHERE) == "needs fetch, files"


@pytest.mark.parametrize(
    "text",
    ["Dr. Ada came. She saw.", "The U. S. won 3.5 points. Why?", 'He said "Stop!" Then he ran.', "No end", "A.\n\nB"],
)
def test_sentences_are_the_whole_text(text: str) -> None:
    spans = list(breaks(text))

    assert "".join(text[a:b] for a, b in spans) == text
    assert len(spans) == {"D": 2, "T": 2, "H": 2, "N": 1, "A": 1}[text[0]]


# ---------------------------------------------------------------------------------------------------------- Mewsli-X


NEWS = "Rain fell. In {old} Rome  {rain} fell\non Rome. It stopped."
SPANS = [{"start": 0, "end": 10}, {"start": 11, "end": 46}, {"start": 47, "end": 58}]


def context(language: str = "de") -> dict[str, Any]:
    return {"document_id": "D1", "language": language, "text": NEWS, "sentence_spans": SPANS}


def mention(start: int, entity: str = "Q1") -> dict[str, Any]:
    span = {"start": start, "end": start + 4, "text": NEWS[start : start + 4]}
    return {"example_id": f"m{start}", "mention_span": span, "entity_id": entity}


def entity(number: int) -> dict[str, Any]:
    spans = [{"start": 0, "end": 7}, {"start": 8, "end": 16}]
    return {"entity_id": f"Q{number}", "description": "A city.\nIn  Ito. More.", "sentence_spans": spans} | {
        "description_language": "it",
        "title": "Rome",
    }


@pytest.fixture
def mewslix(tmp_path: Path) -> Path:
    write(tmp_path / "candidate_set_entities.jsonl", [entity(number) for number in range(4)])
    both = [{"context": context(code), "mentions": [mention(20), mention(41)]} for code in ("de", "tr")]
    write(tmp_path / "wikinews_mentions-test.jsonl", both)
    return tmp_path


def write(path: Path, rows: list[Any]) -> None:
    path.write_text("\n".join(map(json.dumps, rows)))


def test_a_mention_is_marked_in_its_sentence_and_said_before_it() -> None:
    assert marked(mention(20)["mention_span"], context()) == "Rome: In (old) { Rome }  (rain) fell on Rome."


def test_mentions_of_one_language_are_taken_and_descriptions_of_all(mewslix: Path) -> None:
    news = task("mewslix", mewslix)
    found = examples_of(news, "test", "tr", NOWHERE)
    pool = passages_of(news, "test", "mul", NOWHERE)

    assert [(query.uid, query.language, query.group) for query in found] == [("m20", "tr", "D1"), ("m41", "tr", "D1")]
    assert pool[1] == Passage("Q1", "it", "A city. In Ito.", ("Q1",))
    assert resolved(found, pool)[0].relevant == ("Q1",)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"entity_id": ""}, "labels are missing"),
        ({"mention_span": {"start": 9, "end": 13, "text": NEWS[9:13]}}, "is within no sentence"),
        ({"mention_span": {"start": 9, "end": 13, "text": "Rome"}}, "is not at 9"),
    ],
)
def test_a_mention_that_cannot_be_scored_is_told_with_its_row(mewslix: Path, change: Any, reason: str) -> None:
    row = {"context": context("tr"), "mentions": [mention(20) | change]}
    write(mewslix / "wikinews_mentions-test.jsonl", [row])

    with pytest.raises(BadData, match=f"row 0.*{reason}"):
        examples_of(task("mewslix", mewslix), "test", "tr", NOWHERE)


# ------------------------------------------------------------------------------------------------- pools and queries


PLACES = ["cat", "mat", "dog", "park", "Hund", "Garten", "Berlin", "Siemens", "sleep", "today", "black", "small"]
POOL = [Passage(f"p{n}", "en", f"the {word} in the {PLACES[n - 1]}", (word,)) for n, word in enumerate(PLACES)]
QUERIES = [Query(word, "en", f"where is the {word}", word, group=word) for word in PLACES]


def test_a_limited_pool_holds_what_is_right_for_its_queries() -> None:
    queries = resolved(QUERIES[7:8], POOL)

    assert [passage.uid for passage in limited([POOL[:6], POOL[6:]], queries, 2)] == ["p0", "p1", "p6", "p7"]


def test_ranks_are_those_of_a_plain_product(tiny_model: Path) -> None:
    reader = opened(tiny_model, RANKING, (), Retrieval(), Compute())

    def vectors(texts: list[str]) -> Any:
        queries = [Query(str(n), "en", text, "x") for n, text in enumerate(texts)]
        with torch.inference_mode():
            outputs = outputs_of(reader, encode(queries, reader.subwords, Training(), ()))
        rows = np.stack(outputs).astype(np.float64)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    products = vectors([query.text for query in QUERIES]) @ vectors([passage.text for passage in POOL]).T
    (found,) = rank(tiny_model, [QUERIES], [POOL], Training(), Retrieval(), Compute())

    assert [said.value for said in found] == [[f"p{n}" for n in row] for row in np.argsort(-products, axis=1)]
    assert [said.uid for said in found] == PLACES


def test_another_list_in_the_sweep_changes_nothing(tiny_model: Path) -> None:
    alone = rank(tiny_model, [QUERIES[:3]], [POOL], Training(), Retrieval(), Compute())
    beside = rank(tiny_model, [QUERIES, QUERIES[:3]], [POOL[:5], POOL], Training(), Retrieval(), Compute())

    assert beside[1] == alone[0]
    assert all(len(said.value) == 5 for said in beside[0])


def test_centring_is_by_language(tiny_model: Path) -> None:
    mixed = [*POOL, *(Passage(f"x{n}", "de", passage.text, ()) for n, passage in enumerate(POOL))]
    (found,) = rank(tiny_model, [QUERIES], [mixed], Training(), Retrieval(centre=True), Compute())

    first = [(said.value[0], said.value[1]) for said in found]
    assert all({a[0], b[0]} == {"p", "x"} and a[1:] == b[1:] for a, b in first)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 40), st.integers(1, 300), st.integers(1, 25), st.integers(0, 10**6))
def test_the_nearest_are_those_of_a_literal_search(sources: int, targets: int, k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    left, right = (rng.integers(-2, 3, (n, 3)).astype(np.float32) for n in (sources, targets))  # many ties
    found = nearest_targets(Vectors.of(left), Vectors.of(right), k)
    unit = [side / np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-12) for side in (left, right)]
    wanted = -np.sort(-(unit[0].astype(np.float64) @ unit[1].T), axis=1)[:, :k]

    assert np.allclose(found.cosines, wanted, atol=1e-6)
    assert found.numbers.shape == (sources, min(k, targets))


# ---------------------------------------------------------------------------------------------------------- training


SETTINGS = Training(learning_rate=3e-3, batch_size=6, epochs=25, max_length=32, pooling="mean", warmup=0.0)


def test_a_dual_encoder_learns_to_find_passages(tiny_model: Path, tmp_path: Path) -> None:
    by_key = {passage.keys[0]: passage.text for passage in POOL}
    pairs = [Query(q.uid, "en", q.text, q.seeks, passage=by_key[q.seeks]) for q in QUERIES]
    report = train(tiny_model, [TrainingSet("ranking", (), pairs)], SETTINGS, 0, Compute(), tmp_path / "out", ignore)

    def hits(folder: Path) -> int:
        (found,) = rank(folder, [QUERIES], [POOL], SETTINGS, Retrieval(), Compute())
        return sum(said.value[0] == query.uid for said, query in zip(found, top(QUERIES), strict=True))

    def top(queries: list[Query]) -> list[Passage]:
        return [next(p for p in POOL if query.seeks in p.keys) for query in queries]

    assert report.losses[-1] < 0.2 < report.losses[0]
    assert hits(tmp_path / "out") == len(QUERIES) > hits(tiny_model)


def test_a_passage_that_two_queries_share_is_wrong_for_neither(tiny_model: Path, tmp_path: Path) -> None:
    same = [Query(str(n), "en", text, "x", passage="the cat") for n, text in enumerate(PLACES)]
    report = train(tiny_model, [TrainingSet("ranking", (), same)], SETTINGS, 0, Compute(), tmp_path / "out", ignore)

    assert max(report.losses) == 0  # there is nothing to choose from


def test_queries_without_passages_cannot_be_trained_on(tiny_model: Path, tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="no passage to train on"):
        train(tiny_model, [TrainingSet("ranking", (), QUERIES)], SETTINGS, 0, Compute(), tmp_path / "out", ignore)


def test_queries_are_cut_shorter_than_passages(tiny_tokenizer: Any) -> None:
    long = Query("1", "en", "dog " * 50, "x", passage="dog " * 50)
    (feature,) = encode([long], subwords_of(tiny_tokenizer), Training(max_length=40, max_query=12), ())

    assert [len(ids) for ids in feature.sequences] == [12, 40]


# ---------------------------------------------------------------------------------------------------------- as a run


def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    monkeypatch.setattr(sys, "argv", ["xeval", "run", *arguments, "--offline", "--executor", "inline", "--json"])
    with pytest.raises(SystemExit) as end:
        main()
    out, err = capfd.readouterr()
    assert end.value.code == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def test_queries_are_scored_clean_and_noisy_and_kept_apart_by_the_pool(
    lareqa: Any, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "registry.yaml").write_text("files: {lareqa-zero-shot: .}")
    monkeypatch.chdir(tmp_path)
    model = ["--model", str(tiny_model), "--language", "de"]
    wishes = ["--target", "lareqa-zero-shot", "--perturb", "noise.swap@1", *model]
    first = run(monkeypatch, capfd, *wishes)["cells"]
    other = json.loads((tmp_path / "th.json").read_text())
    other["data"][0]["paragraphs"][0]["context"] = "Thr. Fou."
    (tmp_path / "th.json").write_text(json.dumps(other))
    again = run(monkeypatch, capfd, *wishes)["cells"]

    assert [(cell["state"], cell["n"], cell["metric"]) for cell in first] == [("done", 2, "map_at_20")] * 2
    assert all(0 < cell["score"] <= 1 for cell in first)  # of 22 sentences 20 are seen
    assert not {cell["key"] for cell in first} & {cell["key"] for cell in again}


def test_the_plan_of_a_pool_that_is_not_whole_is_a_hole(
    lareqa: Any, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "th.json").unlink()
    (tmp_path / "registry.yaml").write_text("files: {lareqa-zero-shot: .}")
    monkeypatch.chdir(tmp_path)
    targets = ["--target", "lareqa-zero-shot", "--target", "mini-retrieval", "--language", "de", "--language", "qaa"]
    cells = run(monkeypatch, capfd, *targets, "--model", str(tiny_model), "--limit", "5")["cells"]

    reasons = {cell["target"]: cell["reason"] for cell in cells if cell["language"] == "de"}
    assert "There is no XQuAD-R, split validation, in 'th'" in reasons["lareqa-zero-shot"]
