"""Observers follow runs, and can neither slow them down nor stop them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from runs import kept, scored

from xeval.api import CellScored, RunBegan, RunEnded, StageEnded
from xeval.errors import BadValue, UnknownName
from xeval.guests import PluginFailed
from xeval.plugins.trackers import tensorboard
from xeval.plugins.trackers.tensorboard import TensorBoard
from xeval.running.discovery import discover
from xeval.running.following import Batch, Tracker
from xeval.running.observing import Follower, Followers, wanted_trackers
from xeval.running.store import Store
from xeval.running.telling import replayed
from xeval.testing import Ending

LISTENER = """
import ctypes, os, time

from xeval.api import CellScored, StageEnded, hookimpl


class Listener:
    name = "listener"
    version = "1"

    def check(self, to):
        if to == "nowhere":
            raise RuntimeError("no such place")

    def open(self, to):
        return Tracking(*to.split("@"))


class Tracking:
    def __init__(self, act, path):
        self.act, self.file = act, open(path, "a", buffering=1)

    def note(self, notice):
        globals()[self.act](notice)
        print(getattr(notice, "key", type(notice).__name__), file=self.file)

    def close(self):
        print("closed", file=self.file)


def listen(notice):
    print("on standard output")


def tell_process(notice):
    raise OSError(f"{os.getpid()} {os.nice(0)}")


def give_up(notice):
    raise SystemExit("no disk")


def stumble(notice):
    if notice.key == "1":
        raise OSError("away for a moment")


def die(notice):
    os._exit(7)


def hang_in_c(notice):
    ctypes.PyDLL(None).sleep(3600)  # with the interpreter's lock in its hand


def sleep(notice):
    time.sleep(3600)


def wait_for_another(notice):
    while not (os.path.exists(notice.label) and "closed" in open(notice.label).read()):
        time.sleep(0.01)


@hookimpl
def xeval_observers():
    return [Listener()]
"""


@pytest.fixture
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The plugin `listener` is installed; what it hears is written here."""
    (tmp_path / "listener.py").write_text(LISTENER)
    about = tmp_path / "listener-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: listener\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[xeval]\nlistener = listener\n")
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path / "heard.txt"


def listener(act: str, heard: Path) -> Tracker:
    return Tracker("listener", "listener", f"{act}@{heard}")


def stage(number: int) -> StageEnded:
    return StageEnded(str(number), "train", "a > b", 1.0)


def stages(count: int) -> Batch:
    return partial(tuple, tuple(map(stage, range(count))))


def ended(act: str, heard: Path, *batches: Batch, seconds: float = 300) -> str:
    """What is told of an observer after it was told of some batches."""
    follower = Follower(listener(act, heard))
    for batch in batches:
        follower.tell(batch)
    follower.finish()
    return follower.end(seconds)


def test_notices_come_in_their_order_and_the_end_closes(heard: Path) -> None:
    assert ended("listen", heard, stages(3), stages(2)) == ""
    assert heard.read_text().split() == ["0", "1", "2", "0", "1", "closed"]


def test_what_it_raises_is_counted_and_told_once(heard: Path) -> None:
    assert ended("give_up", heard, *[stages(1)] * 5) == (
        "The tracker 'listener' failed 3 times, first with SystemExit: no disk. The run is not affected."
    )


def test_one_failure_does_not_end_it(heard: Path) -> None:
    assert "failed 1 times, first with OSError: away for a moment." in ended("stumble", heard, stages(3))
    assert heard.read_text().split() == ["0", "2", "closed"]


def test_an_observer_has_a_process_of_its_own_that_stands_back(heard: Path) -> None:
    told = re.search(r"OSError: (\d+) (\d+)", ended("tell_process", heard, stages(1)))

    assert told
    assert int(told[1]) != os.getpid()
    assert int(told[2]) == min(os.nice(0) + 10, 19)  # which is the most there is


def test_one_that_ends_its_process_is_told(heard: Path) -> None:
    assert ended("die", heard, stages(1)) == "The tracker 'listener' ended with code 7. The run is not affected."


@pytest.mark.parametrize("act", ["sleep", "hang_in_c"])
def test_nobody_waits_for_one_that_hangs(act: str, heard: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xeval.running.observing.MOST", 10)
    long = partial(tuple, (replace(stage(0), label="long" * 100_000),))  # more than a pipe holds

    follower = Follower(listener(act, heard))
    for _ in range(1000):
        follower.tell(long)
    while not heard.exists():
        time.sleep(0.01)
    said = follower.end(0.05)

    assert "was not done in time and was ended" in said
    assert "was too slow for 9" in said


def test_one_that_fails_does_not_disturb_another(heard: Path) -> None:
    followers = Followers([listener("die", heard), listener("listen", heard)])
    followers.tell(stages(1))

    assert len(followers.end(300)) == 1
    assert heard.read_text().split() == ["0", "closed"]


def test_nobody_waits_for_another_to_hear_that_the_run_is_over(heard: Path) -> None:
    followers = Followers([listener("wait_for_another", heard.with_name("slow.txt")), listener("listen", heard)])
    followers.tell(partial(tuple, (replace(stage(0), label=str(heard)),)))

    assert followers.end(300) == []


def test_a_run_that_is_over_is_told_as_if_it_ran(tmp_path: Path) -> None:
    store = Store(tmp_path)
    cells = [scored(store, "en", [True] * 60), scored(store, "de", [False] * 60)]
    record, _ = kept(store, "ab" * 12, cells)
    manifests = {cell.key: store.manifest(cell.key) for cell in cells}

    told = list(replayed(record, manifests, store))

    assert told[0] == RunBegan("ab" * 12, 3)
    assert [one.kind for one in told if isinstance(one, StageEnded)] == ["train", "evaluate", "evaluate"]
    assert [one.cell.language for one in told if isinstance(one, CellScored)] == ["en", "de"]
    assert isinstance(told[-1], RunEnded)


def test_tensorboard_files_hold_losses_and_scores(tmp_path: Path) -> None:
    accumulator: Any = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    store = Store(tmp_path / "store")
    cell = scored(store, "en", [True] * 45 + [False] * 15, perturbation="noise", level=0.3)
    curves = TensorBoard().open(str(tmp_path / "board"))

    curves.note(RunBegan("ab" * 12, 1))
    curves.note(StageEnded("cd" * 12, "train", "small > cats/dogs", 1.0, steps=40, losses=(0.9, 0.5)))
    curves.note(CellScored(cell))
    curves.close()

    def scalars(folder: str, tag: str) -> list[tuple[int, float]]:
        events = accumulator.EventAccumulator(str(tmp_path / "board" / ("ab" * 6) / folder))
        events.Reload()
        return [(event.step, round(event.value, 4)) for event in events.Scalars(tag)]

    assert scalars("trainings/small _ cats_dogs cdcdcdcd", "loss") == [(20, 0.9), (40, 0.5)]
    assert scalars("small none seed 0", "cats/accuracy/en/noise") == [(30, 0.75)]


def test_tensorboard_has_few_files_open_and_none_with_a_name_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accumulator: Any = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    monkeypatch.setattr(tensorboard, "OPEN", 1)
    curves = TensorBoard().open(str(tmp_path))
    for step in (1, 2):
        for end in "ab":
            label = "tâche" * 200 + end
            curves.note(StageEnded("cd" * 12, "train", label, 1.0, steps=step, losses=(step / 10,)))
    curves.close()

    folders = list((tmp_path / "run" / "trainings").iterdir())
    assert len(folders) == 2
    for folder in folders:
        events = accumulator.EventAccumulator(str(folder))
        events.Reload()
        assert sorted((event.step, round(event.value, 4)) for event in events.Scalars("loss")) == [(1, 0.1), (2, 0.2)]


def test_mlflow_has_a_run_for_each_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tracking: Any = pytest.importorskip("mlflow.tracking")
    from xeval.plugins.trackers.mlflow import MLflow

    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    uri = f"file://{tmp_path}/mlruns"
    store = Store(tmp_path / "store")
    systems = MLflow().open(uri)
    systems.note(RunBegan("ab" * 12, 1))
    for language in ("en", "de"):
        systems.note(CellScored(scored(store, language, [True] * 60)))
    systems.close()

    client = tracking.MlflowClient(tracking_uri=uri)
    (run,) = client.search_runs([client.get_experiment_by_name("xeval").experiment_id])
    assert run.data.metrics == {"cats/accuracy/en/clean": 1.0, "cats/accuracy/de/clean": 1.0}
    assert (run.data.params["model"], run.info.status) == ("small", "FINISHED")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tensorboard", "TensorBoard needs a folder"),
        ("mlflow:", "MLflow needs a tracking URI"),
        ("tensorbord:x", "Did"),
    ],
)
def test_what_cannot_track_is_told_before_the_run(text: str, message: str) -> None:
    with pytest.raises((BadValue, UnknownName), match=message):
        wanted_trackers([text], discover())


def test_a_check_that_goes_wrong_names_the_observer(heard: Path) -> None:
    with pytest.raises(PluginFailed, match=r"'listener' \(listener\) raised RuntimeError: no such place, in check"):
        wanted_trackers(["listener:nowhere"], discover(["listener"]))


def test_tensorboard_is_written_without_torch(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    script = (
        "import sys; from xeval.plugins.trackers.tensorboard import TensorBoard; from xeval.api import StageEnded; "
        f"curves = TensorBoard().open({str(tmp_path)!r}); "
        "curves.note(StageEnded('ab', 'train', 'x', 1.0, steps=2, losses=(1.0,))); curves.close(); "
        "print('torch' in sys.modules)"
    )

    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=os.environ)

    assert ended.stdout.strip() == "False"


BAD = """
from xeval.api import hookimpl


class Bad:
    name = "bad-tracker"
    version = "1"

    def check(self, to):
        pass

    def open(self, to):
        raise OSError("no disk")


@hookimpl
def xeval_observers():
    return [Bad()]
"""


@pytest.mark.slow
def test_a_run_is_the_same_whatever_its_trackers_do(
    tmp_path: Path, run_xeval: Callable[..., Ending], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad_tracker.py").write_text(BAD)
    about = tmp_path / "bad_tracker-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: bad-tracker\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[xeval]\nbad-tracker = bad_tracker\n")
    monkeypatch.syspath_prepend(tmp_path)
    small = ("run", "--model", "random-init", "--target", "mini-pos", "--language", "qen", "--limit", "20", "--json")

    ended = run_xeval(*small, "--recipe", "none", "--track", "bad-tracker:x", "--track", f"tensorboard:{tmp_path}/tb")
    shown = run_xeval("track", "--to", f"tensorboard:{tmp_path}/again")

    assert ended.code == 0, ended.err
    assert "The tracker 'bad-tracker' failed" in ended.err
    assert "OSError: no disk" in ended.err
    assert shown.code == 0, shown.err
    for folder in ("tb", "again"):  # one training, one system
        assert len(list((tmp_path / folder).rglob("events.out.tfevents*"))) == 2, folder
