"""One function for each kind of stage: inputs from the store, work by the hands, an artifact back into the store."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from xeval.boards.statistics import Evidence, interval
from xeval.contracts import Task
from xeval.formats.lengths import in_words, measured
from xeval.hashing import seed_of
from xeval.learning.group import ALONE, Group
from xeval.learning.predicting import predict
from xeval.learning.pretraining import pretrain
from xeval.learning.ranking import rank
from xeval.learning.shattering import shattering, subwords_in
from xeval.learning.telemetry import told
from xeval.learning.training import train
from xeval.phases import RECORD, phase
from xeval.plans.stage import Stage
from xeval.running.caveats import constant_answer
from xeval.running.composing import Composition, composed
from xeval.running.jobs import PartFailed
from xeval.running.machine import machine
from xeval.running.provenance import plugins_of
from xeval.running.readying import ready
from xeval.running.store import write_json
from xeval.running.translations import translate_examples
from xeval.running.workbench import Evaluated, Workbench
from xeval.running.worst import worst_of
from xeval.scores.metrics import metric, metrics_of, statistics
from xeval.tuning import Pretraining, Report, Retrieval, Training, Watch
from xeval.values import Document, Example, Json, Prediction, Query


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


def run_evaluate(stages: Sequence[Stage], bench: Workbench, watch: Watch) -> list[str]:
    """Score one state on one task in all languages and under all perturbations asked for, in one sweep.

    Returns what is to be told of its inputs.
    """
    first = stages[0].params
    task = bench.task(first["task"])
    wanted = list(stages)
    with phase("data"):
        stages, asked, failed = ready(task, stages, bench)
        lists = [one for scored in asked for one in scored.tries or (scored,)]
    started = time.perf_counter()
    with measured() as lengths:
        predictions = (
            ranked(stages, lists, bench)
            if "pool" in first
            else predict(
                bench.state(stages[0].inputs[0]),
                task.format,
                task.labels,
                [scored.examples for scored in lists],
                Training(**first["settings"]),
                Retrieval(**(first["retrieval"] or {})),
                bench.compute,
                tuning_lists(task, stages, asked, bench) if "tuned" in first else (),
            )
        )
    said = iter(predictions)
    for stage, searched in zip(stages, asked, strict=True):
        found = [next(said) for _ in searched.tries or (searched,)]
        scored, predicted = searched, found[0]
        if searched.tries:
            language = bench.registry.languages[stage.params["language"]]
            scored, predicted = worst_of(metric(first["metric"]), searched, found, language)
        with bench.store.writing(stage.key) as (folder, manifest):
            with phase("score"):
                write_evaluation(folder, task, shattered(scored, stage, bench), predicted)
            manifest.update(describe(stage, bench, started) | {"lengths": dict(lengths)})
    if failed:
        raise PartFailed({stage.key: failed[stage.key] for stage in wanted if stage.key in failed})
    return in_words(lengths)


def shattered(scored: Evaluated, stage: Stage, bench: Workbench) -> Evaluated:
    """With what was done to the examples: into how many more sub-words of the state their words fall."""
    if scored.change is None:
        return scored
    subwords, language = subwords_in(bench.state(stage.inputs[0])), bench.registry.languages[stage.params["language"]]
    found = shattering(subwords, scored.clean, scored.examples, language)
    return replace(scored, change={**scored.change, **found})


def ranked(stages: Sequence[Stage], lists: Sequence[Evaluated], bench: Workbench) -> list[list[Prediction]]:
    """What the queries of each list find in its pool."""
    params = stages[0].params
    return rank(
        bench.state(stages[0].inputs[0]),
        [[example for example in scored.examples if isinstance(example, Query)] for scored in lists],
        [scored.pool for scored in lists],
        Training(**params["settings"]),
        Retrieval(**params["retrieval"]),
        bench.compute,
    )


def tuning_lists(
    task: Task, stages: Sequence[Stage], asked: Sequence[Evaluated], bench: Workbench
) -> list[list[Example]]:
    """For each list that is predicted, what its threshold is tuned on."""
    pairs = zip(stages, asked, strict=True)
    return [tuning_examples(task, stage, bench) for stage, scored in pairs for _ in scored.tries or (scored,)]


def tuning_examples(task: Task, stage: Stage, bench: Workbench) -> list[Example]:
    """What the threshold of a stage is tuned on: clean, whatever noise it scores under."""
    params = stage.params
    return bench.examples(task, params["tuned"]["split"], params["language"], params["limit"])


def write_evaluation(folder: Path, task: Task, scored: Evaluated, predicted: Sequence[Prediction]) -> None:
    """Write `predictions.parquet`, a row per example with its statistics, and `scores.json`."""
    examples = scored.examples
    columns: dict[str, list[Any]] = {
        "uid": [example.uid for example in examples],
        "group": [example.group for example in examples],
        "prediction": [json.dumps(p.value, ensure_ascii=False) for p in predicted],
    }
    scores: dict[str, dict[str, float]] = {}
    for name in metrics_of(task.format, getattr(task, "metric", "")):
        evidence = evidence_of(name, examples, predicted)
        scores[name] = score_of(name, evidence)
        columns |= {f"{name}.{i}": list(column) for i, column in enumerate(evidence.statistics.T)}
    pq.write_table(pa.table(columns), folder / "predictions.parquet", compression="zstd")
    constant = constant_answer(predicted, max(found["score"] for found in scores.values()))
    about = {"n": len(examples), "scores": scores, "change": scored.change, "constant": constant}
    write_json(folder / "scores.json", about)


def evidence_of(name: str, examples: Sequence[Example], predicted: Sequence[Prediction]) -> Evidence:
    """The sufficient statistics of a metric for each example, (n, k)."""
    rows = statistics(metric(name), examples, predicted)
    return Evidence.of(rows, [e.uid for e in examples], [e.group for e in examples])


def score_of(name: str, evidence: Evidence) -> dict[str, float]:
    """A score with its 95% interval, as shares."""
    low, high = interval(evidence, metric(name).score)
    score = float(metric(name).score(evidence.statistics.sum(axis=0)))
    return {"score": score, "low": low, "high": high}


def describe(stage: Stage, bench: Workbench, started: float, report: Report | None = None) -> dict[str, Json]:
    """A manifest: what the artifact is, from what, made how, where and when; telemetry is that of the whole job."""
    record = RECORD.get()
    return {
        "schema": "xeval.artifact/1",
        "key": stage.key,
        "kind": stage.kind,
        "label": stage.label,
        "params": stage.params,
        "inputs": [need.key for need in stage.inputs],
        "report": asdict(report) if report else None,
        "telemetry": told(record, bench.compute) if record else None,
        "seconds": round(time.perf_counter() - started, 3),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "plugins": plugins_of(stage.params, bench.catalogue),
    }


def _tupled(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in params.items()}
