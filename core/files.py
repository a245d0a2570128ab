"""Files that are there whole or not at all, whoever else writes them and whatever ends the process."""

from __future__ import annotations

import errno
import functools
import json
import os
import shutil
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from xeval.errors import BadFile, BadValue
from xeval.hashing import digest

FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A scratch file that takes the place of `path` if the block succeeds, and vanishes if it does not."""
    scratch = path.with_name(scratch_name(path.suffix))
    try:
        yield scratch
        scratch.replace(path)
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error  # some libraries do not say which file
    finally:
        with suppress(OSError):
            scratch.unlink(missing_ok=True)


@contextmanager
def named_file(path: Path, hint: str) -> Iterator[Path]:
    """As `replacing`, for a file that a user named: raises BadValue, with what to do, if it cannot be written.

    A pipe or a device, /dev/stdout for one, is written to and not replaced; of a link, what it leads to is.
    """
    try:
        if path.exists() and not path.is_file():
            yield path
        else:
            with replacing(path.resolve()) as scratch:
                yield scratch
    except OSError as error:
        raise BadValue(f"{path} cannot be written: {error.strerror or error}.", hint=hint) from None


def write_json(path: Path, value: Any, indent: int | None = 1) -> None:
    """Write JSON so that a reader sees the old file or the new one, never a part; large ones fast without indent.

    A byte of a file's name that is no UTF-8 becomes the escape that JSON has for it.
    """
    text = json.dumps(value, indent=indent, sort_keys=True, ensure_ascii=False, allow_nan=False)
    with replacing(path) as scratch:
        scratch.write_text(text + "\n", encoding="utf-8", errors="backslashreplace")


def read_text(path: Path) -> str:
    """What a file of the user's holds: UTF-8, with or without a byte-order mark. Raises BadFile, with the line."""
    try:
        data = path.read_bytes()
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadFile(str(path), [f"{path}:{line}: byte {error.start} is not UTF-8; save the file as UTF-8"]) from None
    except OSError as error:
        raise BadFile(str(path), [f"{path}: {error.strerror}"]) from None


def is_text(name: str) -> bool:
    """Whether the name of a file is UTF-8: Python keeps what else it may be as surrogates."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def remove(path: Path) -> None:
    """Take a file or a folder away, if it is there."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def is_full(error: BaseException | None) -> bool:
    """Whether a disk, or what a user may take of it, being full is behind an error: some libraries say it in words."""
    while error is not None:
        if getattr(error, "errno", None) in FULL or any(f"os error {number}" in str(error) for number in FULL):
            return True
        error = error.__cause__ or error.__context__
    return False


def scratch_name(suffix: str = "") -> str:
    """The name of a scratch file or folder of this process; `sweep` takes it away when the process is gone."""
    return f".{_host()}.{os.getpid()}.{uuid.uuid4().hex[:8]}{suffix}"


def sweep(root: Path, pattern: str) -> None:
    """Take away what killed processes of this machine left in the folders of a pattern."""
    for scratch in root.glob(f"{pattern}/.{_host()}.*"):
        if not _alive(int(scratch.name.split(".")[2])):
            remove(scratch)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@functools.cache
def _host() -> str:
    """What process numbers are to be read by: the same number on another machine, or in a container, is another's."""
    boot, space = Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid")
    known = [
        socket.gethostname(),
        boot.read_text(encoding="ascii") if boot.exists() else "",
        str(space.readlink()) if space.is_symlink() else "",
    ]
    return digest(known)
