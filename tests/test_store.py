"""An artifact is in the store whole, or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from xeval.errors import BadValue
from xeval.running.store import BrokenArtifact, Store

KEY = "0123456789abcdef"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "store")
    store.prepare()
    return store


def write(store: Store, text: str = "hello") -> None:
    with store.writing(KEY) as (folder, manifest):
        (folder / "weights").write_text(text)
        manifest["kind"] = "train"


def leftovers(store: Store) -> list[Path]:
    return [path for path in store.root.rglob(".*") if path.is_dir()]


def test_what_is_written_is_there_with_its_manifest_and_checksums(store: Store) -> None:
    write(store)

    assert KEY in store
    assert store.manifest(KEY)["kind"] == "train"
    assert list(store.manifest(KEY)["files"]) == ["weights"]
    assert store.keys() == [KEY]


def test_what_was_written_is_moved_into_place_and_never_copied(store: Store) -> None:
    """A reader sees no artifact or a whole one: a folder that is moved is there at once, a copy grows."""
    with store.writing(KEY) as (folder, _):
        (folder / "weights").write_text("hello")
        written = folder.stat().st_ino, (folder / "weights").stat().st_ino

    assert (store.path(KEY).stat().st_ino, (store.path(KEY) / "weights").stat().st_ino) == written


def test_a_block_that_fails_leaves_nothing(store: Store) -> None:
    def fail() -> None:
        with store.writing(KEY) as (folder, _):
            (folder / "weights").write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert KEY not in store
    assert not leftovers(store)


def test_the_first_of_two_writers_wins_and_the_second_does_no_harm(store: Store) -> None:
    write(store, "first")
    write(store, "second")

    assert (store.path(KEY) / "weights").read_text() == "first"
    assert not leftovers(store)


@pytest.mark.parametrize("name", ["manifest.json", "scores.json"])
def test_a_page_that_cannot_be_read_says_what_to_do(store: Store, name: str) -> None:
    write(store)
    (store.path(KEY) / name).write_text("{")

    with pytest.raises(BrokenArtifact, match="cannot be read") as mistake:
        store.page(KEY, name)
    assert "makes it again" in mistake.value.hint


def test_a_changed_file_and_a_missing_one_are_found(store: Store) -> None:
    write(store)
    store.verify(KEY)
    (store.path(KEY) / "weights").write_text("bent")

    with pytest.raises(BrokenArtifact, match="changed"):
        store.verify(KEY)

    (store.path(KEY) / "weights").unlink()

    with pytest.raises(BrokenArtifact, match="missing"):
        store.verify(KEY)


def test_many_processes_writing_one_key_make_one_whole_artifact(store: Store) -> None:
    script = (
        "import sys; from pathlib import Path; from xeval.running.store import Store\n"
        "for _ in range(20):\n"
        "    with Store(Path(sys.argv[1])).writing(sys.argv[2]) as (folder, _):\n"
        "        (folder / 'weights').write_text('hello')\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", script, store.root, KEY]) for _ in range(3)]

    assert [writer.wait() for writer in writers] == [0, 0, 0]
    store.verify(KEY)
    assert not leftovers(store)


def test_what_a_killed_process_left_is_swept_and_is_no_artifact(store: Store) -> None:
    script = (
        "import sys, time; from pathlib import Path; from xeval.running.store import Store\n"
        "with Store(Path(sys.argv[1])).writing(sys.argv[2]) as (folder, _):\n"
        "    (folder / 'weights').write_text('half'); print('ready', flush=True); time.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script, store.root, KEY], stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()

    assert KEY not in store
    assert leftovers(store)
    store.prepare()
    assert not leftovers(store)


def test_an_artifact_whose_removal_was_cut_short_is_made_again(store: Store) -> None:
    write(store, "half of it is gone")
    (store.path(KEY) / "manifest.json").unlink()

    write(store)

    assert (store.path(KEY) / "weights").read_text() == "hello"
    assert not leftovers(store)


def test_sweeping_leaves_those_alone_who_are_still_writing(store: Store) -> None:
    with store.writing(KEY) as (folder, _):
        store.prepare()
        (folder / "weights").write_text("whole")

    assert KEY in store


def test_a_folder_that_cannot_be_written_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(BadValue, match=r"file/store cannot be written"):
        Store(tmp_path / "file" / "store").prepare()


@pytest.mark.parametrize("key", ["", "../../etc", "ABCDEF0123", "0123456789abcdef/.."])
def test_a_name_that_is_no_key_never_becomes_a_path(store: Store, key: str) -> None:
    with pytest.raises(BadValue):
        store.path(key)
