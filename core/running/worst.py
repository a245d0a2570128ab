"""Of several tries at damaging each example, the one that lowers a model's score most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from xeval.errors import MissingData
from xeval.running.workbench import Evaluated
from xeval.scores.metrics import Metric, statistics
from xeval.text.severity import severity
from xeval.values import Example, Language, Prediction

if TYPE_CHECKING:
    import pyarrow as pa

TRY = "try"  # the column of predictions that says which try counted


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
    worst = [change.example for change in changes]
    found = Evaluated(worst, told, scored.pool, clean=scored.clean, chosen=chosen.tolist())
    return found, [predicted[one][number] for one, number in picks]


def as_scored(scored: Evaluated, table: pa.Table) -> list[Example]:
    """The examples of a stored evaluation: of several tries, for each the one that its table says counted.

    Raises MissingData for a table that does not say it.
    """
    if not scored.tries:
        return scored.examples
    chosen = table.column(TRY).to_pylist() if TRY in table.column_names else []
    if len(chosen) != len(scored.examples) or not {*chosen} <= {*range(len(scored.tries))}:
        raise MissingData(
            f"For one evaluation it is not stored which of {len(scored.tries)} tries counted for each example.",
            hint="An earlier version did not keep it: run it again.",
        )
    return [scored.tries[one].examples[number] for number, one in enumerate(chosen)]
