"""Of several tries at damaging each example, the one that lowers a model's score most."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xeval.running.workbench import Evaluated
from xeval.scores.metrics import Metric, statistics
from xeval.text.severity import severity
from xeval.values import Language, Prediction


def worst_of(
    of: Metric, scored: Evaluated, predicted: Sequence[Sequence[Prediction]], language: Language
) -> tuple[Evaluated, list[Prediction]]:
    """What is scored, example by example the worst try, and what was predicted for it; (tries, examples) in.

    A try is judged by what the score of all examples becomes if this one alone is tried so, and the others the first
    way: for metrics that are means of examples that is the example's own score. The earliest of equals is taken.
    """
    tries = scored.tries
    rows = np.array([statistics(of, one.examples, said) for one, said in zip(tries, predicted, strict=True)])
    others = rows[0].sum(axis=0) - rows[0]  # (examples, k): the sums without each example
    chosen = of.score(others + rows).argmin(axis=0)
    picks = list(zip(chosen.tolist(), range(len(chosen)), strict=True))
    changes = [tries[one].changes[number] for one, number in picks]
    told = {
        **severity(scored.clean, changes, language),
        "tries": len(tries),
        "changed_by_search": int((chosen > 0).sum()),
    }
    found = Evaluated([change.example for change in changes], told, scored.pool, clean=scored.clean)
    return found, [predicted[one][number] for one, number in picks]
