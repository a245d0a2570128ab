"""The stage that translates, and reading what it made."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sacrebleu import corpus_chrf

from xeval.contracts import Task
from xeval.errors import BadValue
from xeval.hashing import seed_of
from xeval.learning.translating import Asked, open_translator, translate
from xeval.plans.stage import Stage
from xeval.running.workbench import Workbench
from xeval.scores.checks import check_example
from xeval.text.translated import texts_of, translated
from xeval.tuning import Watch
from xeval.values import Answer, Document, Example, FormatName, Json, LabelledText, MultipleChoice, Question

FILE = "examples.jsonl"
SAMPLE = 200  # texts that are translated back
KINDS: Mapping[FormatName, Any] = {
    "classification": LabelledText,
    "multiple_choice": MultipleChoice,
    "span_qa": Question,
    "masked_lm": Document,
}


def translate_examples(stage: Stage, bench: Workbench, folder: Path, watch: Watch) -> dict[str, Json]:
    """Write the translated examples of a stage into `folder`; what is told of them: how many, how many lost, how good.

    An example is left out, and counted, if its answer is not found again, or if a text of it came out empty.
    """
    params = stage.params
    task = bench.task(params["task"])
    (source,) = params["data"]
    old = bench.examples(task, "train", source, params["limit"])[: params["most"]]
    texts = [text for example in old for text in texts_of(example)]
    translator = open_translator(bench.state(stage.inputs[0]), bench.compute.device)
    found = translate(translator, texts, Asked(**params["asked"]), bench.compute, watch)
    made = [translated(example, found, params["language"]) for example in old]
    kept = [example for example in made if example and check_example(example, task) is None]
    if not kept:
        raise BadValue(
            f"Of {len(old)} translated examples none is left: {stage.label}.",
            hint="Look at what the translator makes of a sentence; answers must be found again in the translated text.",
        )
    write_examples(kept, folder / FILE)
    told = {"examples": len(kept), "dropped": len(old) - len(kept), "texts": len(found)}
    return told | {"chrf_of_back_translation": round_trip(stage, bench, found)}


def round_trip(stage: Stage, bench: Workbench, found: Mapping[str, str]) -> float | None:
    """chrF (Popović 2015), 0 to 100, of a sample translated back, against the original; None without a way back."""
    if "back" not in stage.params:
        return None
    sample = sorted(found, key=lambda text: seed_of("back", text))[:SAMPLE]
    translator = open_translator(bench.state(stage.inputs[1]), bench.compute.device)
    asked = Asked(**stage.params["back"])
    back = translate(translator, [found[text] for text in sample], asked, bench.compute, lambda progress: None)
    return round(float(corpus_chrf([back[found[text]] for text in sample], [sample]).score), 2)


def write_examples(examples: Sequence[Example], path: Path) -> None:
    """Examples as lines of JSON."""
    lines = (json.dumps(dataclasses.asdict(example), ensure_ascii=False) + "\n" for example in examples)
    path.write_text("".join(lines), encoding="utf-8")


def read_examples(folder: Path, task: Task) -> list[Example]:
    """The examples that a stage has translated."""
    with (folder / FILE).open(encoding="utf-8") as lines:
        return [example_of(json.loads(line), task.format) for line in lines]


def example_of(row: Mapping[str, Any], format_name: FormatName) -> Example:
    """An example from its JSON."""
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    if format_name == "span_qa":
        values["answers"] = tuple(Answer(**answer) for answer in row["answers"])
    made: Example = KINDS[format_name](**values)
    return made
