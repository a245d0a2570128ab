from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from xeval.boards.benchmarkboard import APART, BY_TASK, MEANS, benchmark_board
from xeval.boards.benchmarks import (
    BENCHMARKS,
    GROUPS,
    OVERALL,
    Benchmark,
    Part,
    benchmarks_of,
    figures,
    metrics_beside,
    scored_by,
)
from xeval.boards.board import Block, Board, Entry, Hole, Quoted
from xeval.boards.statistics import Estimate, Evidence
from xeval.cell import Cell
from xeval.faces.drawing import tables
from xeval.faces.markdown import as_markdown
from xeval.faces.records import as_csv, as_json
from xeval.facts.registry import ReferenceScore, load_registry
from xeval.running.evidence import evidence_in
from xeval.running.results import RunRecord, named
from xeval.running.store import Store
from xeval.scores.metrics import METRICS

XTREME, XTREME_R = BENCHMARKS
ITEMS = 100
REGISTRY = load_registry()
WIDTH = {"f1": 3, "xtreme_f1": 3, "mining_f1": 3}  # numbers of a row of evidence; the others have two


@dataclass
class Ran:
    """The cells of a made-up run, and evidence of as many right answers in a hundred as asked for."""

    cells: list[Cell] = field(default_factory=list)
    evidence: dict[str, Evidence] = field(default_factory=dict)

    def score(self, task: str, language: str, percents: Mapping[str, int], **about: Any) -> None:
        """A cell; the first metric is its headline."""
        headline, key = next(iter(percents)), str(len(self.cells))
        scores = {metric: percent / 100 for metric, percent in percents.items()}
        done = {"score": scores[headline], "n": ITEMS, "state": "done", "key": key, "scores": scores}
        cell = replace(blank(task, language, headline), **{"data": "files of UD", **done, **about})
        self.cells.append(cell)
        for metric, percent in percents.items():
            self.evidence[scored_by(cell, metric).key] = evidence(metric, percent)

    def part(self, part: Part, percents: Sequence[int], only: Sequence[str] = (), **about: Any) -> None:
        """A part of a benchmark: the same percents (one for each metric) in each of its languages, or in some."""
        for language in only or part.languages:
            self.score(part.task, language, dict(zip(part.metrics, percents, strict=True)), **about)

    def whole(self, benchmark: Benchmark, percents: Mapping[str, Sequence[int]], **about: Any) -> None:
        """Every part of a benchmark."""
        for part in benchmark.parts:
            self.part(part, percents[part.task], **about)

    def board(self, limit: int | None = None, published: Sequence[ReferenceScore] = ()) -> Board:
        return benchmark_board(self.cells, self.evidence, limit, published)

    def block(self, limit: int | None = None, published: Sequence[ReferenceScore] = ()) -> Block:
        return self.board(limit, published).blocks[0]


def blank(task: str, language: str, metric: str) -> Cell:
    return Cell("mine", "none", task, language, "en", None, 0.0, 0, metric, None, None, None, 0, "not-run")


def evidence(metric: str, percent: int) -> Evidence:
    right = (np.arange(ITEMS) < percent).astype(np.float64)
    ones = np.ones((ITEMS, WIDTH.get(metric, 2) - 1))
    return Evidence(np.column_stack([right, ones]), tuple(map(str, range(ITEMS))), ("",) * ITEMS)


def entry(block: Block, name: str, group: str = "", system: str = "mine") -> Entry:
    line = next(line for line in block.lines if str(line.system) == system)
    at = next(n for n, column in enumerate(block.columns) if (column.name, column.group) == (name, group))
    return line.entries[at]


def value(block: Block, name: str, group: str = "", system: str = "mine") -> float:
    found = entry(block, name, group, system)
    assert not isinstance(found, Hole), found
    return round(100 * found.value, 6)


def heads(block: Block) -> list[str]:
    return [f"{column.group} {column.name}".strip() for column in block.columns]


def part_of(benchmark: Benchmark, task: str) -> Part:
    return next(part for part in benchmark.parts if part.task == task)


# 73 = (40 + 80 + 60 + 70 + 75 + 65 + 85 + 90 + 92) / 9, QA as the mean of F1 and EM
PERCENTS = {
    "xnli": [40],
    "pawsx": [80],
    "udpos": [60],
    "panx": [70],
    "xquad": [80, 70],
    "mlqa": [70, 60],
    "tydiqa": [90, 80],
    "bucc2018": [90],
    "tatoeba": [92],
}


# ----------------------------------------------------------------------------------------------------------- the rule


def test_the_published_task_scores_of_xlm_r_large_close_to_its_published_overall() -> None:
    """68.1 to 68.2, and the means of groups in Chung et al. 2021, Table 7."""
    found = figures(XTREME, published("XLM-R large", "xtreme"))

    assert 0.681 <= found[OVERALL] <= 0.6825
    assert found["classification"] == pytest.approx(0.828, abs=6e-4)
    assert found["QA"] == pytest.approx(0.620, abs=6e-4)
    assert found["retrieval"] == pytest.approx((0.660 + 0.573) / 2)


def test_the_overall_is_over_tasks_not_over_groups() -> None:
    found = figures(XTREME, published("XLM-R large", "xtreme"))

    assert found[OVERALL] == pytest.approx(sum(found[task] for task in XTREME.tasks) / 9)
    assert found[OVERALL] != pytest.approx(sum(found[group] for group in GROUPS) / 4, abs=1e-3)


def test_what_is_not_published_whole_has_no_total() -> None:
    found = figures(XTREME, published("X-STILTs", "xtreme"))

    assert OVERALL not in found
    assert "retrieval" not in found
    assert found["xquad"] == pytest.approx((0.787 + 0.633) / 2)


def test_f1_alone_makes_no_score_of_a_question_answering_task() -> None:
    found = figures(XTREME, published("mBERT", "xtreme"))

    assert not {"xquad", "mlqa", "tydiqa", "QA"} & set(found)
    assert found["classification"] == pytest.approx((0.654 + 0.819) / 2)


def published(system: str, benchmark: str) -> dict[tuple[str, str], float]:
    rows = [row for row in REGISTRY.scores if (row.system, row.benchmark) == (system, benchmark)]
    return {(row.task, row.metric): row.score for row in rows}


# ---------------------------------------------------------------------------------------------------------- the tables


def test_the_tables_have_the_sizes_that_the_benchmarks_have() -> None:
    sizes = {b.title: {part.task: len(part.languages) for part in b.parts} for b in BENCHMARKS}

    assert sizes == {
        "XTREME": {
            "xnli": 15,
            "pawsx": 7,
            "udpos": 33,
            "panx": 40,
            "xquad": 11,
            "mlqa": 7,
            "tydiqa": 9,
            "bucc2018": 4,
            "tatoeba": 36,
        },
        "XTREME-R": {
            "xnli": 15,
            "xcopa": 11,
            "udpos": 38,
            "panx": 48,
            "xquad": 12,
            "mlqa": 7,
            "tydiqa": 9,
            "tatoeba": 41,
            "mewslix": 11,
            "lareqa": 11,
        },
    }


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=lambda benchmark: str(benchmark.title))
def test_every_language_metric_group_and_published_score_of_the_tables_is_known(benchmark: Benchmark) -> None:
    for part in benchmark.parts:
        assert set(part.languages) <= set(REGISTRY.languages)
        assert len(set(part.languages)) == len(part.languages)
        assert set(part.metrics) <= set(METRICS)
        assert part.group in GROUPS
    for row in REGISTRY.scores:
        if row.benchmark in benchmark.published:
            assert row.metric in part_of(benchmark, row.task).metrics


def test_a_benchmark_that_has_fewer_of_the_tasks_than_another_is_left_out() -> None:
    assert benchmarks_of(["xnli", "pawsx"]) == [XTREME]
    assert benchmarks_of(["xnli", "xcopa"]) == [XTREME_R]
    assert benchmarks_of(["xnli", "mlqa"]) == [XTREME, XTREME_R]
    assert benchmarks_of(["mini-pos"]) == []


# --------------------------------------------------------------------------------------------------------- whole runs


def test_a_whole_run_has_every_mean_as_computed_by_hand() -> None:
    ran = Ran()
    ran.whole(XTREME, PERCENTS)
    block = ran.block()

    assert block.title == "XTREME"
    assert value(block, "xquad", BY_TASK) == 75
    assert [value(block, group, MEANS) for group in GROUPS] == [60, 65, 75, 91]
    assert value(block, OVERALL) == 73
    assert isinstance(entry(block, OVERALL), Estimate)
    assert APART not in " ".join(heads(block))


def test_english_is_in_a_task_s_mean_and_there_is_one_without_it_and_the_worst_language() -> None:
    ran, xnli = Ran(), part_of(XTREME, "xnli")
    ran.whole(XTREME, PERCENTS)
    for n, cell in enumerate(ran.cells):
        if cell.target == "xnli" and cell.language in ("en", "sw"):
            percent = 100 if cell.language == "en" else 10
            ran.cells[n], ran.evidence[cell.key] = replace(cell, score=percent / 100), evidence("accuracy", percent)
    block = ran.block()
    without, usual = (13 * 40 + 10) / 14, sum(sum(p) / len(p) for t, p in PERCENTS.items() if t != "xnli")

    assert len(xnli.languages) == 15
    assert value(block, "xnli", BY_TASK) == pytest.approx((13 * 40 + 10 + 100) / 15)
    assert value(block, "non-English") == pytest.approx((usual + without) / 9)
    assert value(block, "worst") == pytest.approx((usual + 10) / 9)


def test_systems_are_ranked_by_the_overall() -> None:
    ran = Ran()
    ran.whole(XTREME, PERCENTS)
    ran.whole(XTREME, {task: [p - 20 for p in percents] for task, percents in PERCENTS.items()}, model="other")
    block = ran.block()

    assert [(str(line.system), line.rank) for line in block.lines] == [("mine", (1, 1)), ("other", (2, 2))]
    assert value(block, OVERALL, system="other") == 53


def test_noisy_text_takes_no_part() -> None:
    ran = Ran()
    ran.whole(XTREME, PERCENTS)
    ran.whole(XTREME, {task: [0] * len(p) for task, p in PERCENTS.items()}, perturbation="noise", level=0.1)

    assert value(ran.block(), OVERALL) == 73


def test_xtreme_r_has_an_overall_of_our_own_over_ten_tasks() -> None:
    ran = Ran()
    ran.whole(XTREME_R, {part.task: [50] * len(part.metrics) for part in XTREME_R.parts})
    block = ran.block()

    assert (block.title, value(block, OVERALL)) == ("XTREME-R", 50)
    assert "overall: our own, unweighted over its 10 tasks" in block.captions[0]


# -------------------------------------------------------------------------------------------------------- partial runs


def test_the_overall_is_a_hole_while_a_task_is_missing_and_the_caption_names_it() -> None:
    ran = Ran()
    for part in XTREME.parts:
        if part.task != "panx":
            ran.part(part, PERCENTS[part.task])
    block = ran.block()

    assert isinstance(entry(block, OVERALL), Hole)
    assert value(block, "classification", MEANS) == 60
    assert f"{MEANS} structured" not in heads(block)
    assert value(block, "udpos", BY_TASK) == 60
    assert value(block, "mean", APART) == (9 * 73 - 70) / 8
    assert "not run: panx" in block.captions


def test_a_mean_over_fewer_languages_stands_apart_and_says_which_are_missing() -> None:
    ran = Ran()
    ran.whole(XTREME, PERCENTS)
    ran.cells = [cell for cell in ran.cells if cell.target != "xquad" or cell.language in ("en", "de", "hi")]
    block = ran.block()

    assert isinstance(entry(block, OVERALL), Hole)
    assert value(block, "xquad 3/11", APART) == 75
    assert f"{BY_TASK} xquad" not in heads(block)
    assert f"{MEANS} QA" not in heads(block)
    assert "xquad: 3 of 11 languages, without ar, el, es, ru, th, tr, vi, zh" in block.captions
    assert any("can be held against published numbers" in caption for caption in block.captions)


def test_languages_that_a_benchmark_does_not_have_change_nothing() -> None:
    ran = Ran()
    ran.whole(XTREME, PERCENTS)
    ran.score("xquad", "ro", {"squad_f1": 0, "squad_em": 0})

    assert value(ran.block(), OVERALL) == 73


def test_a_run_with_a_limit_is_never_comparable() -> None:
    ran = Ran()
    ran.whole(XTREME, PERCENTS)
    block = ran.block(limit=200)

    assert isinstance(entry(block, OVERALL), Hole)
    assert not any(column.group in (BY_TASK, MEANS) for column in block.columns)
    assert value(block, "mean", APART) == 73
    assert "xnli: at most 200 rows of each split" in block.captions


@pytest.mark.parametrize("data", ["google/xtreme", ""], ids=["the hub's copy", "a record that does not say"])
def test_gold_pairs_and_other_words_are_never_comparable(data: str) -> None:
    ran = Ran()
    ran.whole(XTREME, PERCENTS, data=data)
    block = ran.block()

    assert isinstance(entry(block, OVERALL), Hole)
    assert (value(block, "bucc2018", APART), value(block, "udpos", APART)) == (90, 60)
    assert value(block, "tatoeba", BY_TASK) == 92
    assert any(caption.startswith("bucc2018: gold pairs only") for caption in block.captions)


def test_a_system_that_failed_in_a_language_has_holes_and_no_rank() -> None:
    ran = Ran()
    ran.whole(XTREME, PERCENTS)
    ran.whole(XTREME, PERCENTS, model="other")
    where = next(n for n, c in enumerate(ran.cells) if (c.model, c.target, c.language) == ("other", "mlqa", "hi"))
    ran.cells[where] = replace(ran.cells[where], state="failed", score=None, reason="out of memory")
    block = ran.block()

    assert value(block, OVERALL) == 73
    assert entry(block, OVERALL, system="other") == Hole("failed", "mlqa in hi: out of memory")
    assert entry(block, "mlqa", BY_TASK, "other") == Hole("failed", "mlqa in hi: out of memory")
    assert block.lines[1].rank is None
    assert "other is not ranked: mlqa failed in hi (out of memory)" in block.notes


def test_a_record_without_exact_match_is_a_hole_that_says_what_to_do() -> None:
    ran = Ran()
    ran.part(part_of(XTREME, "xquad"), [80, 70])
    ran.cells = [replace(cell, scores={}) for cell in ran.cells]
    ran.evidence = {key: found for key, found in ran.evidence.items() if ":" not in key}
    found = entry(ran.block(), "xquad", BY_TASK)

    assert isinstance(found, Hole)
    assert found.state == "not-run"
    assert "the same `xeval run` again adds it" in found.reason


def test_a_run_of_other_tasks_says_so() -> None:
    ran = Ran()
    ran.score("mini-pos", "qen", {"accuracy": 50})

    assert ran.board().captions == ("this run has no score on a task of XTREME or XTREME-R",)


# ----------------------------------------------------------------------------------------------------------- published


def test_published_lines_stand_below_without_a_rank_and_with_their_source() -> None:
    ran = Ran()
    ran.whole(XTREME, {task: [1] * len(percents) for task, percents in PERCENTS.items()})
    alone, block = ran.block(), ran.block(published=REGISTRY.scores)
    mine, *others = block.lines

    assert (mine.published, mine.rank) == ("", (1, 1))
    assert mine.entries == alone.lines[0].entries
    assert all(line.published and line.rank is None for line in others)
    assert value(block, OVERALL, system="XLM-R large") == pytest.approx(68.2, abs=0.06)
    assert isinstance(entry(block, OVERALL, system="XLM-R large"), Quoted)
    assert entry(block, OVERALL, system="RemBERT") == Hole("not-offered", "not published")
    assert any("RemBERT: Chung et al. 2021" in caption for caption in block.captions)


def test_where_a_table_goes_on_published_lines_without_a_number_in_it_are_left_out() -> None:
    ran = Ran()
    ran.part(part_of(XTREME, "xnli"), [40], ["en", "de"])
    block = ran.block(published=REGISTRY.scores)
    systems = {str(line.system) for line in block.lines}

    first, *others = [set(part[1].cells) for part in tables(block, {}, 80)]

    assert first == systems
    assert others[-1] == {str(block.lines[0].system)}  # the columns of what is not comparable
    assert any("RemBERT" in part for part in others)


def test_published_numbers_are_never_in_a_column_of_what_is_not_comparable() -> None:
    ran = Ran()
    ran.part(part_of(XTREME, "xnli"), [40], ["en", "de"])
    ran.part(part_of(XTREME, "pawsx"), [80])
    block = ran.block(published=REGISTRY.scores)

    assert value(block, "xnli", BY_TASK, "XLM-R large") == 79.2
    assert isinstance(entry(block, "xnli", BY_TASK), Hole)
    assert value(block, "pawsx", BY_TASK) == 80
    assert all(
        isinstance(found, Hole)
        for line in block.lines[1:]
        for column, found in zip(block.columns, line.entries, strict=True)
        if column.group == APART
    )


def test_every_file_says_which_lines_are_published() -> None:
    ran = Ran()
    ran.part(part_of(XTREME, "pawsx"), [80])
    board = ran.board(published=REGISTRY.scores)
    rows = list(csv.DictReader(io.StringIO(as_csv(board))))
    lines = json.loads(as_json(board))["blocks"][0]["lines"]

    assert {row["model"] for row in rows if not row["published"]} == {"mine"}
    assert [line["system"]["model"] for line in lines if not line["published"]] == ["mine"]
    assert all(line["rank"] is None for line in lines if line["published"])
    assert "| † | XLM-R large |" in as_markdown(board)
    assert "| † | mine" not in as_markdown(board)
    quoted = next(r for r in rows if (r["model"], r["column"], r["group"]) == ("XLM-R large", "pawsx", BY_TASK))
    assert (quoted["value"], quoted["low"]) == ("0.864", "")


# --------------------------------------------------------------------------------------------------------- kept records


def test_a_record_of_an_earlier_version_is_still_read() -> None:
    ran = Ran()
    ran.part(part_of(XTREME, "pawsx"), [80])
    record = RunRecord("r", 1.0, {}, tuple(ran.cells), {}, (), (), "", {})
    document = json.loads(json.dumps(record.document()))

    assert RunRecord.of(document).cells == tuple(ran.cells)
    for cell in document["cells"]:
        del cell["scores"], cell["data"]
    assert {cell.score for cell in RunRecord.of(document).cells} == {0.8}


def test_evidence_is_kept_of_what_a_benchmark_wants_beside_the_headline(tmp_path: Path) -> None:
    store, key, percents = Store(tmp_path), "0a" * 32, {"squad_f1": 80, "squad_em": 70}
    ran = Ran()
    ran.score("xquad", "de", percents, key=key)
    columns: dict[str, Any] = {"uid": [str(n) for n in range(ITEMS)], "group": [""] * ITEMS}
    for metric, percent in percents.items():
        columns |= {f"{metric}.{n}": column for n, column in enumerate(evidence(metric, percent).statistics.T)}
    store.path(key).mkdir(parents=True)
    pq.write_table(pa.table(columns), store.path(key) / "predictions.parquet")
    found = evidence_in(store, ran.cells)

    assert metrics_beside("xquad", "squad_f1") == ("squad_em",)
    assert {name: item.statistics[:, 0].sum() for name, item in found.items()} == {key: 80, f"{key}:squad_em": 70}


def test_data_are_named_by_their_set_and_files_of_one_s_own_are_told_apart() -> None:
    hub = {"repository": "google/xtreme", "config": "udpos.Greek", "split": "test", "content": "x"}

    assert named(hub) == "google/xtreme"
    assert named([hub, hub]) == "google/xtreme"
    assert named({"files": "google/xtreme", "reader": "conllu", "only": [], "content": "x"}) == "files of google/xtreme"
    assert named({"made": "mini-pos", "version": "1", "params": {}}) == "mini-pos"
