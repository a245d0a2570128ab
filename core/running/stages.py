"""States as stages: inputs from the store, work by the hands, an artifact back into the store."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xeval.hashing import seed_of
from xeval.learning.group import ALONE, Group
from xeval.learning.pretraining import pretrain
from xeval.learning.training import train
from xeval.phases import phase
from xeval.plans.stage import Stage
from xeval.running.composing import Composition, composed
from xeval.running.manifests import describe
from xeval.running.translations import translate_examples
from xeval.running.workbench import Workbench
from xeval.tuning import Pretraining, Report, Watch
from xeval.values import Document


def run_pretrain(stage: Stage, bench: Workbench, watch: Watch) -> Report:
    """Make an encoder on the spot from a corpus."""
    params = stage.params
    corpus = bench.task(params["corpus"])
    languages = [code for code in corpus.languages if code in params["data"]]
    with phase("data"):
        examples = [e for code in languages for e in bench.examples(corpus, "train", code, params["limit"])]
    documents = [example for example in examples if isinstance(example, Document)]
    unfinished = bench.store.unfinished(stage.key)
    with bench.store.writing(stage.key) as (folder, manifest):
        started = time.perf_counter()
        settings = Pretraining(**_tupled(params["pretraining"]))
        with phase("compute"):
            report = pretrain(documents, settings, params["seed"], bench.compute, folder, watch, unfinished)
        manifest.update(describe(stage, bench, started, report))
    bench.store.tidy(stage.key)
    return report


def run_translate(stage: Stage, bench: Workbench, watch: Watch) -> None:
    """Translate the training data of a task into a language that it lacks."""
    with bench.store.writing(stage.key) as (folder, manifest):
        started = time.perf_counter()
        told = translate_examples(stage, bench, folder, watch)
        manifest.update(describe(stage, bench, started) | {"translation": told})


def run_train(stage: Stage, bench: Workbench, watch: Watch, group: Group = ALONE) -> Report:
    """Train a state on the tasks of a stage, for one phase."""
    with phase("data"):
        of = composed(stage.params, bench)
    with bench.store.writing(stage.key) as (folder, manifest):
        started = time.perf_counter()
        report = trained(stage, of, bench, (folder, watch, group))
        manifest.update(describe(stage, bench, started, report) | {"composition": of.told})
    bench.store.tidy(stage.key)
    return report


def assist_train(stage: Stage, bench: Workbench, group: Group) -> Report:
    """Do the part of another process than the first of a group, which writes nothing."""
    nowhere = bench.store.path(stage.key)
    return trained(stage, composed(stage.params, bench), bench, (nowhere, lambda progress: None, group))


def trained(stage: Stage, of: Composition, bench: Workbench, how: tuple[Path, Watch, Group]) -> Report:
    """Train the state that a stage begins with, into a folder."""
    (folder, watch, group), start = how, bench.state(stage.inputs[0])
    seed, unfinished = seed_of(stage.params["seed"], "train", of.name), bench.store.unfinished(stage.key)
    return train(start, of.sets, of.settings, seed, bench.compute, folder, watch, unfinished, group)


def _tupled(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in params.items()}
