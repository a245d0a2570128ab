"""What a reader of scores must know of the models behind them: what learned nothing, what collapsed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from xeval.cell import Cell
from xeval.errors import XevalError
from xeval.plans.stage import Stage
from xeval.running.store import Store
from xeval.values import Json, Prediction

MOST = 12  # sentences; a board is read from the top
FEWEST = 20  # predictions from which on it is no accident that all are alike


def caveats(stages: Iterable[Stage], cells: Sequence[Cell], store: Store) -> tuple[str, ...]:
    """A sentence for each translation, and for each training and each evaluated model that is degenerate."""
    stages = list(stages)
    # Two trainings may be called alike, and tell the same: one for its head, and one for what follows it.
    found = list(dict.fromkeys((*translations(stages, store), *trainings(stages, store), *collapses(cells))))
    left = len(found) - MOST
    return (*found[:MOST], f"and {left} more of this kind") if left > 0 else tuple(found)


def trainings(stages: Iterable[Stage], store: Store) -> Iterator[str]:
    """What stored trainings tell of themselves that bears on scores."""
    for stage in stages:
        if stage.kind in ("train", "pretrain"):
            report: Mapping[str, Any] = manifest_of(stage, store).get("report") or {}
            for note in report.get("notes", ()):
                yield f"degenerate: {stage.label} (seed {stage.params.get('seed')}): {note}"


def translations(stages: Iterable[Stage], store: Store) -> Iterator[str]:
    """How much of each translated training split there is, and how good it is."""
    for stage in stages:
        if stage.kind == "translate" and "translation" in (told := manifest_of(stage, store)):
            yield f"translated: {stage.label}: {kept(told['translation'])}"


def manifest_of(stage: Stage, store: Store) -> Mapping[str, Any]:
    """What a stored stage tells of itself; nothing if it is not stored, or damaged and made again when it is needed."""
    try:
        return store.manifest(stage.key) if stage.key in store else {}
    except (OSError, XevalError):
        return {}


def kept(told: Mapping[str, Any]) -> str:
    """What a translation tells of itself, in words."""
    score, all_of_them = told["chrf_of_back_translation"], told["examples"] + told["dropped"]
    quality = "no way back to judge it by" if score is None else f"chrF {score:.1f} of a sample translated back"
    return f"{told['examples']:,} of {all_of_them:,} examples kept, {quality}"


def collapses(cells: Sequence[Cell]) -> Iterator[str]:
    """Models that give one answer to all clean items of a language."""
    found: dict[tuple[str, str, str, int], list[Cell]] = {}
    for cell in cells:
        if cell.constant and cell.perturbation is None:
            found.setdefault((cell.model, cell.recipe, cell.target, cell.seed), []).append(cell)
    for (model, recipe, target, seed), alike in found.items():
        answers = ", ".join(dict.fromkeys(cell.constant for cell in alike))
        languages = ", ".join(dict.fromkeys(cell.language for cell in alike))
        system = model if recipe == "none" else f"{model} + {recipe}"
        yield f"degenerate: {system} (seed {seed}) gives one answer to every item of {target} in {languages}: {answers}"


def constant_answer(predicted: Sequence[Prediction], best: float) -> str:
    """The one answer of a model, as JSON, where it gives the same to every item; empty where it does not, or is right.

    Of tags, the one that every token gets. `best` is the score of the predictions, a share.
    """
    answers = (json.dumps(atom, ensure_ascii=False) for prediction in predicted for atom in atoms(prediction.value))
    first = next(answers, "")
    is_one = len(predicted) >= FEWEST and best < 1 and all(other == first for other in answers)  # ends at the second
    return first if is_one else ""


def atoms(value: Json) -> Iterator[Json]:
    """An answer in its parts: the tags of a sentence, or itself."""
    if isinstance(value, list | tuple):
        yield from value
    else:
        yield value
