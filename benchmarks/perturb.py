"""How fast texts are perturbed: characters a second on one core, beside other libraries where they are installed.

    python benchmarks/perturb.py [--texts N] [--output benchmarks/results/perturb.json]

Texts are the bundled sentences of 50 languages, each time with other words left out, so that no text comes twice. Times
are CPU seconds, the median of three, of the whole way from examples to perturbed and counted examples. Other libraries
perturb English alone and are compared on the same English texts, each with its own defaults and their strength.
"""

from __future__ import annotations

import argparse
import importlib
import json
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from statistics import median

from xeval.contracts import Perturbation
from xeval.faces.sentences import SENTENCES
from xeval.facts.registry import load_registry
from xeval.running.discovery import discover
from xeval.running.machine import machine
from xeval.text import segmentation
from xeval.text.change import changed_all
from xeval.values import Language, SentencePair

REPEATS = 3
Example = SentencePair


def texts_in(code: str, count: int) -> list[Example]:
    """Sentences of about 120 characters, no two alike but by chance."""
    rng, parts = Random(code), SENTENCES[code].split()
    glue = " " if len(parts) > 2 else ""
    units = parts if glue else list(SENTENCES[code])
    made = []
    for number in range(count):
        words = [word for _ in range(3) for word in units if rng.random() < 0.8]
        made.append(Example(str(number), code, glue.join(words), ""))
    return made


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds, the median of some repeats; what was remembered of words is forgotten before each."""
    found = []
    for _ in range(REPEATS):
        segmentation.spans_of_words.cache_clear()
        started = time.process_time()
        work()
        found.append(time.process_time() - started)
    return median(found)


def speed(by: Perturbation, level: float, corpus: Mapping[Language, Sequence[Example]]) -> dict[str, object]:
    """Characters a second over all languages that it covers."""
    covered = {language: examples for language, examples in corpus.items() if by.covers(language)}
    for language, examples in covered.items():
        changed_all(examples[:2], by, level, language, 0)  # tables and models are opened once in a process
    characters = sum(len(example.text) for examples in covered.values() for example in examples)
    taken = seconds(lambda: [changed_all(e, by, level, language, 0) for language, e in covered.items()])
    return {
        "name": by.name,
        "level": level,
        "languages": len(covered),
        "characters": characters,
        "per_second": round(characters / taken) if characters else None,
    }


def others() -> Iterator[tuple[str, str, Callable[[str], object]]]:
    """What other libraries do that is like one of ours: theirs, ours, and how one text is given to it."""
    warnings.simplefilter("ignore")
    char = importlib.import_module("nlpaug.augmenter.char")
    for action in ("swap", "delete", "insert", "substitute"):
        yield f"nlpaug RandomCharAug {action}", f"noise.{action}", char.RandomCharAug(action=action).augment
    yield "nlpaug KeyboardAug", "noise.keyboard", char.KeyboardAug().augment


def compared(english: Sequence[Example], language: Language) -> Iterator[dict[str, object]]:
    """The speed of each of the others, and of ours on the same texts."""
    offered = discover().perturbations
    characters = sum(len(example.text) for example in english)
    for theirs, ours, augment in others():
        few = english[: max(1, len(english) // 10)]  # they are slow
        share = sum(len(example.text) for example in few)
        other = share / seconds(lambda: [augment(example.text) for example in few])  # noqa: B023
        own = characters / seconds(lambda: changed_all(english, offered[ours], 0.3, language, 0))  # noqa: B023
        yield {"other": theirs, "per_second": round(other), "ours": ours, "ours_per_second": round(own)}


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=200, help="texts of each language")
    parser.add_argument("--output", type=Path)
    asked = parser.parse_args()
    registry = load_registry().languages
    corpus = {registry[code]: texts_in(code, asked.texts) for code in SENTENCES}
    offered = discover().perturbations
    rows = []
    for name in offered:
        if not name.startswith("adversarial"):
            for level in (0.1, 0.3, 1.0) if name == "noise" else (0.2,):
                rows.append(speed(offered[name], level, corpus))
                print(json.dumps(rows[-1]), flush=True)
    try:
        beside = list(compared(texts_in("en", asked.texts * 10), registry["en"]))
        why = ""
    except ImportError as error:
        beside, why = [], f"nlpaug is not compared: {error}"
    for row in beside:
        print(f"{row['ours']} is {row['ours_per_second'] / row['per_second']:.0f} times as fast as {row['other']}")
    why = f"{why} NL-Augmenter is not compared: the package index has none of that name.".strip()
    print(why)
    if asked.output:
        document = {"machine": machine(), "texts": asked.texts, "ours": rows, "others": beside, "note": why}
        asked.output.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
