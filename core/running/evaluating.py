"""Evaluations as stages: one state on one task, in many languages and under many perturbations, in one sweep."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from xeval.boards.statistics import Evidence, interval
from xeval.contracts import Task
from xeval.files import write_json
from xeval.formats.lengths import in_words, measured
from xeval.learning.models import tokenizer_name
from xeval.learning.predicting import predict
from xeval.learning.ranking import rank
from xeval.learning.shattering import shattering, subwords_in
from xeval.phases import phase
from xeval.plans.stage import Stage
from xeval.running.caveats import constant_answer
from xeval.running.jobs import PartFailed
from xeval.running.manifests import describe
from xeval.running.readying import ready
from xeval.running.workbench import Evaluated, Workbench
from xeval.running.worst import TRY, worst_of
from xeval.scores.metrics import metric, metrics_of, statistics
from xeval.tuning import Retrieval, Training
from xeval.values import Example, Prediction, Query


def run_evaluate(stages: Sequence[Stage], bench: Workbench) -> list[str]:
    """Score one state on one task in all languages and under all perturbations asked for, in one sweep.

    Returns what is to be told of its inputs.
    """
    task, wanted = bench.task(stages[0].params["task"]), list(stages)
    with phase("data"):
        stages, asked, failed = ready(task, stages, bench)
    started = time.perf_counter()
    with measured() as lengths:
        said = iter(predicted_by(task, stages, asked, bench))
    for stage, searched in zip(stages, asked, strict=True):
        tries = [next(said) for _ in ways(searched)]
        scored, predicted = worst(stage, searched, tries, bench)
        with bench.store.writing(stage.key) as (folder, manifest):
            with phase("score"):
                write_evaluation(folder, task, shattered(scored, stage, bench), predicted)
            manifest.update(describe(stage, bench, started) | {"lengths": dict(lengths)})
    if failed:
        raise PartFailed({stage.key: failed[stage.key] for stage in wanted if stage.key in failed})
    return in_words(lengths)


def ways(scored: Evaluated) -> Sequence[Evaluated]:
    """The lists that are predicted for a stage: one, or one for each try of a search."""
    return scored.tries or (scored,)


def predicted_by(
    task: Task, stages: Sequence[Stage], asked: Sequence[Evaluated], bench: Workbench
) -> list[list[Prediction]]:
    """What the state says of every list of all stages, one after another."""
    params, lists = stages[0].params, [one for scored in asked for one in ways(scored)]
    if "pool" in params:
        return ranked(stages, lists, bench)
    return predict(
        bench.state(stages[0].inputs[0]),
        task.format,
        task.labels,
        [scored.examples for scored in lists],
        Training(**params["settings"]),
        Retrieval(**(params["retrieval"] or {})),
        bench.compute,
        tuning_lists(task, stages, asked, bench) if "tuned" in params else (),
    )


def worst(
    stage: Stage, searched: Evaluated, tries: Sequence[list[Prediction]], bench: Workbench
) -> tuple[Evaluated, list[Prediction]]:
    """What is scored and what was predicted for it: of a search, example by example the worst try."""
    if not searched.tries:
        return searched, tries[0]
    language = bench.registry.languages[stage.params["language"]]
    return worst_of(metric(stage.params["metric"]), searched, tries, language)


def shattered(scored: Evaluated, stage: Stage, bench: Workbench) -> Evaluated:
    """With what was done to the examples: into how many more sub-words of the state their words fall.

    It is counted once for all states with one tokenizer.
    """
    if scored.change is None:
        return scored
    state, language = bench.state(stage.inputs[0]), bench.registry.languages[stage.params["language"]]
    found = bench.once(
        (tokenizer_name(state), id(scored.examples)),
        scored.examples,
        lambda: shattering(subwords_in(state), scored.clean, scored.examples, language),
    )
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
    return [tuning_examples(task, stage, bench) for stage, scored in pairs for _ in ways(scored)]


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
    if scored.chosen:
        columns[TRY] = list(scored.chosen)
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
