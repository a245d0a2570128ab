"""How fast texts are perturbed: characters a second on one core, beside other libraries where they are installed.

    python benchmarks/perturb.py [--texts N] [--output benchmarks/results/perturb.json]

Texts are the bundled sentences of 50 languages, each time with other words left out, so that no text comes twice. Times
are CPU seconds, the median of three, of the whole way from examples to perturbed and counted examples. `natural` and
`codeswitch` are given a table in which every second word of the sentences stands.

Other libraries perturb English alone. They are compared on the same English texts, from texts to texts on both sides
(ours still counts what it did), in turns, each with its own defaults and ours at their strength: nlpaug edits 30% of
the words of at least four letters, but no more than ten in a text. What share each really changed is in the results.
"""

from __future__ import annotations

import argparse
import importlib
import json
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from xeval.contracts import Perturbation
from xeval.faces.sentences import SENTENCES
from xeval.facts.registry import load_registry
from xeval.plans.catalogue import Offer
from xeval.running.discovery import discover
from xeval.running.machine import machine
from xeval.text import segmentation
from xeval.text.change import changed_all
from xeval.text.pieces import Damage, Text, damaged
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
        found.append(once(work))
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


def set_up(offered: Mapping[str, Offer[Any]], folder: Path) -> dict[str, Perturbation]:
    """The perturbations, those that need a table with one."""
    pairs = [(code, word) for code, text in SENTENCES.items() for word in sorted({*text.split()})[::2]]
    (folder / "typos.tsv").write_text("".join(f"{word}x\t{word}\t{code}\n" for code, word in pairs))
    (folder / "words.tsv").write_text("".join(f"{word}\t{word}x\t{code}\n" for code, word in pairs))
    settings = {"natural": {"pairs": folder / "typos.tsv"}, "codeswitch": {"dictionary": folder / "words.tsv"}}
    return {
        name: replace(offer.plugin, settings=replace(offer.plugin.settings, **settings[name]))
        if name in settings
        else offer.plugin
        for name, offer in offered.items()
        if not name.startswith("adversarial")
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
    texts = [example.text for example in english]
    few = texts[: max(1, len(texts) // 10)]  # they are slow
    asked = [Text(text, str(number), "text") for number, text in enumerate(texts)]
    for theirs, ours, augment in others():
        damage = Damage(offered[ours], 0.3, language, 0)
        times = [(once(lambda: [augment(one) for one in few]), once(lambda: damaged(asked, damage))) for _ in range(5)]  # noqa: B023
        other, own = (median(column) for column in zip(*times, strict=True))
        new = ["".join(augment(one)) for one in few]
        yield {
            "other": theirs,
            "per_second": round(sum(map(len, few)) / other),
            "words_changed": share_changed(few, new),
            "ours": ours,
            "ours_per_second": round(sum(map(len, texts)) / own),
            "ours_words_changed": share_changed(texts, [one.text for one in damaged(asked, damage)]),
        }


def share_changed(old: Sequence[str], new: Sequence[str]) -> float:
    """The share of words between spaces that are not what they were."""
    pairs = [
        pair for one, other in zip(old, new, strict=True) for pair in zip(one.split(), other.split(), strict=False)
    ]
    return round(sum(one != other for one, other in pairs) / len(pairs), 3)


def once(work: Callable[[], object]) -> float:
    """CPU seconds."""
    started = time.process_time()
    work()
    return time.process_time() - started


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=200, help="texts of each language")
    parser.add_argument("--output", type=Path)
    asked = parser.parse_args()
    registry = load_registry().languages
    corpus = {registry[code]: texts_in(code, asked.texts) for code in SENTENCES}
    rows = []
    with TemporaryDirectory() as folder:
        for name, by in set_up(discover().perturbations.offers, Path(folder)).items():
            for level in (0.1, 0.3, 1.0) if name == "noise" else (0.2,):
                rows.append(speed(by, level, corpus))
                print(json.dumps(rows[-1]), flush=True)
    try:
        beside = list(compared(texts_in("en", asked.texts * 10), registry["en"]))
        why = ""
    except ImportError as error:
        beside, why = [], f"nlpaug is not compared: {error}"
    for row in beside:
        print(f"{row['ours']} is {row['ours_per_second'] / row['per_second']:.1f} times as fast as {row['other']}")
    why = f"{why} NL-Augmenter is not compared: the package index has none of that name.".strip()
    print(why)
    if asked.output:
        document = {"machine": machine(), "texts": asked.texts, "ours": rows, "others": beside, "note": why}
        asked.output.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
