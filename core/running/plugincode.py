"""What identifies the code of a plugin: a digest of its files, and whether it was made for this xeval."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, version
from importlib.util import find_spec
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from xeval.hashing import digest, file_digest

OURS = "xeval-harness"
LEFT_OUT = {"__pycache__", "tests", "test"}


def incompatible(distribution: Distribution) -> str:
    """Why a distribution cannot be used with this xeval, by what its metadata require of it; empty if it can."""
    why = unmet(distribution.requires or ())
    return f"{distribution.name} {distribution.version} {why}" if why else ""


def unmet(requirements: Iterable[str]) -> str:
    """What some requirements ask of xeval that this one is not; empty if it is."""
    here = version(OURS)
    for line in requirements:
        try:
            wanted = Requirement(line)
        except InvalidRequirement:
            continue  # pip refuses to install it
        if same_name(wanted.name, OURS) and not wanted.specifier.contains(here, prereleases=True):
            return f"needs {OURS}{wanted.specifier}, and this is {here}"
    return ""


def same_name(one: str, other: str) -> bool:
    """Whether two names of distributions mean the same (PEP 503, but for runs of separators)."""
    return one.lower().replace("_", "-").replace(".", "-") == other.lower().replace("_", "-").replace(".", "-")


def code_digest(module: str, distribution: Distribution | None = None) -> str:
    """A digest of all files of a plugin: of its module's package, and of what else its distribution installs on top.

    Comments in Python files are left out, so that a remark makes nothing again; everything else counts, tables too.
    Empty where no file is found, for a module that was made on the spot.
    """
    listed = (distribution.read_text("top_level.txt") or "").split() if distribution else []
    tops = sorted({module.partition(":")[0].partition(".")[0], *listed} - LEFT_OUT)
    named = {name: file_said(path) for top in tops for name, path in files_of(top)}
    return digest(named) if named else ""


def files_of(top: str) -> Iterator[tuple[str, Path]]:
    """The files of a top-level module or package, with names that do not depend on where it is; nothing is run."""
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        return
    if spec is None:
        return
    if not spec.submodule_search_locations:
        if spec.origin and Path(spec.origin).is_file():
            yield Path(spec.origin).name, Path(spec.origin)
        return
    for folder in map(Path, spec.submodule_search_locations):
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(folder).parts
            if path.is_file() and not LEFT_OUT & set(parts) and path.suffix != ".pyc":
                yield "/".join((top, *parts)), path


def file_said(path: Path) -> str:
    """What a file says: Python without its comments, anything else as it is."""
    if path.suffix != ".py":
        return file_digest(path)
    try:
        return digest(list(without_comments(path.read_text(encoding="utf-8").splitlines())))
    except (SyntaxError, ValueError, OSError, tokenize.TokenError):
        return file_digest(path)


def without_comments(lines: list[str]) -> Iterable[str]:
    """Lines of Python without comments, and without the lines that held nothing else."""
    source = "\n".join(lines) + "\n"
    comments = [t for t in tokenize.generate_tokens(io.StringIO(source).readline) if t.type == tokenize.COMMENT]
    cut = {token.start[0] - 1: token.start[1] for token in comments}
    kept = ((number, line[: cut[number]].rstrip() if number in cut else line) for number, line in enumerate(lines))
    return [line for number, line in kept if line or number not in cut]
