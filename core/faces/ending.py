"""How a command ends: every mistake, interruption and bug has its exit code and its one message."""

from __future__ import annotations

import atexit
import contextlib
import os
import platform
import select
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from io import TextIOWrapper
from itertools import takewhile
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from xeval.errors import XevalError

BUG, INTERRUPTED, TERMINATED = 1, 130, 143


class Terminated(BaseException):
    """SIGTERM: end as on Ctrl-C, so that workers are stopped and the display is left clean."""


def ended(command: Callable[[], int]) -> int:
    """Run a command and give its exit code: 0 done, 1 a bug, 2 a user's mistake, 3 and 4 by XevalError, 130, 143."""
    signal.signal(signal.SIGTERM, _terminate)
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
    except (KeyboardInterrupt, click.Abort):
        complain("Interrupted.", "What is finished is stored; the same command goes on from there.")
        return INTERRUPTED
    except Terminated:
        complain("Terminated.", "What is finished is stored; the same command goes on from there.")
        return TERMINATED
    except BrokenPipeError as error:
        return left_early(error)
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # so rich ends, with 1, when the reader of a table has gone
            return 0
        return end.code if isinstance(end.code, int) else 0
    except Exception as error:  # noqa: BLE001 - the end of the process: whatever is left is a bug of ours
        return broken(error)


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


def show_every_letter() -> None:
    """Let a letter that a terminal does not have be shown by its number, rather than end in an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def left_early(error: BrokenPipeError) -> int:
    """Whether the reader of our output has gone, as in `xeval leaderboard | head`; any other broken pipe is a bug."""
    watch = select.poll()
    watch.register(sys.stdout.fileno(), 0)
    if not any(state & (select.POLLERR | select.POLLHUP) for _, state in watch.poll(0)):
        return broken(error)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def broken(error: Exception) -> int:
    """A bug of ours: one line, and a file to report it with."""
    complain(f"A bug in xeval: {type(error).__name__}: {error}", f"Please report it with {report(error)}.")
    return BUG


def complain(message: str, hint: str) -> None:
    """Print a mistake, and what to do about it, on stderr; plain text, since a message may quote `[en, sw]`."""
    label = click.style("error:", fg="red", bold=True)
    click.echo(f"{label} {message}", err=True)
    if hint:
        click.echo(click.style(hint, dim=True), err=True)


def report(error: BaseException) -> Path:
    """A file that holds what a bug report needs."""
    handle, name = tempfile.mkstemp(prefix="xeval-report-", suffix=".txt", text=True)
    with open(handle, "w", encoding="utf-8") as file:  # noqa: PTH123 - a file that is open already
        file.write(f"command: {' '.join(sys.argv)}\npython: {platform.python_version()} on {platform.platform()}\n\n")
        file.write("".join(traceback.format_exception(error)))
    return Path(name)


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise Terminated
