"""What the system refuses, in words: a disk that is full or gone, a permission, a name, memory."""

from __future__ import annotations

import errno
import os

from xeval.files import FULL

GOES_ON = "What is finished is stored; the same command goes on from there."
# What the system may say of files that is no bug of ours, and what to do about it.
OUTSIDE = {
    **dict.fromkeys((*FULL, errno.EFBIG), f"Make room, or name another folder. {GOES_ON}"),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "Look at its permissions, or name another."),
    **dict.fromkeys((errno.EIO, errno.ESTALE, errno.ENODEV), f"Look at the disk, or the share. {GOES_ON}"),
    **dict.fromkeys((errno.EMFILE, errno.ENFILE), "Raise the limit of open files (ulimit -n)."),
    errno.ENOMEM: f"Give fewer --workers. {GOES_ON}",
    errno.ENAMETOOLONG: "Give a shorter name.",
}


def refusal(error: OSError | MemoryError) -> tuple[str, str] | None:
    """What the system refused and what to do about it; None for what may be a bug of ours."""
    if isinstance(error, MemoryError):
        error = OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))
    if isinstance(error, FileNotFoundError) and is_nowhere():
        return "The folder that this command was started in is gone.", "Change to another one."
    if error.errno not in OUTSIDE:
        return None
    where = shown(error.filename) if error.filename else "The system says"
    return f"{where}: {error.strerror}.", OUTSIDE[error.errno]


def is_nowhere() -> bool:
    """Whether the working directory has been taken away."""
    try:
        os.getcwd()  # noqa: PTH109 - asked of the system, nothing is built on it
    except FileNotFoundError:
        return True
    return False


def shown(name: object) -> str:
    """A file's name, cut where it is beyond all reason."""
    text = os.fsdecode(name) if isinstance(name, (str, bytes, os.PathLike)) else str(name)
    return text if len(text) <= 200 else f"{text[:80]}…{text[-80:]}"
