"""A worker's page says whose code it runs, and the process that reads it knows when that has lasted too long."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import pytest

from xeval.guests import visiting
from xeval.visits import BOOK, SIZE, Book, Visit

LEET = Visit("leet", "xeval_leet", "perturb", 1.0)


@pytest.fixture
def memory() -> bytearray:
    return bytearray(SIZE)


def test_a_visit_is_overdue_when_its_seconds_and_the_grace_are_over(memory: bytearray) -> None:
    with Book(memory).entered(LEET):
        assert Book(memory).overdue(grace=-2.0) == LEET
        assert Book(memory).overdue(grace=500.0) is None
    assert Book(memory).overdue(grace=-2.0) is None


def test_after_a_visit_the_one_around_it_goes_on(memory: bytearray) -> None:
    book, around = Book(memory), Visit("task", "xeval_task", "examples", 1.0)
    with book.entered(around):
        with book.entered(LEET):
            assert book.overdue(-2.0) == LEET
        assert book.overdue(-2.0) == around


def test_the_clock_of_a_visit_stands_while_another_lasts(memory: bytearray) -> None:
    book, around = Book(memory), Visit("task", "xeval_task", "examples", 0.2)
    with book.entered(around):
        with book.entered(LEET):
            time.sleep(0.3)
        assert book.overdue(0.0) is None
        assert book.overdue(-0.2) == around


def test_what_does_not_fit_is_not_watched(memory: bytearray) -> None:
    with Book(memory).entered(Visit("l" * SIZE, "xeval_leet", "perturb", 1.0)):
        assert Book(memory).overdue(-2.0) is None


def test_a_call_of_a_plugin_is_noted_where_there_is_a_page(memory: bytearray) -> None:
    class Guest:
        name = "guest"

        def perturb(self) -> Any:
            return Book(memory).overdue(-100.0)

    token = BOOK.set(Book(memory))
    try:
        with visiting(Guest(), Guest.perturb, "perturb", seconds=50.0):
            seen = Guest().perturb()
    finally:
        BOOK.reset(token)

    assert seen == Visit("guest", __name__, "perturb", 50.0)


def test_another_process_reads_the_page() -> None:
    script = """
import multiprocessing, time
from xeval.visits import SIZE, Book, Visit


def work(memory):
    with Book(memory).entered(Visit("leet", "xeval_leet", "perturb", 0.0)):
        time.sleep(3600)


if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    memory = context.RawArray("c", SIZE)
    worker = context.Process(target=work, args=(memory,), daemon=True)
    worker.start()
    while not (found := Book(memory).overdue(0.0)):
        time.sleep(0.01)
    print(found.name)
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert ended.stdout == "leet\n"


FUSE = """
import ctypes, time
from xeval import visits
visits.GRACE = 0.2
fuse = visits.Fuse()
with fuse.entered(visits.Visit("task", "xeval_task", "examples", 0.3)):
    with fuse.entered(visits.Visit("leet", "xeval_leet", "perturb", 60.0)):
        time.sleep(1)  # the one within has its own time
print("went on", flush=True)
time.sleep(1)
print("nothing is left of it", flush=True)
with fuse.entered(visits.Visit("leet", "xeval_leet", "perturb", 0.1)):
    ctypes.PyDLL(None).sleep(60)  # C code that keeps the interpreter's lock
print("never said")
"""


def test_a_process_that_nobody_watches_ends_itself_where_c_code_holds_it() -> None:
    ended = subprocess.run([sys.executable, "-c", FUSE], capture_output=True, text=True, timeout=50)

    assert (ended.returncode, ended.stdout) == (1, "went on\nnothing is left of it\n")
    assert "Timeout" in ended.stderr
