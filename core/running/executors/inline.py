"""Jobs in this process, one after another: for debuggers, tests and notebooks."""

from __future__ import annotations

from xeval.running.executors.work import bench_for, run_job
from xeval.running.jobs import Event, Job, Listen, Setup


class InlineExecutor:
    """Runs a job as soon as it is submitted; `listen` hears events at once, `events` returns them afterwards."""

    def __init__(self, setup: Setup) -> None:
        self.bench = bench_for(setup)
        self._heard: list[Event] = []

    def capacity(self) -> int:
        """One job, once the last one has been heard of."""
        return 0 if self._heard else 1

    def submit(self, job: Job) -> None:
        """Run the job to its end."""
        listen: Listen = self._heard.append
        run_job(job, self.bench, listen)

    def events(self) -> list[Event]:
        """What happened in the last job."""
        heard, self._heard = self._heard, []
        return heard

    def close(self) -> None:
        """Nothing is left to stop."""
