"""Training on a GPU: sub-words a second, utilisation and memory, of xeval and of the Trainer with dynamic padding.

    python benchmarks/gpu.py                          # base and large, 128, 256 and 512 sub-words, bf16; half an hour
    python benchmarks/gpu.py --sizes large --lengths 128 --output benchmarks/results/gpu.json
    python benchmarks/gpu.py --device cpu --sizes tiny --lengths 32 --steps 2 --tokens 256     # the same code, anywhere

It needs nothing but the GPU: texts, tokenizer and models are made. Inputs are `full`, all as long as may be, or
`mixed`, as long as pairs of MultiNLI are, stretched to that. Each program is a process of its own, warmed up by a short
training; steps have as many examples as fill --tokens sub-words at the longest. Utilisation is of the GPU's best in
bf16, by NVIDIA's data sheet.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kit.data import NLI, SIZES, drawing, model_of, tokenizer_of
from kit.results import about, written

HERE = Path(__file__).parent
PROGRAMS, SHAPES = ("trainer", "ours"), ("full", "mixed")
MEAN, SPREAD = 0.33, 0.55  # of mixed inputs: MultiNLI's pairs have 42 of 128 sub-words


@dataclass(frozen=True)
class Work:
    """One line of the table: a model, how long its inputs are, and how it is trained."""

    size: str
    longest: int
    shape: str
    dropout: float
    batch: int
    steps: int
    warm: int
    device: str
    precision: str
    model: str

    @property
    def name(self) -> str:
        """What the table calls it."""
        return f"{self.size}, {self.longest} {self.shape}, dropout {self.dropout:g}"


# ------------------------------------------------------------------------------------------------------ in a process


def texts_of(work: Work, count: int) -> list[tuple[str, int]]:
    """Texts with more or as many words as an input has places, and a label each."""
    import numpy as np

    rng = np.random.default_rng(0)
    draw, most = drawing("en", rng), work.longest
    mixed = np.clip(rng.lognormal(np.log(MEAN * most) - SPREAD**2 / 2, SPREAD, count), 4, most)
    lengths = mixed / 1.5 if work.shape == "mixed" else np.full(count, most)  # 1.5 sub-words a word
    return [(" ".join(draw(int(length))), int(rng.integers(3))) for length in lengths]


def ours(work: Work) -> dict[str, Any]:
    """The training by xeval, as its stages do it and tell of it."""
    from xeval.learning.telemetry import forget_memory, told
    from xeval.learning.training import TrainingSet, train
    from xeval.phases import recorded
    from xeval.tuning import Compute, Training
    from xeval.values import LabelledText

    compute = Compute(device=work.device, precision=work.precision, checkpoint_minutes=0)  # type: ignore[arg-type]
    settings = Training(learning_rate=1e-5, batch_size=work.batch, epochs=1.0, max_length=work.longest)
    for steps in (work.warm, work.steps):
        rows = texts_of(work, steps * work.batch)
        examples = [LabelledText(str(n), "en", (text,), NLI[label]) for n, (text, label) in enumerate(rows)]
        forget_memory(work.device)
        with recorded() as record, tempfile.TemporaryDirectory() as out:
            one = TrainingSet("classification", NLI, examples)
            report = train(Path(work.model), [one], settings, 0, compute, Path(out), lambda progress: None)
    found = told(record, compute)
    return {
        **figures(record.tokens, record.wall["compute"], record.flop, found["memory"], compute),
        "steps": report.steps,
    }


def trainer(work: Work) -> dict[str, Any]:
    """The same examples by the Trainer, padded to the longest of each batch."""
    import torch
    import transformers
    from transformers import AutoModelForSequenceClassification, AutoTokenizer, DataCollatorWithPadding

    from xeval.learning.telemetry import BOTH_WAYS, flop, forget_memory, memory
    from xeval.tuning import Compute

    transformers.utils.logging.set_verbosity_error()
    torch.set_float32_matmul_precision("high")
    tokenizer = AutoTokenizer.from_pretrained(work.model)
    model = AutoModelForSequenceClassification.from_pretrained(work.model, num_labels=len(NLI))
    for steps in (work.warm, work.steps):
        rows = texts_of(work, steps * work.batch)
        inputs = tokenizer([text for text, _ in rows], truncation=True, max_length=work.longest)
        data = [{"input_ids": ids, "label": label} for ids, (_, label) in zip(inputs["input_ids"], rows, strict=True)]
        with tempfile.TemporaryDirectory() as out:
            one = trainer_of(work, model, data, DataCollatorWithPadding(tokenizer), out)
            forget_memory(work.device)
            begun = time.perf_counter()
            one.train()
            if work.device != "cpu":
                torch.cuda.synchronize()
            seconds = time.perf_counter() - begun
    lengths = [len(row["input_ids"]) for row in data]
    operations = flop(model.base_model, sum(lengths), sum(length**2 for length in lengths), BOTH_WAYS)
    compute = Compute(device=work.device, precision=work.precision)  # type: ignore[arg-type]
    return {**figures(sum(lengths), seconds, operations, memory(work.device), compute), "steps": work.steps}


def trainer_of(work: Work, model: Any, data: list[dict[str, Any]], collator: Any, out: str) -> Any:
    """A Trainer with the settings of the library's scripts, in the precision asked for."""
    from transformers import Trainer, TrainingArguments

    settings = TrainingArguments(
        output_dir=out,
        num_train_epochs=1,
        per_device_train_batch_size=work.batch,
        learning_rate=1e-5,
        save_strategy="no",
        logging_strategy="no",
        report_to=[],
        disable_tqdm=True,
        use_cpu=work.device == "cpu",
        bf16=work.precision == "bf16",
        dataloader_num_workers=0 if work.device == "cpu" else 2,
    )
    return Trainer(model=model, args=settings, train_dataset=data, data_collator=collator)  # type: ignore[arg-type]


def figures(tokens: int, seconds: float, operations: float, memory: int, compute: Any) -> dict[str, Any]:
    """What is compared."""
    import torch

    from xeval.learning.telemetry import peak

    name = torch.cuda.get_device_name() if compute.device != "cpu" else ""
    best = peak(name) if compute.precision == "bf16" else None
    return {
        "tokens": tokens,
        "seconds": seconds,
        "tokens_per_second": tokens / seconds,
        "flop_per_second": operations / seconds,
        "utilisation": operations / seconds / best if best else None,
        "memory": memory,
        "gpu": name,
    }


# ------------------------------------------------------------------------------------------------------- the table


def works_of(options: argparse.Namespace) -> list[Work]:
    """The lines of the table."""
    return [
        Work(
            *(size, longest, shape, dropout, max(1, options.tokens // longest), options.steps, options.warm),
            *(options.device, options.precision, str(model_of(options.work, size, options.big, dropout))),
        )
        for size in options.sizes
        for longest in options.lengths
        for shape in options.shapes
        for dropout in options.dropouts
    ]


def run(program: str, work: Work) -> dict[str, Any]:
    """One program in a process of its own; what went wrong, if it fails."""
    command = [sys.executable, str(HERE / "gpu.py"), "--program", program, "--job", json.dumps(asdict(work))]
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        return {"failed": ended.stderr.strip().splitlines()[-1:]}
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return found


def line(work: Work, found: dict[str, dict[str, Any]]) -> str:
    """A row of the table."""
    lost = [f"{program}: {one['failed']}" for program, one in found.items() if "failed" in one]
    if lost:
        return f"{work.name:32} failed: {'; '.join(lost)}"
    cells = []
    for program in PROGRAMS:
        one = found[program]
        used = "" if one["utilisation"] is None else f" {one['utilisation']:.0%}"
        cells.append(f"{one['tokens_per_second']:10,.0f}{used} {one['memory'] / 2**30:5.1f} GiB")
    ratio = found["ours"]["tokens_per_second"] / found["trainer"]["tokens_per_second"]
    return f"{work.name:32} {cells[0]:>26} {cells[1]:>26} {ratio:8.2f}"


def main() -> None:
    """Measure, print the table, write it with the machine that it was measured on."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=["base", "large"])
    parser.add_argument("--lengths", nargs="+", type=int, default=[128, 256, 512])
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=list(SHAPES))
    parser.add_argument("--dropouts", nargs="+", type=float, default=[0.1, 0.0])
    parser.add_argument("--tokens", type=int, default=16384, help="of a step, at the longest")
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--warm", type=int, default=8, help="steps before, of which nothing is told")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--precision", choices=("fp32", "bf16"))
    parser.add_argument("--small-vocabulary", dest="big", action="store_false", help="32,000 embeddings, not XLM-R's")
    parser.add_argument("--work", type=Path, default=Path("benchmark-work"))
    parser.add_argument("--output", type=Path)
    parser.add_argument("--program", choices=PROGRAMS, help=argparse.SUPPRESS)
    parser.add_argument("--job", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.program:
        work = Work(**json.loads(options.job))
        sys.stdout.write("\n" + json.dumps((ours if options.program == "ours" else trainer)(work)) + "\n")
        return
    options.precision = options.precision or ("fp32" if options.device == "cpu" else "bf16")
    options.work.mkdir(exist_ok=True)
    tokenizer_of(options.work)
    print(f"{'sub-words a second, utilisation, memory':32} {'Trainer':>26} {'xeval':>26} {'ratio':>8}")
    results = []
    for work in works_of(options):
        found = {program: run(program, work) for program in PROGRAMS}
        results.append({"name": work.name} | found)
        print(line(work, found), flush=True)
        written(options.output, about(options) | {"lines": results})


if __name__ == "__main__":
    main()
