"""Running one job on a workbench."""

from __future__ import annotations

import functools
import time

from xeval.jobs import Finished, Job, Listen, Progressed, Setup, Started, failure
from xeval.models import use_threads
from xeval.stages import run_evaluate, run_pretrain, run_train
from xeval.tuning import Report, Watch
from xeval.workbench import Workbench, lay_out


@functools.cache
def bench_for(setup: Setup) -> Workbench:
    """The workbench of this process."""
    use_threads(setup.threads)
    return lay_out(setup)


def run_job(job: Job, bench: Workbench, listen: Listen) -> None:
    """Run a job and tell what becomes of it; a failure is told, not raised, so that other jobs go on."""
    listen(Started(job))
    started = time.perf_counter()
    try:
        report = execute(job, bench, lambda progress: listen(Progressed(job, progress)))
    except (BrokenPipeError, ConnectionError):  # nobody listens any more: the run was killed
        raise
    except Exception as error:  # noqa: BLE001 - a stage may fail in any way; it is recorded, and the others go on
        listen(failure(job, time.perf_counter() - started, error))
    else:
        listen(Finished(job, time.perf_counter() - started, tokens=report.tokens if report else 0))


def execute(job: Job, bench: Workbench, watch: Watch) -> Report | None:
    """Run the stages of a job by their kind."""
    stage = job.stages[0]
    if stage.kind == "pretrain":
        return run_pretrain(stage, bench, watch)
    if stage.kind == "train":
        return run_train(stage, bench, watch)
    run_evaluate(job.stages, bench, watch)
    return None
