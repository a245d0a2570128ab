"""Figures of speed and certainty in the documents are those that benchmarks have measured."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pages import ROOT, rows, text_of


def results(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text_of(ROOT / "benchmarks" / "results" / f"{name}.json"))
    return found


def test_the_costs_of_studies_are_those_that_were_measured() -> None:
    table = {row[0].strip("`"): row[1:] for row in rows("studies.md") if len(row) == 6}

    for name, found in results("studies")["studies"].items():
        stored, run = re.findall(r"(\d+) (?:stored|run)", found["stages"])
        minutes = [f"{found[clock]}" for clock in ("minutes on the clock", "cpu minutes")]
        assert [cell.replace(",", "") for cell in table[name]] == [str(found["cells"]), run, stored, *minutes]


def test_the_speed_of_trainings_is_what_was_measured() -> None:
    jobs = {"pairs": "nli", "names": "ner", "questions": "qa"}
    ways = {"defaults": "default", "grouped": "grouped", "grouped, 250,002 embeddings": "grouped, 250,002 embeddings"}
    measured = {one["name"]: one["parts"] for one in results("finetune")["comparisons"]}
    shown = [row for row in rows("performance.md") if row[0] in jobs]

    assert {row[0] for row in shown} == set(jobs)
    for job, way, *cells in shown:
        parts = measured[f"{jobs[job]}, {ways[way.partition(' (')[0]]}"]
        for part, cell in zip(("tokenise", "train", "evaluate", "process"), cells, strict=True):
            assert not cell or float(cell) == pytest.approx(parts[part]["ratio"], abs=0.051), (job, way, part)


def speeds(name: str) -> list[float]:
    """Millions of characters a second, level by level."""
    return [one["per_second"] / 1e6 for one in results("perturb")["ours"] if one["name"] == name]


def said_and_measured() -> Iterator[tuple[str, str, list[float]]]:
    """A page, a sentence on it with figures for #, and what was measured."""
    grid, ratios = results("grid"), results("evaluate")["ratios"]
    runs, times = results("compare")["results"], results("observers")["milliseconds"]
    lines = results("simulations")["simulations"]
    yield "perturbations.md", "`noise` #, # and # million at the levels 0.1, 0.3 and 1", speeds("noise")
    others = [speed for one in results("perturb")["ours"] if one["level"] == 0.2 for speed in speeds(one["name"])]
    yield "perturbations.md", "each other family and kind # to # million at 0.2", [min(others), max(others)]
    yield (
        "performance.md",
        "`--help` #, `plugins list` #, `plan` of the testbed #",
        [results("startup")["seconds"][name] for name in ("--help", "plugins list", "plan")],
    )
    planned = [grid[name] for name in ("cells", "seconds", "megabytes")]
    yield "performance.md", "A plan of # cells takes # processor seconds and # MiB", planned
    stored = [grid["stored"][name] for name in ("cells", "seconds")]
    yield "performance.md", "A run of # cells that is stored already is read and rendered in #,", stored
    each = [found["cpu_seconds"] for found in runs.values()]
    yield (
        "performance.md",
        "in # processor seconds where languages share their items, in # where each has its own",
        each,
    )
    yield "performance.md", "beside a thread that computes, #.", [times["a thread that computes"]]
    yield (
        "performance.md",
        "takes # times as long as one sweep where it pads to 128",
        [ratios["padded to 128, batch 8"]],
    )
    faster = results("retrieval")["faiss"]["wall_s"] / results("retrieval")["xeval"]["wall_s"]
    yield "scores.md", "in 1/# of the time on one core", [faster]
    yield "studies.md", "Of # lines # hold", [len(lines), sum(line["holds"] for line in lines)]


@pytest.mark.parametrize(("page", "sentence", "measured"), list(said_and_measured()), ids=lambda value: str(value)[:60])
def test_a_figure_in_a_sentence_is_what_was_measured(page: str, sentence: str, measured: list[float]) -> None:
    pattern = re.escape(sentence).replace(r"\#", r"([\d.,]*\d)").replace(r"\ ", r"\s+")
    found = re.search(pattern, text_of(ROOT / "docs" / page))

    assert found, f"{page} does not say: {sentence}"
    for text, value in zip(found.groups(), measured, strict=True):
        digits = len(text.partition(".")[2])
        assert float(text.replace(",", "")) == pytest.approx(value, abs=0.51 * 10**-digits)
