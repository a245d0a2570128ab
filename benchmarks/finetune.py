"""Fine-tuning and evaluating: xeval against Trainer scripts, on the same made examples, in interleaved processes.

    python benchmarks/finetune.py --repeats 3                    # the table, with ratios; about 50 minutes of a core
    python benchmarks/finetune.py --jobs nli --steps 8           # a quick look at one job
    python benchmarks/finetune.py --whole --jobs ner --train 8000 --repeats 1   # a job of minutes, learned to the end
    python benchmarks/finetune.py --device cuda --size large     # bf16 against bf16

Three comparisons: each job against its script's defaults, over a whole epoch against padding to the longest of a batch
with examples grouped by length, and the same with as many embeddings as XLM-R has. What is compared is processor time
where the machine is shared (`--clock wall` otherwise), part by part, within a repeat.
"""

from __future__ import annotations

import argparse
import json
import statistics
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from kit.commands import timed
from kit.data import LANGUAGES, SIZES, model_of, rows_of, tokenizer_of
from kit.jobs import KINDS
from kit.results import about, written

HERE = Path(__file__).parent
PARTS = ("tokenise", "train", "evaluate")
FEW = 10  # test examples of comparisons that are about training


@dataclass(frozen=True)
class Comparison:
    """A job, the way the Trainer pads it, and how long both train."""

    job: str
    padding: str
    steps: int
    big: bool = False  # as many embeddings as XLM-R has
    whole: bool = False  # as long as it takes to learn something
    programs: tuple[str, ...] = ("trainer", "ours")

    @property
    def name(self) -> str:
        """What the table calls it."""
        return f"{self.job}, {'whole job, ' if self.whole else ''}{self.padding}{', 250,002 embeddings' * self.big}"


def comparisons(options: argparse.Namespace) -> list[Comparison]:
    """What is compared."""
    wanted = []
    for job in options.jobs:
        if options.whole:
            wanted.append(Comparison(job, "default", options.train // KINDS[job].batch, whole=True))
            continue
        if "default" in options.against:
            wanted.append(Comparison(job, "default", options.steps))
        if "grouped" in options.against:
            wanted.append(Comparison(job, "grouped", options.epoch))
        if "big" in options.against:
            wanted.append(Comparison(job, "grouped", options.epoch, big=True))
    return wanted


def run(program: str, one: Comparison, options: argparse.Namespace) -> dict[str, Any]:
    """One process: the job, and what it took. The processor time of the whole process is a part of its own."""
    out = options.work / "out.json"
    command = ["-m", f"kit.{program}", "--work", str(options.work), "--out", str(out)]
    command += ["--job", one.job, "--model", str(model_of(options.work, options.size, one.big, options.dropout))]
    command += ["--padding", one.padding, "--steps", str(one.steps), "--train", str(options.train)]
    tests = options.test if one.padding == "default" else FEW
    command += ["--rate", str(options.rate), "--test", str(tests)]
    command += ["--device", options.device, "--precision", options.precision]
    command += ["--threads", str(options.threads)]
    environment = {"OMP_NUM_THREADS": str(options.threads), "RAYON_NUM_THREADS": "1"}
    environment |= {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "PYTHONPATH": str(HERE)}
    whole, _ = timed(command, environment)
    document: dict[str, Any] = json.loads(out.read_text())
    document["parts"]["process"] = whole
    return document


def measured(one: Comparison, options: argparse.Namespace) -> dict[str, Any]:
    """All repeats of a comparison, the programs in turn."""
    runs: dict[str, list[dict[str, Any]]] = {program: [] for program in one.programs}
    for _ in range(options.repeats):
        for program in one.programs:
            runs[program].append(run(program, one, options))
    return {"name": one.name, "steps": one.steps, "parts": parts(runs, options.clock)} | {
        program: {"losses": course(found), "scores": found[-1]["scores"], "megabytes": found[-1]["megabytes"]}
        for program, found in runs.items()
    }


def parts(runs: dict[str, list[dict[str, Any]]], clock: str) -> dict[str, Any]:
    """For each part the median seconds of both programs, and the ratios of each repeat."""
    found = {}
    for part in (*PARTS, "process"):
        seconds = {program: [one["parts"][part][clock] for one in repeats] for program, repeats in runs.items()}
        ratios = [theirs / ours for theirs, ours in zip(seconds["trainer"], seconds["ours"], strict=True)]
        medians = {program: round(statistics.median(values), 3) for program, values in seconds.items()}
        found[part] = medians | {"ratio": statistics.median(ratios), "ratios": ratios}
    return found


def course(repeats: list[dict[str, Any]]) -> list[float]:
    """The way of the loss: its means over ten parts of a training, or as many as it has steps."""
    losses = repeats[-1]["losses"]
    parts = min(10, len(losses))
    cuts = [round(len(losses) * part / parts) for part in range(parts + 1)]
    return [statistics.fmean(losses[first:stop]) for first, stop in pairwise(cuts)]


def line(one: dict[str, Any]) -> str:
    """A row of the table."""
    cells = [f"{one['parts'][part]['ratio']:6.2f} ({one['parts'][part]['ours']:.1f} s)" for part in one["parts"]]
    ways = [one[program]["losses"] for program in ("trainer", "ours")]
    losses = [f"{way[0]:.3f} to {way[-1]:.3f}" for way in ways]
    means = [statistics.fmean(one[program]["scores"].values()) for program in ("trainer", "ours")]
    scores = " / ".join(f"{100 * mean:.1f}" for mean in means)
    return f"{one['name']:32} {' '.join(f'{cell:>16}' for cell in cells)}   {losses[0]} / {losses[1]}   {scores}"


def main() -> None:
    """Compare, print the table, write it with the machine that it was measured on."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", nargs="+", choices=("nli", "ner", "qa"), default=["nli", "ner", "qa"])
    parser.add_argument("--against", nargs="+", default=["default", "grouped", "big"])
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--steps", type=int, default=16, help="of the comparison with the defaults")
    parser.add_argument("--epoch", type=int, default=64, help="steps of the whole epoch")
    parser.add_argument("--train", type=int, default=4000, help="examples that are tokenised to train on")
    parser.add_argument("--test", type=int, default=100, help="examples in each of five languages")
    parser.add_argument("--rate", type=float, default=5e-4, help="the learning rate of both")
    parser.add_argument("--whole", action="store_true", help="an epoch over --train examples, against the defaults")
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", choices=("fp32", "bf16"))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--clock", choices=("cpu", "wall"))
    parser.add_argument("--work", type=Path, default=Path("benchmark-work"))
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    options.precision = options.precision or ("fp32" if options.device == "cpu" else "bf16")
    options.clock = options.clock or ("cpu" if options.device == "cpu" else "wall")
    prepared(options)
    print(
        f"{'how many times faster (ours)':32} {' '.join(f'{part:>16}' for part in (*PARTS, 'process'))}   loss, score"
    )
    results = []
    for one in comparisons(options):
        results.append(measured(one, options))
        print(line(results[-1]), flush=True)
        written(options.output, about(options) | {"comparisons": results})


def prepared(options: argparse.Namespace) -> None:
    """Make the examples and models that the programs read, so that neither pays for making them."""
    options.work.mkdir(exist_ok=True)
    tokenizer_of(options.work)
    for one in comparisons(options):
        model_of(options.work, options.size, one.big, options.dropout)
        rows_of(options.work, one.job, "train", "en", options.train)
        for language in LANGUAGES[:5]:
            for count in (options.test, FEW):
                rows_of(options.work, one.job, "test", language, count)


if __name__ == "__main__":
    main()
