"""The three streams of a process: closed, full, hung up, or read by somebody who has left."""

from __future__ import annotations

import codecs
import contextlib
import os
import select
import sys
from io import BufferedWriter, FileIO, TextIOWrapper
from typing import Any

BY_NUMBER = "by-number"
NAMES = ("stdin", "stdout", "stderr")


def open_streams() -> None:
    """Give a process that was started with a stream closed an empty one: a file it opens would take its number."""
    for number, name in enumerate(NAMES):
        try:
            os.fstat(number)
        except OSError:
            into_nothing(number)
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False))


def into_nothing(number: int) -> None:
    """Let a stream lead nowhere, here and in the processes that are started from here."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    if nowhere != number:
        os.dup2(nowhere, number)
        os.close(nowhere)
    os.set_inheritable(number, True)


class Patient(FileIO):
    """A stream whose words are lost where they cannot be written."""

    def write(self, words: Any) -> int:
        """Write what can be written, and take the rest for written."""
        with contextlib.suppress(OSError):
            return super().write(words) or len(words)
        return len(words)


def lose_words_rather_than_work() -> None:
    """Let a run go on whose log is full, or whose terminal was closed: stderr loses what cannot be written."""
    words = BufferedWriter(Patient(2, "w", closefd=False))
    sys.stderr = TextIOWrapper(words, sys.stderr.encoding, "backslashreplace", line_buffering=True)


def show_every_letter() -> None:
    """Let a letter that a terminal does not have be shown by its number, rather than end in an error."""
    codecs.register_error(BY_NUMBER, by_number)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=BY_NUMBER)


def by_number(error: UnicodeError) -> tuple[str, int]:
    """Letters as JSON escapes them, so that a document stays one in every encoding: Python would write `\\xe9`."""
    assert isinstance(error, UnicodeEncodeError)
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[first : first + 4]}" for first in range(0, len(units), 4)), error.end


def nobody_reads() -> bool:
    """Whether the reader of our output has gone, as in `xeval leaderboard | head`; if so, it is written to nowhere."""
    watch = select.poll()
    watch.register(1, 0)
    if not any(state & (select.POLLERR | select.POLLHUP) for _, state in watch.poll(0)):
        return False
    into_nothing(1)
    return True
