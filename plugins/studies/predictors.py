"""What a gain may be predicted by: how alike an intermediate task and a target are, and cheap stand-ins for that."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from xeval.analysis import FloatArray, Panel, cosine
from xeval.api import Probe, Results
from xeval.plugins.studies.reading import mean_over_seeds

Arms = Mapping[str, tuple[str, str]]
Similar = Callable[[Results, Arms, str, Panel], float]


def vectors(results: Results, probe: Probe, name: str) -> dict[int, Any]:
    """What was measured for a probe, by seed."""
    return {seed: doc[name] for (one, seed), doc in results.probes.items() if one == probe and name in doc}


def text_similarity(results: Results, task: str, code: str, target: str, language: str) -> float:
    """The cosine of mean text vectors, mean over seeds."""
    first = vectors(results, Probe("profile", task, code), "text")
    second = vectors(results, Probe("profile", target, language, shelf="target"), "text")
    found = [cosine(first[seed], second[seed]) for seed in first.keys() & second.keys()]
    return float(np.mean(found)) if found else math.nan


def by_text(results: Results, arms: Arms, arm: str, panel: Panel) -> float:
    """TextEmb, mean over the zero-shot languages."""
    return mean([text_similarity(results, *arms[arm], panel.target, code) for code in panel.zero_shot()])


def by_task(results: Results, arms: Arms, arm: str, panel: Panel) -> float:
    """TaskEmb: the cosine of all Fisher information, each weight's vector at length 1, mean over seeds."""
    first = fisher(results, Probe("fisher", *arms[arm], arm))
    second = fisher(results, Probe("fisher", panel.target, panel.source, shelf="target"))
    return mean([cosine(first[seed], second[seed]) for seed in first.keys() & second.keys()])


def fisher(results: Results, probe: Probe) -> dict[int, FloatArray]:
    """The Fisher information by seed, the vectors of all weights at length 1 one after another."""
    found = {}
    for (one, seed), document in results.probes.items():
        if one == probe:
            parts = [v for name, v in sorted(document.items()) if isinstance(v, np.ndarray) and np.linalg.norm(v) > 0]
            found[seed] = np.concatenate([part / np.linalg.norm(part) for part in parts])
    return found


def by_vocabulary(results: Results, arms: Arms, arm: str, panel: Panel) -> float:
    """The share of words that two tasks have in common (Jaccard), mean over the zero-shot languages."""
    own = words(results, Probe("profile", *arms[arm]))
    others = [words(results, Probe("profile", panel.target, code, shelf="target")) for code in panel.zero_shot()]
    return mean([len(own & other) / max(1, len(own | other)) for other in others])


def words(results: Results, probe: Probe) -> set[str]:
    """The vocabulary that a probe found, the same for every seed."""
    return next((set(doc["vocabulary"]) for (one, _), doc in results.probes.items() if one == probe), set())


def by_format(results: Results, arms: Arms, arm: str, panel: Panel) -> float:
    """Whether both have one format, a cheap stand-in for the overlap of labels."""
    formats = {task.name: task.format for task in (*results.selection.intermediates, *results.selection.offered)}
    target = next(task.format for task in results.selection.targets if task.name == panel.target)
    return float(formats.get(arms[arm][0]) == target)


def by_size(results: Results, arms: Arms, arm: str, panel: Panel) -> float:
    """How many examples the intermediate task has."""
    return mean_over_seeds(results, Probe("profile", *arms[arm]), "examples")


PREDICTORS: Mapping[str, Similar] = {
    "TextEmb": by_text,
    "TaskEmb": by_task,
    "vocabulary": by_vocabulary,
    "same format": by_format,
    "size": by_size,
}


def mean(values: Sequence[float]) -> float:
    """The mean; NaN of nothing."""
    return float(np.mean(values)) if len(values) else math.nan
