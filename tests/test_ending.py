"""However a command ends, it has an exit code and one message: streams that fail, disks that are full, signals."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from xeval.errors import BadValue
from xeval.faces.ending import ended, report
from xeval.files import replacing, write_json
from xeval.running.store import Store

XEVAL = f"{sys.executable} -m xeval"
ENDED = "import os, signal, sys; from xeval.faces.ending import ended\n"


def typed(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, cwd=folder)


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_was_closed_before_the_start_is_no_mistake(closed: str, tmp_path: Path) -> None:
    assert typed(f"{XEVAL} suites list {closed}", tmp_path).returncode == 0
    assert typed(f"{XEVAL} run --plugins nosie {closed}", tmp_path).returncode == 2


def test_no_file_takes_the_number_of_a_stream_that_was_closed(tmp_path: Path) -> None:
    script = (
        "import os, subprocess, sys; from xeval.faces.streams import open_streams\n"
        "open_streams(); file = open('told', 'w')\n"
        "subprocess.run([sys.executable, '-c', 'print(1); import sys; print(2, file=sys.stderr)'], check=True)\n"
        "file.write(str(file.fileno() > 2)); file.close()\n"
    )

    assert typed(f'{sys.executable} -c "{script}" <&- >&- 2>&-', tmp_path).returncode == 0
    assert (tmp_path / "told").read_text() == "True"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_log_that_is_full_stops_no_command_and_output_that_is_lost_is_told(tmp_path: Path) -> None:
    log = typed(f"{XEVAL} run --plugins nosie 2>/dev/full", tmp_path)
    output = typed(f"{XEVAL} languages list >/dev/full", tmp_path)

    assert log.returncode == 2
    assert output.returncode == 2
    assert "No space left on device" in output.stderr
    assert "bug" not in output.stderr


def test_a_document_stays_json_on_a_terminal_of_few_letters() -> None:
    script = f"{ENDED}import json; sys.exit(ended(lambda: print(json.dumps(sys.argv[1], ensure_ascii=False)) or 0))"
    said = "na\xefve \u044f \U0001f600"

    for encoding in ("ascii", "latin-1", "utf-8"):
        plain = os.environ | {"PYTHONIOENCODING": encoding}
        found = subprocess.run([sys.executable, "-c", script, said], capture_output=True, env=plain)

        assert json.loads(found.stdout.decode(encoding)) == said


def fail(error: BaseException) -> Callable[[], int]:
    def command() -> int:
        raise error

    return command


REFUSALS = [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.ENAMETOOLONG, errno.ESTALE, errno.EMFILE]


@pytest.mark.parametrize("number", REFUSALS)
def test_what_the_system_refuses_is_no_bug(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(fail(OSError(number, os.strerror(number), "weights"))) == 2

    said = capsys.readouterr().err
    assert f"weights: {os.strerror(number)}." in said
    assert "bug" not in said


def test_memory_that_runs_out_is_no_bug(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(fail(MemoryError())) == 2
    assert "Cannot allocate memory. Give fewer --workers." in " ".join(capsys.readouterr().err.split())


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    run = f"{XEVAL} run --target mini-pos --model random-init --language qen"

    found = typed(f"mkdir gone && cd gone && rmdir ../gone && {run}", tmp_path)

    assert found.returncode == 2
    assert "The folder that this command was started in is gone." in found.stderr


def test_a_file_that_ends_too_early_is_a_bug_and_no_interruption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Click takes an EOFError for Ctrl-D."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    script = (
        f"{ENDED}import click, tempfile; tempfile.tempdir = {str(tmp_path)!r}\n"
        "@click.command()\ndef read():\n    raise EOFError('it ends in the middle')\n"
        "sys.exit(ended(lambda: read.main([], standalone_mode=False)))"
    )

    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)

    assert found.returncode == 1
    assert "A bug in xeval: EOFError: it ends in the middle" in found.stderr


def test_a_report_takes_any_letter_and_needs_no_room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["xeval", "run", "--store", "caf\udce9"])

    path = Path(report(ValueError("\udce9")).removeprefix(" with "))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))

    assert "--store 'caf\\udce9'" in path.read_text()
    assert report(ValueError()) == ""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)])
def test_signals_end_a_command_in_order(number: signal.Signals, code: int) -> None:
    script = (
        f"{ENDED}def command():\n"
        "    try:\n"
        f"        os.kill(os.getpid(), {int(number)}); signal.pause()\n"
        "    finally:\n"
        "        print('workers stopped')\n"
        "sys.exit(ended(command))"
    )

    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)

    assert (found.returncode, found.stdout) == (code, "workers stopped\n")
    assert "the same command goes on from there" in found.stderr


def test_a_terminal_that_is_closed_ends_a_command_unless_it_was_told_to_stay(tmp_path: Path) -> None:
    script = f"{ENDED}sys.exit(ended(lambda: os.kill(os.getpid(), signal.SIGHUP) or 0))"
    (tmp_path / "hung_up.py").write_text(script)

    assert typed(f"{sys.executable} hung_up.py", tmp_path).returncode == 129
    assert typed(f"nohup {sys.executable} hung_up.py", tmp_path).returncode == 0


# ------------------------------------------------------------------------------------------------------------ files


def test_a_file_takes_the_place_of_another_or_vanishes(tmp_path: Path) -> None:
    path = tmp_path / "scores.json"
    write_json(path, {"name": "\udce9é"})

    def fill() -> None:
        with replacing(path) as scratch:
            scratch.write_text("half")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match=r"No space left on device: .*scores\.json"):
        fill()

    assert [one.name for one in tmp_path.iterdir()] == ["scores.json"]


def test_what_is_written_does_not_depend_on_the_locale(tmp_path: Path) -> None:
    script = (
        "from pathlib import Path; from xeval.files import write_json; from xeval.running.store import Store\n"
        "with Store(Path('store')).writing('0123456789') as (folder, manifest):\n"
        "    manifest['label'] = 'na\\xefve \\u044f'\n"
        "    write_json(folder / 'scores.json', {'label': 'na\\xefve \\u044f', 'path': 'caf\\udce9'})\n"
    )
    plain = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

    subprocess.run([sys.executable, "-c", script], check=True, cwd=tmp_path, env=plain)

    store = Store(tmp_path / "store")
    assert store.manifest("0123456789")["label"] == "naïve я"
    assert store.page("0123456789", "scores.json") == {"label": "naïve я", "path": "caf\udce9"}


def test_a_store_whose_name_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="is no UTF-8"):
        Store(tmp_path / "caf\udce9").prepare()

    assert list(tmp_path.iterdir()) == []
