"""What a run shows while it runs, on stderr: live bars on a terminal, a line for each finished job elsewhere."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.text import Text

from xeval.running.jobs import Event, Finished, Job, Progressed, Started

COST = {
    "pretrain": 30.0,
    "translate": 30.0,
    "train": 3.0,
    "evaluate": 2.0,
    "probe": 1.0,
}  # seconds before any was seen: only their ratio matters


class Display:
    """Listens to a run. `with Display(console, jobs) as display: run(..., display.listen)`."""

    def __init__(self, console: Console, jobs: Sequence[Job], workers: int) -> None:
        self._console, self._jobs, self._workers = console, {job.key: job for job in jobs}, workers
        self._left, self._done = dict(self._jobs), 0
        self._seen: dict[str, list[float]] = {}
        self._bars: dict[str, TaskID] = {}
        self._began: dict[str, float] = {}
        self._live = Progress(
            TextColumn("{task.description}", table_column=None),
            BarColumn(bar_width=24),
            StepsColumn(),
            SpeedColumn(),
            LeftColumn(),
            console=console,
            transient=True,
        )
        self._total = self._live.add_task("jobs", total=len(jobs), speed="", left="")

    def __enter__(self) -> Display:
        if self._console.is_terminal and self._jobs:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._live.stop()

    def listen(self, event: Event) -> None:
        """Take note of an event and show it."""
        if isinstance(event, Started):
            self._start(event.job)
        elif isinstance(event, Progressed):
            self._move(event)
        else:
            self._finish(event)

    def _start(self, job: Job) -> None:
        self._began[job.key] = time.monotonic()
        self._bars[job.key] = self._live.add_task(f"  {job.label}", total=None, speed="", left="")

    def _move(self, event: Progressed) -> None:
        seconds = max(time.monotonic() - self._began[event.job.key], 1e-6)
        progress = event.progress
        speed = f"{progress.tokens / seconds:,.0f} tokens/s" if progress.tokens else ""
        left = duration(seconds * (progress.total / progress.done - 1)) if progress.done else ""
        self._live.update(
            self._bars[event.job.key], completed=progress.done, total=progress.total, speed=speed, left=left
        )

    def _finish(self, event: Finished) -> None:
        self._done += not event.again  # a job that goes on as another is not done
        self._left.pop(event.job.key, None)
        self._seen.setdefault(event.job.stages[0].kind, []).append(event.seconds)
        if event.job.key in self._bars:
            self._live.remove_task(self._bars.pop(event.job.key))
        self._live.update(self._total, completed=self._done, left=f"about {duration(self._estimate())} left")
        self._tell(event)

    def _tell(self, event: Finished) -> None:
        """A line for a finished job where nothing moves; for a failed one everywhere."""
        most = max(len(self._jobs), self._done)  # what was damaged in the store comes on top
        count = f"[{self._done:>{len(str(most))}}/{most}]"
        if event.error:
            self._console.print(Text.assemble(f"{count} {event.job.label} ", ("failed: ", "bold red"), event.error))
        elif not self._console.is_terminal:
            speed = f", {event.tokens / event.seconds:,.0f} tokens/s" if event.tokens and event.seconds else ""
            self._console.print(Text(f"{count} {event.job.label}: {event.seconds:.1f} s{speed}"), soft_wrap=True)
        for remark in event.remarks:
            self._console.print(Text(f"note: {event.job.label}: {remark}", style="yellow"), soft_wrap=True)

    def _estimate(self) -> float:
        """Seconds until all is done: each kind of job costs what it has cost so far."""
        kinds = [job.stages[0].kind for job in self._left.values()]
        return sum(self._cost(kind) for kind in kinds) / self._workers

    def _cost(self, kind: str) -> float:
        seen = self._seen.get(kind)
        return sum(seen) / len(seen) if seen else COST[kind]


class StepsColumn(ProgressColumn):
    """Steps done of all, where it is known how many there are."""

    def render(self, task: Task) -> Text:
        """Draw `3/72`."""
        return Text(f"{task.completed:.0f}/{task.total:.0f}" if task.total else "", style="green")


class SpeedColumn(ProgressColumn):
    """Sub-words a second."""

    def render(self, task: Task) -> Text:
        """Draw the speed, if there is one."""
        return Text(task.fields["speed"], style="dim")


class LeftColumn(ProgressColumn):
    """The time left."""

    def render(self, task: Task) -> Text:
        """Draw the time left, once it can be told."""
        return Text(task.fields["left"], style="dim")


def duration(seconds: float) -> str:
    """A length of time for people.

    >>> duration(75), duration(4000)
    ('1:15', '1:06:40')
    """
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
