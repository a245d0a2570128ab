"""The same job by xeval: what its stages call, with the time of their parts as the stages record it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from kit.clock import peak_megabytes
from kit.data import NLI, TAGS, rows_of
from kit.jobs import KINDS, asked

FORMATS = {"nli": "classification", "ner": "tagging", "qa": "span_qa"}
METRICS = {"nli": "accuracy", "ner": "f1", "qa": "squad_em"}
LABELS = {"nli": NLI, "ner": TAGS, "qa": ()}


def examples(job: str, language: str, rows: list[dict[str, Any]]) -> list[Any]:
    """Rows as xeval's examples."""
    from xeval.values import Answer, LabelledText, Question, TaggedTokens

    if job == "nli":
        return [LabelledText(r["id"], language, tuple(r["texts"]), NLI[r["label"]]) for r in rows]
    if job == "ner":
        return [
            TaggedTokens(r["id"], language, tuple(r["tokens"]), tuple(TAGS[tag] for tag in r["tags"])) for r in rows
        ]
    return [Question(r["id"], language, r["question"], r["context"], (Answer(r["answer"], r["start"]),)) for r in rows]


def main() -> None:
    """Do the job and write what it took."""
    options = asked()
    import numpy as np
    import torch

    from xeval.formats.subwords import subwords_of
    from xeval.formats.table import format_of
    from xeval.learning.models import open_tokenizer
    from xeval.learning.predicting import predict
    from xeval.learning.training import TrainingSet, train
    from xeval.phases import phase, recorded
    from xeval.scores.metrics import metric, scored
    from xeval.tuning import Compute, Retrieval, Training

    torch.set_num_threads(options.threads)
    kind, job, of = KINDS[options.job], options.job, format_of(FORMATS[options.job])
    languages = options.languages.split(",")
    lists = {x: examples(job, x, rows_of(options.work, job, "test", x, options.test)) for x in languages}
    everything = examples(job, "en", rows_of(options.work, job, "train", "en", options.train))
    settings = Training(
        learning_rate=options.rate,
        batch_size=kind.batch,
        epochs=1.0,
        max_length=kind.longest,
        warmup=0.0,
        weight_decay=0.0,
    )
    subwords = subwords_of(open_tokenizer(options.model))
    with recorded() as first, phase("tokenise"):
        features = of.encode(everything, subwords, settings, LABELS[job])
        for rows in lists.values():
            of.encode(rows, subwords, settings, LABELS[job])
    order = np.random.default_rng(0).permutation(len(features))[: options.steps * kind.batch]
    chosen = [everything[i] for i in sorted({features[number].example for number in order})]
    settings = Training(
        **(vars(settings) | {"epochs": options.steps * kind.batch / windows(of, chosen, subwords, settings)})
    )
    compute = Compute(device=options.device, precision=options.precision)
    with tempfile.TemporaryDirectory() as name:
        with recorded() as second:
            training = [TrainingSet(of.name, LABELS[job], chosen)]
            report = train(options.model, training, settings, 0, compute, Path(name), lambda progress: None)
        with recorded() as third:
            said = predict(Path(name), of.name, LABELS[job], list(lists.values()), settings, Retrieval(), compute)
            with phase("score"):
                headline = metric(METRICS[job])
                scores = {
                    language: float(headline.score(scored(headline, rows, predicted).sum(axis=0)))
                    for (language, rows), predicted in zip(lists.items(), said, strict=True)
                }
    parts = {
        "tokenise": times(first, "tokenise"),
        "train": times(second, "compute"),
        "evaluate": times(third, "compute", "score"),
    }
    document = {"parts": parts, "losses": report.losses, "scores": scores, "megabytes": peak_megabytes()}
    options.out.write_text(json.dumps(document | {"padding": report.padding, "tokens": report.tokens}))


def windows(of: Any, chosen: list[Any], subwords: Any, settings: Any) -> int:
    """How many inputs the chosen examples make."""
    return len(of.encode(chosen, subwords, settings, ()))


def times(record: Any, *parts: str) -> dict[str, float]:
    """The times of several parts, added up."""
    return {clock: sum(getattr(record, clock)[part] for part in parts) for clock in ("wall", "cpu")}


if __name__ == "__main__":
    main()
