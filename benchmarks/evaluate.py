"""One checkpoint in 15 languages at 5 levels of noise: one sweep, against a loop of Trainer.predict on the same rows.

python benchmarks/evaluate.py [--rows 20] [--repeats 3] [--output benchmarks/results/evaluate.json]

Both open the checkpoint, split texts into sub-words and predict; noise is put in before. The Trainer pads to 128
sub-words, as run_xnli does, or to the longest of a batch, with batches of 8 or 64. Programs take turns in one process;
times are those of its processor.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from kit.data import LANGUAGES, NLI, model_of, rows_of, tokenizer_of
from kit.jobs import KINDS
from kit.ours import examples
from kit.results import about, written

LEVELS = (0.0, 0.1, 0.2, 0.3, 0.4)
STEPS, RATE = 4, 5e-4  # of the training that makes the checkpoint
SCRIPTS = {"padded to 128, batch 8": (True, 8), "longest, batch 8": (False, 8), "longest, batch 64": (False, 64)}
Answers = list[list[str]]


def lists_of(work: Path, rows: int) -> list[list[Any]]:
    """The examples of each language at each level; the same noise everywhere, since all words are made."""
    from xeval.facts.registry import load_registry
    from xeval.running.discovery import discover
    from xeval.text.change import changed_all

    noise, english = discover().perturbations["noise.swap"], load_registry().languages["en"]
    found = []
    for language in LANGUAGES:
        clean = examples("nli", language, rows_of(work, "nli", "test", language, rows))
        for level in LEVELS:
            found.append([c.example for c in changed_all(clean, noise, level, english, 0)] if level else clean)
    return found


def checkpoint(work: Path, folder: Path, size: str, lists: list[list[Any]]) -> None:
    """A model that was trained for a few steps, its scores centred, so that small differences decide answers."""
    import torch
    from safetensors.torch import load_file, save_file

    from xeval.learning.training import TrainingSet, train
    from xeval.tuning import Compute

    count = STEPS * KINDS["nli"].batch
    chosen = [TrainingSet("classification", NLI, examples("nli", "en", rows_of(work, "nli", "train", "en", count)))]
    train(model_of(work, size, False, 0.1), chosen, settings(), 0, Compute(), folder, lambda progress: None)
    means = looped(folder, lists[:: len(LEVELS)], (False, 64))[1]
    head = load_file(folder / "head.safetensors")
    save_file(head | {"out.bias": head["out.bias"] - torch.tensor(means)}, folder / "head.safetensors")


def settings() -> Any:
    """How the checkpoint is trained and read."""
    from xeval.tuning import Training

    kind = KINDS["nli"]
    return Training(learning_rate=RATE, batch_size=kind.batch, epochs=1.0, max_length=kind.longest)


def swept(folder: Path, lists: list[list[Any]]) -> Answers:
    """The answers of xeval, in one sweep."""
    from xeval.learning.predicting import predict
    from xeval.tuning import Compute, Retrieval

    said = predict(folder, "classification", NLI, lists, settings(), Retrieval(), Compute())
    return [[str(one.value) for one in predictions] for predictions in said]


def looped(folder: Path, lists: list[list[Any]], script: tuple[bool, int]) -> tuple[Answers, list[float]]:
    """The answers of the Trainer, list by list, and the mean score of each label."""
    import datasets
    from transformers import AutoTokenizer

    fixed, batch = script
    tokenizer = AutoTokenizer.from_pretrained(folder)
    trainer = trainer_of(folder, tokenizer, fixed, batch)
    how = {"padding": "max_length" if fixed else False, "max_length": KINDS["nli"].longest, "truncation": True}

    def encode(rows: Any) -> Any:
        return tokenizer(rows["first"], rows["second"], **how)

    answers, scores = [], []
    for each in lists:
        table = datasets.Dataset.from_list([dict(zip(("first", "second"), one.texts, strict=True)) for one in each])
        rows = table.map(encode, batched=True, remove_columns=table.column_names, load_from_cache_file=False)
        scores.append(trainer.predict(rows).predictions)
        answers.append([NLI[best] for best in scores[-1].argmax(axis=-1)])
    return answers, np.concatenate(scores).mean(axis=0).tolist()


def trainer_of(folder: Path, tokenizer: Any, fixed: bool, batch: int) -> Any:
    """A Trainer of the library's class with the checkpoint's encoder and head."""
    from safetensors.torch import load_file
    from transformers import (
        AutoModelForSequenceClassification,
        DataCollatorWithPadding,
        Trainer,
        TrainingArguments,
        default_data_collator,
    )

    model: Any = AutoModelForSequenceClassification.from_pretrained(folder, num_labels=len(NLI))
    head = load_file(folder / "head.safetensors")
    named = {name.replace("out.", "out_proj."): weights for name, weights in head.items()}
    model.classifier.load_state_dict(named)
    arguments = TrainingArguments(
        output_dir=str(folder / "trainer"),
        per_device_eval_batch_size=batch,
        report_to=[],
        disable_tqdm=True,
        use_cpu=True,
    )
    collator: Any = default_data_collator if fixed else DataCollatorWithPadding(tokenizer)
    return Trainer(model=model, args=arguments, processing_class=tokenizer, data_collator=collator)


def timed(work: Callable[[], Answers]) -> tuple[Answers, float]:
    """The answers, and the processor seconds that they took."""
    begun = time.process_time()
    return work(), time.process_time() - begun


def compared(folder: Path, lists: list[list[Any]], repeats: int) -> dict[str, Any]:
    """Seconds of all programs in turns, and the share of answers in which they agree."""
    seconds: dict[str, list[float]] = {"xeval": [], **{name: [] for name in SCRIPTS}}
    alike: dict[str, float] = {}
    few = [each[:2] for each in lists[:2]]
    swept(folder, few), looped(folder, few, (False, 8))  # what is imported and set up once
    for _ in range(repeats):
        ours, took = timed(lambda: swept(folder, lists))
        seconds["xeval"].append(took)
        for name, script in SCRIPTS.items():
            theirs, took = timed(lambda script=script: looped(folder, lists, script)[0])  # type: ignore[misc]
            seconds[name].append(took)
            pairs = [a == b for one, other in zip(ours, theirs, strict=True) for a, b in zip(one, other, strict=True)]
            alike[name] = statistics.fmean(pairs)
    kinds = len({answer for answers in ours for answer in answers})
    ratios = {
        name: statistics.median(a / b for a, b in zip(seconds[name], seconds["xeval"], strict=True)) for name in SCRIPTS
    }
    return {"seconds": seconds, "ratios": ratios, "same_answers": alike, "kinds_of_answers": kinds}


def main() -> None:
    """Compare, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20, help="in each language at each level")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--size", default="small")
    parser.add_argument("--work", type=Path, default=Path("benchmark-work"))
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    os.environ |= {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "RAYON_NUM_THREADS": "1"}
    import datasets
    import torch
    import transformers

    torch.set_num_threads(1)
    datasets.disable_progress_bars()
    transformers.utils.logging.set_verbosity_error()
    options.work.mkdir(exist_ok=True)
    tokenizer_of(options.work)
    lists = lists_of(options.work, options.rows)
    with tempfile.TemporaryDirectory() as name:
        checkpoint(options.work, Path(name), options.size, lists)
        found = compared(Path(name), lists, options.repeats)
    told = statistics.median(found["seconds"]["xeval"])
    print(
        f"{len(lists)} lists of {options.rows}: {told:.1f} s in one sweep, {found['kinds_of_answers']} kinds of answers"
    )
    for script, ratio in found["ratios"].items():
        same = f"{100 * found['same_answers'][script]:.2f}% of answers are the same"
        print(f"  {script:24} {ratio:5.2f} times as long; {same}")
    written(options.output, about(options) | found)


if __name__ == "__main__":
    main()
