"""From a user's options to a study's selection, from its design to results, and what is kept to report them again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from xeval.boards.leaderboard import SCORES
from xeval.boards.statistics import Evidence
from xeval.cell import Cell
from xeval.contracts import Study, Task
from xeval.errors import BadFile, BadValue, UnknownName
from xeval.faces.preparing import AtHand, Prepared
from xeval.faces.where import Where
from xeval.files import write_json
from xeval.perturbation import PerturbationRef, Policy
from xeval.plans.experiment import Experiment, check_names, models_of, suite_of
from xeval.plans.recipe import Recipe
from xeval.plans.wishes import Wishes
from xeval.running.measured import measured
from xeval.running.results import RunRecord
from xeval.running.store import Store
from xeval.studies.design import Design, Probe, Selection, TaskFacts
from xeval.studies.panels import panels_of
from xeval.studies.results import PublishedScore, Results
from xeval.values import Language

FILE = "study.json"
NO_PART = {  # wishes that no study takes
    "levels": "levels of noise",
    "fewshots": "recipes",
    "adapters": "recipes",
    "translator": "recipes",
}
HINT = "Leave it out, write noise with its level (--perturb noise@0.1), or compare recipes with: xeval run"


@dataclass(frozen=True)
class Kept:
    """A study as it is kept beside its run: enough to analyse it again, and to say how it was made."""

    study: str
    version: str
    command: str
    wishes: Wishes
    probes: tuple[tuple[Probe, int, str], ...]  # with the key of the artifact that holds what was measured


def check_wishes(wishes: Wishes) -> None:
    """Raise BadValue for what a study decides itself, and for more than one model."""
    if wishes.recipes:
        raise BadValue(
            "A study decides its recipes itself, and --recipe names some.",
            hint="Name tasks with --intermediate; or compare the recipes with: xeval run",
        )
    for name, what in NO_PART.items():
        if getattr(wishes, name):
            raise BadValue(f"A study decides its {what} itself, so this would have no effect: {name}.", hint=HINT)
    if len(wishes.models) > 1:
        raise BadValue(
            f"A study is of one model, and {len(wishes.models)} are named.",
            hint="Run it once for each: stages are shared through the store.",
        )


def selection_of(wishes: Wishes, hand: AtHand) -> Selection:
    """What a study may choose from; raises UnknownName or BadValue for what cannot be meant."""
    registry, catalogue = hand.registry, hand.catalogue
    for name in wishes.plugins:
        catalogue.entry(name)
    suite = suite_of(wishes, registry)
    targets = [catalogue.targets[name] for name in wishes.targets or suite.targets]
    if not targets:
        raise BadValue("Nothing to evaluate: no target task is named.", hint="Add --target xquad, or --suite mini.")
    entries = {catalogue.targets.offer(target.name).entry.name for target in targets}
    beside = [one.plugin for one in catalogue.intermediates.offers.values() if one.entry.name in entries]
    codes = wishes.languages or suite.languages or dict.fromkeys(code for task in targets for code in task.languages)
    return Selection(
        suite=suite.name,
        model=models_of(wishes, suite)[0][0],
        targets=tuple(map(facts_of, targets)),
        intermediates=tuple(facts_of(catalogue.intermediates[n]) for n in wishes.intermediates or suite.intermediates),
        offered=tuple(map(facts_of, beside)),
        languages=known(codes, registry.languages, targets),
        intermediate_languages=suite.intermediate_languages,
        perturbations=tuple(map(PerturbationRef.parse, wishes.perturbations)),
        noise=tuple(name for name in catalogue.perturbations if name == catalogue.perturbations.offer(name).entry.name),
        orders=wishes.orders,
        scales=wishes.scales,
        seeds=wishes.seeds,
        limit=wishes.limit,
        said=frozenset(f.name for f in fields(wishes) if getattr(wishes, f.name)),
    )


def facts_of(task: Task) -> TaskFacts:
    """What a study may know of a task."""
    trained = bool(getattr(task, "trains_on", (task.name,)))
    return TaskFacts(task.name, task.format, task.languages, task.source_language, len(task.labels), trained)


def known(codes: Iterable[str], languages: Mapping[str, Language], targets: Iterable[Task]) -> dict[str, Language]:
    """The languages asked for that any target has. Raises UnknownName, and BadValue if none has any."""
    found = {}
    for code in codes:
        if code not in languages:
            raise UnknownName("language", code, languages)
        if any(code in task.languages for task in targets):
            found[code] = languages[code]
    if not found:
        raise BadValue("No target task has data in any of the languages named.", hint="See: xeval tasks list")
    return found


def experiment_of(design: Design, selection: Selection, wishes: Wishes, hand: AtHand) -> Experiment:
    """The experiment that a design asks for; every name in it is checked."""
    asked = Experiment(
        suite=selection.suite,
        models=(selection.model,),
        controls=(),
        recipes=tuple(dict.fromkeys(Recipe.parse(text) for text in design.recipes)),
        targets=design.targets,
        languages=design.languages,
        perturbations=tuple(under(wishes.policy, ref) for ref in design.perturbations),
        seeds=design.seeds,
        limit=wishes.limit,
        notes=(f"Partial: at most {wishes.limit} rows per split were used.",) if wishes.limit else (),
    )
    check_names(asked, hand.registry, hand.catalogue)
    return asked


def under(policy: Policy, ref: PerturbationRef) -> PerturbationRef:
    """A design's perturbation with the policy that the user asks for, unless the design has one of its own."""
    return replace(ref, policy=policy) if ref.policy == "protect" else ref


# ---------------------------------------------------------------------------------------------------- results, kept


def kept_of(study: Study, command: str, wishes: Wishes, prepared: Prepared) -> Kept:
    """What is to be kept of a study that has run."""
    probes = tuple((one.probe, one.seed, one.stage.key) for one in prepared.plan.probes)
    return Kept(study.name, study.version, command, replace(wishes, settings=()), probes)  # those are in the command


def keep(store: Store, run: str, kept: Kept) -> None:
    """Write it beside the run."""
    document = asdict(kept) | {"probes": [[asdict(p), seed, key] for p, seed, key in kept.probes]}
    write_json(store.root / "runs" / run / FILE, json.loads(json.dumps(document)))


def read_kept(store: Store, run: str) -> Kept | None:
    """What was kept beside a run; None if no study made it. Raises BadFile if it is damaged."""
    path = store.root / "runs" / run / FILE
    if not path.is_file():
        return None
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        said: dict[str, Any] = document["wishes"]
        values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in said.items()}
        probes = tuple((Probe(**probe), seed, key) for probe, seed, key in document["probes"])
        return Kept(document["study"], document["version"], document["command"], Wishes(**values), probes)
    except (OSError, ValueError, TypeError, LookupError) as error:
        hint = "The command that made it makes it again from the store, without computing anything."
        raise BadFile(str(path), [f"this record of a study cannot be read: {error}"], hint=hint) from None


def results_of(
    asked: tuple[Selection, Design],
    record: RunRecord,
    evidence: Mapping[str, Evidence],
    kept: Kept,
    hand: AtHand,
    where: Where,
) -> Results:
    """The results of a design, from a run's record and the store."""
    selection, design = asked
    store = Store(where.store)
    done = {(probe, seed): measured(store, key) for probe, seed, key in kept.probes if key in store}
    published = tuple(
        PublishedScore(one.system, one.task, one.metric, one.score, one.source) for one in hand.registry.scores
    )
    return Results(
        selection=selection,
        design=design,
        panels=panels_of(record.cells, evidence, SCORES),
        cells=record.cells,
        languages=hand.registry.languages,
        probes=done,
        answers=lambda cell: answers_of(store, cell),
        published=published,
    )


def answers_of(store: Store, cell: Cell) -> dict[str, str]:
    """The predictions of a cell by uid, as JSON texts; none if its artifact is gone."""
    import pyarrow.parquet as pq

    path = store.path(cell.key) / "predictions.parquet" if cell.key else Path()
    if not path.is_file():
        return {}
    table = pq.read_table(path, columns=["uid", "prediction"])
    return dict(zip(table.column("uid").to_pylist(), table.column("prediction").to_pylist(), strict=True))
