"""A run skips what is stored, isolates what fails, and goes on from where it was."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pytest

from xeval.boards.statistics import Evidence
from xeval.plans.stage import Stage
from xeval.running.evidence import packed, unpacked
from xeval.running.jobs import Event, Finished, Job, Started, failure, jobs_of, without
from xeval.running.runner import NO_ROOM, Outcome, run_stages, to_run
from xeval.running.store import Store


class Clerk:
    """An executor whose work is to write the artifact down; stages with a label in `failing` fail."""

    def __init__(self, store: Store, failing: Iterable[str] = (), capacity: int = 2) -> None:
        self.store, self.failing, self._capacity = store, set(failing), capacity
        self.done: list[str] = []
        self.most = 0
        self.closed = False
        self._submitted: list[Job] = []

    def capacity(self) -> int:
        return self._capacity - len(self._submitted)

    def submit(self, job: Job) -> None:
        self._submitted.append(job)
        self.most = max(self.most, len(self._submitted))

    def events(self) -> list[Event]:
        job = self._submitted.pop(0)
        for stage in job.stages:
            if stage.label in self.failing:
                return [Started(job), Finished(job, 0.1, error="no luck", log="Traceback …")]
            with self.store.writing(stage.key):
                self.done.append(stage.label)
        return [Started(job), Finished(job, 0.1)]

    def close(self) -> None:
        self.closed = True


class Taken(Clerk):
    """An executor that loses a worker to a plugin, of which a sweep has a stage."""

    def events(self) -> list[Event]:
        job = self._submitted[0]
        if any(stage.label == "leet" for stage in job.stages):
            return [Started(job), without(self._submitted.pop(0), "leet", RuntimeError("held by leet"))]
        return super().events()


def noisy() -> list[Stage]:
    """A state, and three evaluations of it in one sweep: clean, and under two noises."""
    state = Stage("train", {}, label="train")
    noises = (("clean", None), ("leet", {"name": "leet"}), ("noise", {"name": "noise"}))
    return [
        state,
        *(
            Stage("evaluate", {"task": {"name": "a"}, "perturbation": noise}, (state,), label=label)
            for label, noise in noises
        ),
    ]


def stages() -> list[Stage]:
    """A pretraining; two trainings on it; the first is evaluated in two languages, the second in one."""
    start = Stage("pretrain", {}, label="pretrain")
    one, two = (Stage("train", {"task": {"name": name}}, (start,), label=f"train {name}") for name in "ab")

    def evaluate(state: Stage, language: str) -> Stage:
        params = {"task": state.params["task"], "language": language}
        return Stage("evaluate", params, (state,), label=f"{state.label} in {language}")

    return [start, one, evaluate(one, "en"), evaluate(one, "de"), two, evaluate(two, "en")]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path)
    store.prepare()
    return store


def states(outcomes: Mapping[str, Outcome]) -> dict[str, str]:
    return {outcome.stage.label: outcome.state for outcome in outcomes.values()}


def run(store: Store, clerk: Clerk) -> dict[str, str]:
    return states(run_stages(stages(), store, clerk, lambda event: None))


def test_every_stage_is_run_once_after_its_inputs(store: Store) -> None:
    clerk = Clerk(store)

    assert set(run(store, clerk).values()) == {"done"}
    assert sorted(clerk.done) == sorted(stage.label for stage in stages())
    assert clerk.done.index("pretrain") < clerk.done.index("train a") < clerk.done.index("train a in de")
    assert clerk.closed


def test_independent_jobs_run_side_by_side(store: Store) -> None:
    clerk = Clerk(store, capacity=2)
    run(store, clerk)

    assert clerk.most == 2


def test_what_most_others_wait_for_is_run_first(store: Store) -> None:
    clerk = Clerk(store, capacity=1)
    run(store, clerk)

    assert clerk.done[1] == "train a"  # two evaluations wait for it, one for the other
    assert clerk.done[2] == "train b"


def test_the_evaluations_of_a_state_on_a_task_are_one_sweep() -> None:
    sweeps = [job for job in jobs_of(stages()) if job.stages[0].kind == "evaluate"]

    assert [len(job.stages) for job in sweeps] == [2, 1]


def test_jobs_of_several_seeds_can_be_told_apart() -> None:
    states = [Stage("train", {"seed": seed}, label="small > nli") for seed in (0, 1)]
    sweeps = [Stage("evaluate", {"task": {"name": "nli"}}, (state,), label="nli in sw") for state in states]

    assert [Job((stage,)).label for stage in (*states, *sweeps)] == [
        "train small > nli",
        "train small > nli, seed 1",
        "evaluate nli of small > nli (1 cell)",
        "evaluate nli of small > nli, seed 1 (1 cell)",
    ]


def test_a_second_run_runs_nothing(store: Store) -> None:
    run(store, Clerk(store))
    clerk = Clerk(store)

    assert set(run(store, clerk).values()) == {"stored"}
    assert clerk.done == []


def test_what_has_no_part_in_the_loss_of_a_worker_is_run_by_another(store: Store) -> None:
    outcomes = run_stages(noisy(), store, Taken(store), lambda event: None)

    assert states(outcomes) == {"train": "done", "clean": "done", "leet": "failed", "noise": "done"}
    assert outcomes[noisy()[2].key].error == "RuntimeError: held by leet"


def test_a_job_all_of_whose_stages_a_plugin_takes_part_in_is_not_run_again() -> None:
    sweep = Job(tuple(noisy()[1:]))

    assert without(Job(sweep.stages[1:2]), "leet", RuntimeError()).again == ()
    assert without(sweep, "a task", RuntimeError()).again == ()


def test_a_failure_blocks_what_waits_for_it_and_nothing_else(store: Store) -> None:
    clerk = Clerk(store, failing=["train a"])

    assert run(store, clerk) == {
        "pretrain": "done",
        "train a": "failed",
        "train a in en": "blocked",
        "train a in de": "blocked",
        "train b": "done",
        "train b in en": "done",
    }
    assert "no luck" in next((store.root / "logs").iterdir()).read_text()


def test_a_log_that_cannot_be_written_stops_no_run(store: Store) -> None:
    (store.root / "logs").write_text("a file where the folder should be, as if the disk were full")

    states = run(store, Clerk(store, failing=["train a"]))

    assert "failed" in states.values()
    assert "done" in states.values()


class Full(Clerk):
    """An executor whose disk is full after the first job."""

    def events(self) -> list[Event]:
        if self.done:
            job = self._submitted.pop(0)
            return [Started(job), failure(job, 0.1, OSError(errno.ENOSPC, "No space left on device"))]
        return super().events()


def test_where_the_disk_is_full_nothing_more_is_begun(store: Store) -> None:
    clerk, heard = Full(store, capacity=1), list[Event]()

    outcomes = run_stages(stages(), store, clerk, heard.append).values()

    assert [outcome.state for outcome in outcomes if outcome.stage.kind != "evaluate"] == ["done", "failed", "blocked"]
    assert {outcome.error for outcome in outcomes if outcome.state == "blocked"} == {NO_ROOM}
    assert "make room" in next(outcome.error for outcome in outcomes if outcome.state == "failed")
    assert len([event for event in heard if isinstance(event, Started)]) == 2


def test_a_failure_is_the_cause_of_all_that_it_blocks(store: Store) -> None:
    start = stages()[0]

    outcomes = run_stages(stages(), store, Clerk(store, failing=["pretrain"]), lambda event: None)

    assert {outcome.cause for outcome in outcomes.values() if outcome.state == "blocked"} == {start.key}


def test_the_same_command_goes_on_after_a_failure(store: Store) -> None:
    run(store, Clerk(store, failing=["train a"]))
    clerk = Clerk(store)

    assert set(run(store, clerk).values()) == {"stored", "done"}
    assert clerk.done[0] == "train a"
    assert "pretrain" not in clerk.done


def test_a_training_is_not_run_again_when_all_that_needs_it_is_stored(store: Store) -> None:
    found = stages()
    for stage in found:
        if stage.kind == "evaluate":
            with store.writing(stage.key):
                pass

    assert to_run(found, store) == []


def test_only_the_chain_behind_a_missing_evaluation_is_run(store: Store) -> None:
    found = stages()
    for stage in found[:4]:
        if stage.kind == "evaluate":
            with store.writing(stage.key):
                pass

    assert [stage.label for stage in to_run(found, store)] == ["pretrain", "train b", "train b in en"]


def test_workers_are_stopped_when_a_run_is_interrupted(store: Store) -> None:
    clerk = Clerk(store)

    def interrupt(event: Event) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_stages(stages(), store, clerk, interrupt)

    assert clerk.closed


def test_a_failure_is_logged_under_every_stage_that_it_hit(store: Store) -> None:
    run(store, Clerk(store, failing=["train a in en"]))

    logs = {path.stem for path in (store.root / "logs").iterdir()}

    assert logs == {stage.key for stage in stages() if stage.kind == "evaluate" and stage.inputs[0].label == "train a"}


@pytest.mark.parametrize("name", ["settings", "retrieval", "metric", "split"])
def test_evaluations_that_read_a_state_otherwise_are_no_sweep(name: str) -> None:
    start = Stage("pretrain", {})
    params = {"task": {"name": "a"}, name: {"layer": 1}}
    found = [Stage("evaluate", {**params, name: value}, (start,)) for value in ({"layer": 1}, {"layer": 2})]

    assert len(jobs_of(found)) == 2


def test_evidence_is_read_as_it_was_written_and_as_earlier_versions_wrote_it() -> None:
    kept = {
        "a": Evidence.of([[1.0, 2.0], [3.0, 4.0]], ("x", "y"), ("", "")),
        "b": Evidence.of([[5.0, 6.0], [7.0, 8.0]], ("x", "y"), ("", "")),
        "c": Evidence.of([[9.0], [0.0]], ("x", "y"), ("", "")),
        "d": Evidence.of([[1.0, 1.0]], ("z",), ("g",)),
    }
    old = {f"{key}/items{one.uids == ('z',):d}": one.statistics for key, one in kept.items()}
    old |= {"items0": np.array([("x", "y"), ("", "")]), "items1": np.array([("z",), ("g",)])}

    for found in (unpacked(packed(kept)), unpacked(old)):
        assert found.keys() == kept.keys()
        for key, one in kept.items():
            assert (found[key].uids, found[key].groups) == (one.uids, one.groups)
            assert np.array_equal(found[key].statistics, one.statistics)
