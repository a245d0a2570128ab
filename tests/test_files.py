"""A file is there whole, or as it was; what it holds is the same everywhere."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from xeval.errors import BadValue
from xeval.files import is_full, named_file, replacing, sweep, write_json
from xeval.sources.writing import write_examples
from xeval.values import LabelledText


def test_a_file_is_replaced_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "board.md"
    path.write_text("old")
    with replacing(path) as scratch:
        scratch.write_text("new")
        assert path.read_text() == "old"

    assert [path.read_text() for path in tmp_path.iterdir()] == ["new"]


def test_what_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "board.md"
    path.write_text("old")

    def fails() -> None:
        with replacing(path) as scratch:
            scratch.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()

    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_a_file_that_cannot_be_written_is_named_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "folder.md"
    path.mkdir()

    def put() -> None:
        with named_file(path, "Name another.") as scratch:
            scratch.write_text("new")

    with pytest.raises(BadValue, match=r"folder\.md cannot be written: Is a directory\. Name another"):
        put()

    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_one_and_a_pipe_is_written_to(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with named_file(tmp_path / "link", "") as scratch:
        scratch.write_text("new")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"

    said = "from pathlib import Path; from xeval.files import named_file\n"
    said += "with named_file(Path('/dev/stdout'), '') as file: file.write_text('new')"
    assert subprocess.run([sys.executable, "-c", said], capture_output=True, check=True).stdout == b"new"


def test_examples_that_cannot_be_written_are_a_mistake_of_the_user(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="cannot be written"):
        write_examples(tmp_path / f"{'long' * 80}.jsonl", [LabelledText("1", "en", ("a",), "b")], {})

    assert not list(tmp_path.iterdir())


def test_files_of_processes_that_are_gone_are_swept(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from xeval.files import replacing\n"
        "with replacing(Path(sys.argv[1], 'evidence.npz')) as scratch:\n"
        "    scratch.touch(); os._exit(9)\n"
    )
    (tmp_path / "run").mkdir()
    subprocess.run([sys.executable, "-c", script, tmp_path / "run"], check=False)
    with replacing(tmp_path / "run" / "run.json") as mine:
        mine.touch()
        assert len(list((tmp_path / "run").iterdir())) == 2
        sweep(tmp_path, "*")

        assert list((tmp_path / "run").iterdir()) == [mine]


def test_json_is_written_alike_in_every_locale(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from xeval.files import write_json; "
        "write_json(Path(sys.argv[1]), {'dog': 'कुत्ता'})"
    )
    plain = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-X", "utf8=0", "-c", ascii_only(script), tmp_path / "theirs.json"]
    subprocess.run(command, env={**os.environ, **plain}, check=True)
    write_json(tmp_path / "ours.json", {"dog": "कुत्ता"})

    assert (tmp_path / "theirs.json").read_bytes() == (tmp_path / "ours.json").read_bytes()
    assert json.loads((tmp_path / "ours.json").read_text(encoding="utf-8")) == {"dog": "कुत्ता"}


def ascii_only(script: str) -> str:
    """A script whose texts go through any command line."""
    return script.encode("ascii", "backslashreplace").decode()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_known_by_its_number_by_words_and_behind_another_error(number: int) -> None:
    outer = RuntimeError("the model could not be written")
    outer.__cause__ = OSError(number, os.strerror(number))

    assert is_full(OSError(number, os.strerror(number)))
    assert is_full(RuntimeError(f"I/O error: something (os error {number})"))
    assert is_full(outer)
    assert not is_full(OSError(errno.EACCES, "no"))
    assert not is_full(RuntimeError("I/O error: something (os error 2)"))
