"""Probes as stages: a task's data and a model state in, a document and vectors out."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from xeval.files import write_json
from xeval.learning.probing import candidate_scores, fisher, text_vectors
from xeval.plans.stage import Stage
from xeval.running.manifests import describe
from xeval.running.workbench import Workbench
from xeval.studies.agreement import agreement, kappa, rank_consistency
from xeval.studies.alignment import linear_cka, retrieval_accuracy
from xeval.studies.coding import complexity
from xeval.studies.labelled import texts_of, units_of
from xeval.text.units import words
from xeval.tuning import Training
from xeval.values import Example, Json, SentencePair

VOCABULARY = 5000  # words of a task that are kept, the commonest
Found = tuple[dict[str, Json], dict[str, np.ndarray[Any, Any]]]


def run_probe(stage: Stage, bench: Workbench) -> None:
    """Measure, and write `probe.json` and `vectors.safetensors`."""
    params = stage.params
    task = bench.task(params["task"])
    examples = bench.examples(task, params["split"], params["language"], params["limit"])[: params["examples"]]
    started = time.perf_counter()
    document, vectors = KINDS[params["probe"]](stage, bench, examples)
    with bench.store.writing(stage.key) as (folder, manifest):
        write_json(folder / "probe.json", document)
        save_file(vectors, folder / "vectors.safetensors")
        manifest.update(describe(stage, bench, started))


def profile(stage: Stage, bench: Workbench, examples: Sequence[Example]) -> Found:
    """What a task is like: size, length, vocabulary, what its labels cost, and its mean text vector (TextEmb)."""
    params = stage.params
    language = bench.registry.languages[params["language"]]

    def split(text: str) -> list[str]:
        return [unit.text.lower() for unit in words(text, language)]

    whole = [" ".join(texts_of(example)) for example in examples]
    counts = Counter(word for text in whole for word in split(text))
    vectors = text_vectors(bench.state(stage.inputs[0]), whole, [-1], settings_of(params), bench.compute)[0]
    size = len(bench.examples(bench.task(params["task"]), params["split"], params["language"], params["limit"]))
    document = {
        "examples": size,
        "looked_at": len(examples),
        "words": sum(counts.values()) / max(1, len(examples)),
        "vocabulary": [word for word, _ in sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:VOCABULARY]],
        **numbers(asdict(complexity(units_of(examples, split), params["seed"]))),
    }
    return document, {"text": vectors.mean(axis=0)}


def task_embedding(stage: Stage, bench: Workbench, examples: Sequence[Example]) -> Found:
    """TaskEmb: the Fisher information of a state that was trained on the task."""
    about = stage.params["task"]
    task, state = (about["format"], about["labels"]), bench.state(stage.inputs[0])
    found = fisher(state, task, examples, settings_of(stage.params), bench.compute)
    return {"looked_at": len(examples), "variant": "per-example"}, dict(found)


def alignment(stage: Stage, bench: Workbench, examples: Sequence[Example]) -> Found:
    """How alike sentences and their translations are to a state, layer by layer."""
    pairs = [
        example for example in examples if isinstance(example, SentencePair) and example.text and example.translation
    ]
    texts = [pair.text for pair in pairs] + [pair.translation for pair in pairs]
    layers = text_vectors(bench.state(stage.inputs[0]), texts, None, settings_of(stage.params), bench.compute)
    halves = [(vectors[: len(pairs)], vectors[len(pairs) :]) for vectors in layers]
    document = {
        "looked_at": len(pairs),
        "retrieval": [(retrieval_accuracy(a, b) + retrieval_accuracy(b, a)) / 2 for a, b in halves],
        "cka": [linear_cka(a, b) for a, b in halves],
    }
    return document, {}


def consistency(stage: Stage, bench: Workbench, examples: Sequence[Example]) -> Found:
    """How alike a model answers items in a language and in the source language: ranks, first choices, kappa."""
    params, about = stage.params, stage.params["task"]
    task, source = bench.task(about), params["source"]["language"]
    others = bench.examples(task, params["split"], source, params["limit"])[: params["examples"]]
    state, lists = bench.state(stage.inputs[0]), (examples, others)
    scores = candidate_scores(state, (about["format"], about["labels"]), lists, settings_of(params), bench.compute)
    here, there = (
        {
            example.uid: [str(place) for place in np.argsort(-each, kind="stable")]
            for example, each in zip(*of, strict=True)
        }
        for of in zip(lists, scores, strict=True)
    )
    both = sorted(here.keys() & there.keys())
    firsts = [{uid: ranked[uid][0] for uid in both} for ranked in (here, there)]
    measures = {
        "rank_consistency": rank_consistency([here[uid] for uid in both], [there[uid] for uid in both]),
        "agreement": agreement(*firsts),
        "kappa": kappa(*firsts),
    }
    return {"looked_at": len(both), **numbers(measures)}, {}


KINDS = {"profile": profile, "fisher": task_embedding, "alignment": alignment, "consistency": consistency}


def settings_of(params: Mapping[str, Any]) -> Training:
    """How texts are cut, from the params of a stage."""
    return Training(**params["settings"])


def numbers(values: Mapping[str, float]) -> dict[str, float | None]:
    """JSON has no NaN: what is not known is null."""
    return {name: None if value != value else value for name, value in values.items()}
