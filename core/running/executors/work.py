"""Running one job on a workbench."""

from __future__ import annotations

import time
from dataclasses import replace

from xeval.learning.models import use_threads
from xeval.learning.profiling import profiled
from xeval.learning.telemetry import forget_memory, told
from xeval.learning.tokenised import kept_in
from xeval.phases import recorded
from xeval.running.evaluating import run_evaluate
from xeval.running.jobs import Event, Finished, Job, Listen, Progressed, Setup, Started, failure
from xeval.running.probing import run_probe
from xeval.running.ranks import run_together
from xeval.running.stages import run_pretrain, run_train, run_translate
from xeval.running.workbench import Workbench, lay_out
from xeval.tuning import Report, Watch


class Unheard(BaseException):
    """Nobody listens any more: the run was killed, and its workers end."""


def heard(listen: Listen) -> Listen:
    """The same listener, whose absence is not taken for a failure of the work."""

    def tell(event: Event) -> None:
        try:
            listen(event)
        except (OSError, EOFError) as error:
            raise Unheard from error

    return tell


def bench_for(setup: Setup) -> Workbench:
    """A workbench of this process, which computes with as many threads as the setup says."""
    use_threads(setup.threads)
    return lay_out(setup)


def run_job(job: Job, bench: Workbench, listen: Listen) -> None:
    """Run a job and tell what becomes of it; a failure is told, not raised, so that other jobs go on."""
    tell = heard(listen)
    tell(Started(job))
    started = time.perf_counter()
    forget_memory(bench.compute.device)
    try:
        with recorded() as record, kept_in(bench.store.tokenised):
            report = execute(job, bench, lambda progress: tell(Progressed(job, progress)))
    except Exception as error:  # noqa: BLE001 - plugins and torch may fail in any way; the other jobs go on
        tell(failure(job, time.perf_counter() - started, error))
    else:
        end = finished(job, time.perf_counter() - started, report)
        tell(replace(end, telemetry=told(record, bench.compute)))


def finished(job: Job, seconds: float, report: Report | list[str]) -> Finished:
    """The end of a job that went well, and what it tells."""
    if isinstance(report, list):
        return Finished(job, seconds, remarks=tuple(report))
    return Finished(job, seconds, tokens=report.tokens, remarks=(*report.notes, *report.remarks))


def execute(job: Job, bench: Workbench, watch: Watch) -> Report | list[str]:
    """Run the stages of a job by their kind."""
    stage = job.stages[0]
    if stage.kind == "pretrain":
        return run_pretrain(stage, bench, watch)
    if stage.kind == "train":
        if bench.compute.processes > 1:
            return run_together(stage, bench.setup, watch)
        with profiled(bench.compute, stage.key):
            return run_train(stage, bench, watch)
    if stage.kind == "probe":
        run_probe(stage, bench)
        return []
    if stage.kind == "translate":
        run_translate(stage, bench, watch)
        return []
    return run_evaluate(job.stages, bench)
