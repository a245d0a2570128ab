"""What is damaged in a store is made again; what nobody needs there any more goes."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from xeval.plans.stage import Stage, model_stage
from xeval.running.mending import damaged, take_away
from xeval.running.pruning import leftovers, prune, tidy_plan
from xeval.running.store import Store

KEY = "0123456789abcdef"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "store")
    store.prepare()
    return store


def test_old_checkpoints_are_pruned_and_new_ones_stay(store: Store) -> None:
    for key, days in ((KEY, 8), (KEY[::-1], 1)):
        store.unfinished(key).mkdir(parents=True)
        (file := store.unfinished(key) / "step-000000001.safetensors").write_bytes(b"x" * 1000)
        for path in (file, file.parent):
            os.utime(path, (time.time() - days * 86_400,) * 2)

    old = leftovers(store, days=7)
    prune(old)

    assert [(one.path, one.size, round(one.days)) for one in old] == [(store.unfinished(KEY), 1000, 8)]
    assert not store.unfinished(KEY).exists()
    assert store.unfinished(KEY[::-1]).exists()


def test_a_plan_tidies_up_after_its_own_stages_alone(store: Store) -> None:
    model = model_stage("m", {"digest": "0"})
    done, needed, foreign = (Stage("train", {"seed": seed}, (model,)) for seed in range(3))
    for stage in (done, needed, foreign):
        store.unfinished(stage.key).mkdir(parents=True)

    tidy_plan([model, done, needed], [needed], store)

    assert [store.unfinished(stage.key).exists() for stage in (done, needed, foreign)] == [False, True, True]


def test_what_is_damaged_is_found_through_all_that_must_be_made_again(store: Store) -> None:
    model = model_stage("m", {"digest": "0"})
    first = Stage("train", {"seed": 0}, (model,))
    second = Stage("train", {"seed": 1}, (first,))
    goal = Stage("evaluate", {"seed": 2}, (second,), "scores")
    stages = [model, first, second, goal]
    for stage in stages[1:]:
        with store.writing(stage.key) as (folder, _):
            (folder / "weights").write_text(stage.key)
    (store.path(first.key) / "weights").write_text("bent")  # read by nobody, as long as the others are whole
    assert damaged(stages, store) == {}

    (store.path(goal.key) / "weights").unlink()
    (store.path(second.key) / "manifest.json").write_text("{")
    broken = damaged(stages, store)
    remarks = take_away(broken, stages, store)

    assert set(broken) == {first.key, second.key, goal.key}
    assert store.keys() == []
    assert f"evaluate scores was damaged and is made again: {store.path(goal.key) / 'weights'} is missing." in remarks


def test_what_another_run_has_made_again_meanwhile_is_left_alone(store: Store) -> None:
    stage = Stage("evaluate", {"seed": 0}, label="scores")
    with store.writing(stage.key) as (folder, _):
        (folder / "scores").write_text("whole")
    (store.path(stage.key) / "scores").write_text("bent")
    broken = damaged([stage], store)
    store.discard(stage.key)
    with store.writing(stage.key) as (folder, _):
        (folder / "scores").write_text("whole")

    take_away(broken, [stage], store)

    assert list(broken) == [stage.key]
    assert stage.key in store
