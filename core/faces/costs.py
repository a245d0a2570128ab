"""What each recipe costs: its trainings, those that no other recipe needs, and the examples that they read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from xeval.data import MadeData
from xeval.faces.listings import listing
from xeval.faces.preparing import Prepared
from xeval.plans.plan import Plan
from xeval.plans.stage import Stage, in_order
from xeval.sources.athand import rows_in
from xeval.sources.finding import Place
from xeval.tuning import Training

NO_SIZE = "?"


def cost_table(prepared: Prepared) -> Any:
    """A row for each model and recipe, over all its targets and seeds."""
    behind = trainings_of(prepared.plan)
    used = Counter(key for stages in behind.values() for key in stages)
    sizes = Sizes(prepared)
    rows = [
        [
            f"{model} + {recipe}",
            str(len(stages)),
            str(sum(used[key] == 1 for key in stages)),
            spoken([examples_of(stage, sizes) for stage in stages.values() if stage.kind == "train"]),
        ]
        for (model, recipe), stages in behind.items()
    ]
    return listing("Recipes", ["model and recipe", "trainings", "its own", "examples read"], rows)


def trainings_of(plan: Plan) -> dict[tuple[str, str], dict[str, Stage]]:
    """The trainings and translations behind the cells of each model and recipe, by key."""
    goals: dict[tuple[str, str], list[Stage]] = {}
    for planned in plan.cells:
        if planned.stage:
            goals.setdefault((planned.cell.model, planned.cell.recipe), []).append(planned.stage)
    kinds = ("pretrain", "translate", "train")
    return {name: {s.key: s for s in in_order(found) if s.kind in kinds} for name, found in goals.items()}


def spoken(counts: list[float | None]) -> str:
    """The sum of what is known; with a mark, if something is not."""
    known = sum(count for count in counts if count is not None)
    return f"{known:,.0f}" + (f" + {NO_SIZE}" if None in counts else "")


def examples_of(stage: Stage, sizes: Sizes) -> float | None:
    """Examples times epochs of a training, without the text beside it; None if a size is not known."""
    lots = [_lot(lot, stage.params, sizes) for lot in stage.params.get("lots", [stage.params])]
    return None if None in lots else sum(one for one in lots if one is not None)


def _lot(lot: Mapping[str, Any], params: Mapping[str, Any], sizes: Sizes) -> float | None:
    settings = Training(**lot["training"])
    if "count" in lot:
        return float(lot["count"] * len(lot["shares"]) * settings.epochs)
    found = list(sizes.of(lot, params["limit"]))
    known = [size for size in found if size is not None]
    if len(known) < len(found):
        return None
    budget = min([*known, settings.max_examples or 10**12])
    return float(sum(lot["shares"].values()) * budget * settings.epochs)


class Sizes:
    """How many rows training splits have, each counted once."""

    def __init__(self, prepared: Prepared) -> None:
        self._catalogue = prepared.catalogue
        self._place = Place(hub=prepared.where.hub, offline=True, sources=prepared.registry.sources)
        self._known: dict[tuple[str, str, str, str], int | None] = {}

    def of(self, lot: Mapping[str, Any], limit: int | None) -> Iterator[int | None]:
        """The size of a lot's split in each language, at most `limit`; None where it is not known."""
        for code in lot["data"]:
            size = self._size(lot["task"], lot.get("split", "train"), code)
            yield size if size is None or limit is None else min(size, limit)

    def _size(self, named: Mapping[str, str], split: Any, code: str) -> int | None:
        name = (named["shelf"], named["name"], split, code)
        if name not in self._known:
            shelf = self._catalogue.targets if named["shelf"] == "target" else self._catalogue.intermediates
            task = shelf[named["name"]]
            data = task.data(split, code if code in task.languages else task.source_language)
            made = dict(data.params).get("size") if isinstance(data, MadeData) else None
            self._known[name] = made if isinstance(data, MadeData) else rows_in(data, self._place)
        return self._known[name]
