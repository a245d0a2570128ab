"""TensorBoard: losses of trainings and scores under noise as curves, in event files. It needs no torch."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from xeval.api import BadValue, CellScored, Notice, RunBegan, StageEnded, hookimpl
from xeval.plugins.trackers.naming import file_name, level_of, metric_of, system_of

OPEN = 50  # files that are written to at a time, each by a thread: a large run has thousands of trainings


@dataclass(frozen=True)
class TensorBoard:
    """Event files in a folder: `--track tensorboard:DIR`, then `tensorboard --logdir DIR`."""

    name: str = "tensorboard"
    version: str = "1"

    def check(self, to: str) -> None:
        """Raise BadValue without a folder, or without the library."""
        if not to:
            raise BadValue("TensorBoard needs a folder.", hint="Write --track tensorboard:DIR")
        if Path(to).exists() and not Path(to).is_dir():
            raise BadValue(f"{to} is no folder.", hint="Write --track tensorboard:DIR")
        if find_spec("tensorboard") is None:
            raise BadValue("TensorBoard is not installed.", hint="pip install 'xeval-harness[tensorboard]'")

    def open(self, to: str) -> Curves:
        """Begin to write."""
        return Curves(Path(to))


@dataclass
class Curves:
    """One file for each system, and one for each training; another one beside it where it was closed too early."""

    folder: Path
    run: str = "run"
    _writers: dict[str, Any] = field(default_factory=dict)

    def note(self, notice: Notice) -> None:
        """Write the losses of a training, or a score."""
        if isinstance(notice, RunBegan):
            self.run = notice.run[:12]
        elif isinstance(notice, StageEnded):
            for number, loss in enumerate(notice.losses, 1):
                step = round(notice.steps * number / len(notice.losses))
                self._add(f"trainings/{file_name(f'{notice.label} {notice.key[:8]}')}", "loss", loss, step)
        elif isinstance(notice, CellScored) and notice.cell.score is not None:
            cell = notice.cell
            self._add(file_name(system_of(cell)), metric_of(cell), notice.cell.score, level_of(cell))

    def close(self) -> None:
        """Finish the files."""
        while self._writers:
            self._close_oldest()

    def _close_oldest(self) -> None:
        self._writers.pop(next(iter(self._writers))).close()

    def _add(self, name: str, tag: str, value: float, step: int) -> None:
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.proto.summary_pb2 import Summary
        from tensorboard.summary.writer.event_file_writer import EventFileWriter

        if name not in self._writers:
            if len(self._writers) >= OPEN:
                self._close_oldest()
            self._writers[name] = EventFileWriter(str(self.folder / self.run / name))
        summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
        self._writers[name].add_event(Event(wall_time=time.time(), step=step, summary=summary))


@hookimpl
def xeval_observers() -> list[TensorBoard]:
    """One observer."""
    return [TensorBoard()]
