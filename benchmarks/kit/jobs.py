"""The jobs that both programs do, and what they are asked with."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Kind:
    """A job as its usual script has it: examples in a step, sub-words of an input, and what is padded to them."""

    batch: int
    longest: int
    padded: bool  # every input to `longest`, by default


KINDS = {"nli": Kind(32, 128, True), "ner": Kind(32, 128, False), "qa": Kind(16, 384, True)}


def asked() -> argparse.Namespace:
    """What a program is asked to do."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--job", choices=KINDS, default="nli")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--padding", choices=("default", "dynamic", "grouped"), default="default")
    parser.add_argument("--steps", type=int, default=16)
    parser.add_argument("--train", type=int, default=4000, help="examples that are tokenised to train on")
    parser.add_argument("--test", type=int, default=100, help="examples in each language")
    parser.add_argument("--languages", default="en,de,sw,zh,th")
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--test-batch", type=int, default=8, help="the Trainer's default is 8")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", default="fp32")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()
