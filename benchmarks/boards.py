"""How long it takes to draw a board of 10,000 numbers in every face, and what a page of 5,000 rows costs a browser.

Faces are measured in processor seconds, and where Chromium is, first paint and sorting in milliseconds.
"""

from __future__ import annotations

import json
import platform
import random
import shutil
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from xeval.boards.board import Block, Board, Column, Line, System
from xeval.boards.statistics import Estimate
from xeval.cell import Cell
from xeval.faces.boardpage import Shown, as_page
from xeval.faces.boardscreen import FACES
from xeval.running.machine import machine

LANGUAGES, TASKS, NOISE = 25, 4, (None, "noise.keyboard")


def cells_of(systems: int) -> list[Cell]:
    """Cells of a grid: every system on each task, in each language, clean and noisy."""
    rng = random.Random(0)
    found = []
    for number in range(systems * TASKS * LANGUAGES * len(NOISE)):
        rest, noise = divmod(number, len(NOISE))
        rest, language = divmod(rest, LANGUAGES)
        system, task = divmod(rest, TASKS)
        score = rng.random()
        key = f"{number:064x}"
        found.append(
            Cell(
                *(f"model-{system}", "none", f"task{task}", f"l{language:02}", "l00", NOISE[noise], 0.2 * noise, 0),
                *("accuracy", score, score - 0.02, score + 0.02, 1000, "done", key),
                scores={"accuracy": score, "f1": score},
                data="some/repository",
            )
        )
    return found


def board_of(lines: int, columns: int) -> Board:
    """A block of lines by columns, painted by heat."""
    rng = random.Random(0)
    heads = (Column("zero-shot", interval=True), *(Column(f"l{n:02}", heat=True) for n in range(columns - 1)))
    drawn = [[rng.random() for _ in heads] for _ in range(lines)]
    rows = tuple(
        Line(System(f"model-{n}", "mnli"), (n + 1, n + 1), tuple(Estimate(v, v - 0.02, v + 0.02) for v in values))
        for n, values in enumerate(drawn)
    )
    return Board("language", (Block("accuracy", heads, rows),))


def page_of(board: Board, cells: list[Cell]) -> str:
    """The page of a board, with all cells."""
    return as_page(Shown("0123456789ab", "2026-01-01", board, {}, cells, {}))


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds of the best of three."""
    times = []
    for _ in range(3):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def faces() -> dict[str, float]:
    """Every face of 10,000 numbers: 400 systems in 25 columns; the page with 10,000 cells beside them."""
    board, cells = board_of(400, 25), cells_of(50)
    found = {name: seconds(partial(face, board)) for name, face in FACES.items()}
    return {name: round(took, 3) for name, took in (*found.items(), ("html", seconds(lambda: page_of(board, cells))))}


PAINT = "return performance.getEntriesByName('first-contentful-paint').map((entry) => entry.startTime)[0]"
SORT = """
const done = arguments[1], head = document.querySelectorAll(arguments[0])[6];
const started = performance.now();
head.click();
document.body.getBoundingClientRect();  // style and layout are part of the cost
done(performance.now() - started);
"""


def browser() -> dict[str, dict[str, float]]:
    """First paint, and the quickest of sorts, of a page with 5,000 rows of cells and one with 5,000 lines."""
    pages = {"5,000 cells": page_of(board_of(50, 8), cells_of(25)), "5,000 systems": page_of(board_of(5000, 8), [])}
    found = {}
    for name, text in pages.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "board.html"
            path.write_text(text, encoding="utf-8")
            paints, sorts = measured(
                path.as_uri(), ".rows[data-key] thead button" if "cells" in name else ".rows thead button"
            )
        told = {"megabytes": len(text) / 1e6, "paint_ms": min(paints), "sort_ms": min(sorts)}
        found[name] = {what: round(value, 1) for what, value in told.items()}
    return found


def measured(url: str, heads: str) -> tuple[list[float], list[float]]:
    """Milliseconds to the first paint, and of sorts, in headless Chromium; each page is opened five times."""
    driver = opened()
    paints, sorts = [], []
    try:
        for _ in range(5):
            driver.get(url)
            time.sleep(0.5)
            paints.append(driver.execute_script(PAINT))
            sorts += [driver.execute_async_script(SORT, heads) for _ in range(4)]
    finally:
        driver.quit()
    return paints, sorts


def opened() -> Any:
    """A headless Chromium."""
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1400,1000"):
        options.add_argument(flag)
    return webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))


def main() -> None:
    """Measure, print, and write JSON."""
    results = {"faces_of_10000_cpu_seconds": faces(), "pages": browser() if shutil.which("chromedriver") else {}}
    print(json.dumps(results, indent=1))
    about = machine() | {"system": platform.system()}
    document = {"schema": "xeval.benchmark/1", "benchmark": "boards", "results": results, "machine": about}
    target = Path(__file__).with_name("results") / "boards.json"
    target.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
