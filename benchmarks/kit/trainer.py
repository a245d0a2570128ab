"""A job as people run it: the Hugging Face Trainer, in the way of the library's example scripts.

Its examples are drawn by a seed, those of the other program likewise; with `--padding grouped` the Trainer groups them
by length itself.
"""

from __future__ import annotations

import collections
import json
import os
import time
from typing import Any

from kit.clock import Clock, peak_megabytes
from kit.data import NLI, TAGS, rows_of, tokenizer_of
from kit.jobs import KINDS, asked

BEST, LONGEST = 20, 30  # starts and ends that are tried, and sub-words of an answer, as the scripts have them


def main() -> None:
    """Do the job and write what it took."""
    options = asked()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import datasets
    import numpy as np
    import torch
    import transformers

    torch.set_num_threads(options.threads)
    datasets.disable_progress_bars()
    transformers.utils.logging.set_verbosity_error()
    clock, kind, job = Clock(options.device), KINDS[options.job], options.job
    fixed = options.padding == "default" and kind.padded
    tokenizer = tokenizer_of(options.work)
    languages = options.languages.split(",")
    transformers.set_seed(0)

    def data(split: str, language: str, n: int) -> Any:
        return datasets.Dataset.from_list(rows_of(options.work, job, split, language, n))

    train_rows, test_rows = data("train", "en", options.train), {x: data("test", x, options.test) for x in languages}
    encode = {"nli": encode_nli, "ner": encode_ner, "qa": encode_qa}[job]
    how = {"tokenizer": tokenizer, "longest": kind.longest, "pad": "max_length" if fixed else False}

    def mapped(rows: Any) -> Any:
        return rows.map(
            encode, batched=True, fn_kwargs=how, remove_columns=rows.column_names, load_from_cache_file=False
        )

    with clock("tokenise"):
        train, tests = mapped(train_rows), {x: mapped(rows) for x, rows in test_rows.items()}
    order = np.random.default_rng(0).permutation(len(train))[: options.steps * kind.batch]
    model = model_of_job(job, options.model)
    trainer = trainer_of(options, kind, model, train.select(order), tokenizer, fixed)
    with clock("train"):
        trainer.train()
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    scores = {}
    with clock("evaluate"):
        for language in languages:
            features = tests[language]
            plain = features.remove_columns([x for x in ("row", "offset_mapping") if x in features.column_names])
            said = trainer.predict(plain)
            if job == "qa":
                answers = best_answers(test_rows[language], features, said.predictions[:2])
                scores[language] = float(np.mean([answers[row["id"]] == row["answer"] for row in test_rows[language]]))
            else:
                scores[language] = scored(job, said.predictions, said.label_ids)
    options.out.write_text(
        json.dumps({"parts": clock.parts, "losses": losses, "scores": scores, "megabytes": peak_megabytes()})
    )


def model_of_job(job: str, folder: Any) -> Any:
    """The model of the script's class, the encoder's weights from the folder, its head drawn from the seed."""
    from transformers import (
        AutoModelForQuestionAnswering,
        AutoModelForSequenceClassification,
        AutoModelForTokenClassification,
    )

    if job == "nli":
        return AutoModelForSequenceClassification.from_pretrained(folder, num_labels=len(NLI))
    if job == "ner":
        return AutoModelForTokenClassification.from_pretrained(folder, num_labels=len(TAGS))
    return AutoModelForQuestionAnswering.from_pretrained(folder)


def encode_nli(rows: Any, tokenizer: Any, longest: int, pad: Any) -> Any:
    """Pairs, as in run_xnli."""
    firsts, seconds = zip(*rows["texts"], strict=True)
    found = tokenizer(list(firsts), list(seconds), padding=pad, max_length=longest, truncation=True)
    found["label"] = rows["label"]
    return found


def encode_ner(rows: Any, tokenizer: Any, longest: int, pad: Any) -> Any:
    """Tokens, as in run_ner: the first sub-word of a token has its tag."""
    found = tokenizer(rows["tokens"], padding=pad, truncation=True, max_length=longest, is_split_into_words=True)
    found["labels"] = []
    for number, tags in enumerate(rows["tags"]):
        before, labels = None, []
        for word in found.word_ids(number):
            labels.append(-100 if word is None or word == before else tags[word])
            before = word
        found["labels"].append(labels)
    return found


def encode_qa(rows: Any, tokenizer: Any, longest: int, pad: Any) -> Any:
    """Windows of contexts, as in run_qa; the characters of the context are kept to read answers from."""
    found = tokenizer(
        rows["question"],
        rows["context"],
        truncation="only_second",
        max_length=longest,
        stride=128,
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
        padding=pad,
    )
    of = found.pop("overflow_to_sample_mapping")
    found |= {"start_positions": [], "end_positions": [], "row": [rows["id"][number] for number in of]}
    for window, number in enumerate(of):
        sides, offsets = found.sequence_ids(window), found["offset_mapping"][window]
        first, stop = rows["start"][number], rows["start"][number] + len(rows["answer"][number])
        inside = [place for place, side in enumerate(sides) if side == 1]
        start, end = inside[0], inside[-1]
        if offsets[start][0] > first or offsets[end][1] < stop:
            found["start_positions"].append(0)
            found["end_positions"].append(0)
        else:
            while start <= inside[-1] and offsets[start][0] <= first:
                start += 1
            while end >= inside[0] and offsets[end][1] >= stop:
                end -= 1
            found["start_positions"].append(start - 1)
            found["end_positions"].append(end + 1)
        found["offset_mapping"][window] = [pair if sides[i] == 1 else None for i, pair in enumerate(offsets)]
    return found


def trainer_of(options: Any, kind: Any, model: Any, train: Any, tokenizer: Any, fixed: bool) -> Any:
    """A Trainer with the settings of the scripts, AdamW, a rate that falls to 0 and no warm-up."""
    from transformers import (
        DataCollatorForTokenClassification,
        DataCollatorWithPadding,
        Trainer,
        TrainingArguments,
        default_data_collator,
    )

    settings = TrainingArguments(
        output_dir=str(options.work / f"trainer-{os.getpid()}"),
        max_steps=options.steps,
        per_device_train_batch_size=kind.batch,
        per_device_eval_batch_size=options.test_batch,
        learning_rate=options.rate,
        weight_decay=0.0,
        logging_steps=1,
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        use_cpu=options.device == "cpu",
        bf16=options.precision == "bf16",
        **({"train_sampling_strategy": "group_by_length"} if options.padding == "grouped" else {}),
    )
    if options.job == "ner":
        collator: Any = DataCollatorForTokenClassification(tokenizer)
    else:
        collator = default_data_collator if fixed else DataCollatorWithPadding(tokenizer)
    drop = [name for name in ("row", "offset_mapping") if name in train.column_names]
    return Trainer(
        model=model,
        args=settings,
        train_dataset=train.remove_columns(drop),
        processing_class=tokenizer,
        data_collator=collator,
    )


def scored(job: str, predictions: Any, labels: Any) -> float:
    """Accuracy of pairs; F1 of names out of seqeval's whole report, beside its accuracy, as the scripts have them."""
    best = predictions.argmax(axis=-1)
    if job == "nli":
        return float((best == labels).mean())
    from seqeval.metrics import accuracy_score, classification_report

    said = [[TAGS[x] for x, y in zip(*pair, strict=True) if y != -100] for pair in zip(best, labels, strict=True)]
    gold = [[TAGS[y] for y in row if y != -100] for row in labels]
    accuracy_score(gold, said)
    return float(classification_report(gold, said, output_dict=True, zero_division=0)["micro avg"]["f1-score"])


def best_answers(rows: Any, features: Any, scores: Any) -> dict[str, str]:
    """The best span of each example over its windows, tried pair by pair, as the scripts do."""
    import numpy as np

    windows = collections.defaultdict(list)
    for number, row in enumerate(features["row"]):
        windows[row].append(number)
    answers = {}
    for row in rows:
        found = []
        for number in windows[row["id"]]:
            start, end, offsets = scores[0][number], scores[1][number], features[number]["offset_mapping"]
            for first in np.argsort(start)[-1 : -BEST - 1 : -1].tolist():
                for last in np.argsort(end)[-1 : -BEST - 1 : -1].tolist():
                    known = max(first, last) < len(offsets) and offsets[first] and offsets[last]
                    if known and first <= last < first + LONGEST:
                        found.append((start[first] + end[last], offsets[first][0], offsets[last][1]))
        best = max(found, key=lambda span: span[0], default=(0, 0, 0))
        answers[row["id"]] = row["context"][best[1] : best[2]]
    return answers


if __name__ == "__main__":
    begun = time.perf_counter()
    main()
