"""How a command ends: every mistake, interruption and bug has its exit code and its one message."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import platform
import shlex
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from xeval.errors import XevalError
from xeval.faces.refusals import GOES_ON, refusal
from xeval.faces.streams import (
    NAMES,
    into_nothing,
    lose_words_rather_than_work,
    nobody_reads,
    open_streams,
    show_every_letter,
)
from xeval.visits import BOOK, Fuse

BUG, MISTAKE, INTERRUPTED = 1, 2, 130
MANY = 10_000  # objects made between two searches for garbage: a large plan's are none, and all are looked at again


class Terminated(BaseException):
    """SIGTERM or SIGHUP: end as on Ctrl-C, so that workers are stopped and the display is left clean."""

    def __init__(self, number: int) -> None:
        self.number = number


def ended(command: Callable[[], int]) -> int:
    """Run a command and give its exit code: 0 done, 1 a bug, 2 a user's mistake, 3 and 4 by XevalError.

    130, 143 and 129 are Ctrl-C, SIGTERM and a terminal that was closed.
    """
    heed_signals()
    show_every_letter()
    try:
        return command()
    except XevalError as error:
        complain(error.message, error.hint)
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        return misused(error)
    except (KeyboardInterrupt, click.Abort) as end:
        return interrupted(end)
    except Terminated as end:
        complain("Terminated.", GOES_ON)
        return 128 + end.number
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # so rich ends, with 1, when the reader of a table has gone
            return 0
        return end.code if isinstance(end.code, int) else 0
    except (OSError, MemoryError) as error:
        return failed_outside(error)
    except Exception as error:  # noqa: BLE001 - the end of the process: whatever is left is a bug of ours
        return broken(error)


def process(command: Callable[[], int]) -> NoReturn:
    """Run a command as a whole process, which ends here."""
    gc.set_threshold(MANY)
    open_streams()
    BOOK.set(Fuse())
    lose_words_rather_than_work()
    leave(ended(command))


def misused(error: click.ClickException) -> int:
    """Tell what was typed that no command understands, the nearest that one does, and where to look."""
    context: click.Context | None = getattr(error, "ctx", None)
    # Of an option without its value click does not say the command: it is the words before.
    command = context.command_path if context else " ".join(["xeval", *takewhile(is_word, sys.argv[1:])])
    close = getattr(error, "possibilities", None)  # of options; of commands from click 8.4 on
    message = error.message if close else error.format_message()
    complain(message, f"{f'Did you mean {close[0]!r}? ' if close else ''}See: {command} --help")
    return error.exit_code


def is_word(typed: str) -> bool:
    """Whether a part of a command line is no option."""
    return not typed.startswith("-")


def leave(code: int) -> NoReturn:
    """End this process with an exit code: output written and Python's exit functions run, but not the libraries' own.

    Arrow and torch keep threads. Where C++ takes its statics down while one of them is at work, the process is aborted
    ("terminate called without an active exception", 1 in 30 on a busy machine), and CI reads -6 for 0 or for 4.
    """
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()
    os._exit(code)


def heed_signals() -> None:
    """Let SIGTERM and SIGHUP end a command in order, but for a SIGHUP that is ignored, as `nohup` asks for."""
    screens = [number for number in range(len(NAMES)) if os.isatty(number)]

    def terminate(number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGHUP:  # the terminal is gone: whoever writes there would end in an error
            for screen in screens:
                into_nothing(screen)
        raise Terminated(number)

    signal.signal(signal.SIGTERM, terminate)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, terminate)


def interrupted(end: BaseException) -> int:
    """Ctrl-C; click takes the end of any file for one too, and that is a bug of ours."""
    if isinstance(end.__cause__, EOFError):
        return broken(end.__cause__)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it was heard
    complain("Interrupted.", GOES_ON)
    return INTERRUPTED


def left_early(error: BrokenPipeError) -> int:
    """Whether the reader of our output has gone; any other broken pipe is a bug."""
    return 0 if nobody_reads() else broken(error)


def failed_outside(error: OSError | MemoryError) -> int:
    """What the system refuses is told as a mistake; anything else that it says is a bug of ours."""
    if isinstance(error, BrokenPipeError):
        return left_early(error)
    said = refusal(error)
    if said is None:
        return broken(error)
    complain(*said)
    return MISTAKE


def broken(error: Exception) -> int:
    """A bug of ours: one line, and a file to report it with."""
    complain(f"A bug in xeval: {type(error).__name__}: {error}", f"Please report it{report(error)}.")
    return BUG


def complain(message: str, hint: str) -> None:
    """Print a mistake, and what to do about it, on stderr; plain text, since a message may quote `[en, sw]`."""
    label = click.style("error:", fg="red", bold=True)
    click.echo(f"{label} {message}", err=True)
    if hint:
        click.echo(click.style(hint, dim=True), err=True)


def report(error: BaseException) -> str:
    """The words for a file that holds what a bug report needs; none, where no file can be written."""
    said = "".join(traceback.format_exception(error))
    about = f"command: {shlex.join(sys.argv)}\npython: {platform.python_version()} on {platform.platform()}\n\n{said}"
    try:
        handle, name = tempfile.mkstemp(prefix="xeval-report-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(about)
    except OSError:
        return ""
    return f" with {Path(name)}"
