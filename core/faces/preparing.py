"""From wishes to an experiment that has passed every check which needs no computing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

from xeval.contracts import Task
from xeval.errors import BadValue, MissingData
from xeval.faces.where import Where, compute_of
from xeval.facts.registry import ModelEntry, Registry, load_registry
from xeval.learning.modelchecks import check_encoder, check_model
from xeval.learning.modelfolders import find_model, model_identity
from xeval.plans.assuming import Lacking, assumed
from xeval.plans.catalogue import Catalogue
from xeval.plans.experiment import Experiment, resolve
from xeval.plans.plan import Plan, World
from xeval.plans.planning import plan
from xeval.plans.settings import Setting
from xeval.plans.translations import TRANSLATES
from xeval.plans.wishes import Wishes, entry_points_in
from xeval.running.calibrations import level_by_chrf
from xeval.running.following import Tracker
from xeval.running.observing import wanted_trackers
from xeval.running.store import Store
from xeval.sources.declared import load_catalogue
from xeval.sources.examples import examples_of
from xeval.sources.rows import Place, fingerprint
from xeval.studies.design import Probe
from xeval.text.parallel import ENOUGH, parallel_texts
from xeval.tuning import Compute
from xeval.values import Json, Split


@dataclass(frozen=True)
class Prepared:
    """An experiment that has passed every check that needs no computing."""

    experiment: Experiment
    plan: Plan
    registry: Registry
    catalogue: Catalogue
    store: Store
    where: Where
    asked: tuple[str, ...]
    compute: Compute
    settings: tuple[Setting, ...] = ()
    trackers: tuple[Tracker, ...] = ()  # that follow the run
    lacking: tuple[str, ...] = ()  # what keeps the plan from being run: it is planned as if that were there


def prepare(wishes: Wishes, where: Where, assume: bool = False) -> Prepared:
    """Read the registry, load the plugins, resolve the wishes and plan. Nothing is written.

    Raises MissingData where nothing can be run for want of data or weights, unless they are to be assumed.
    """
    hand = at_hand(wishes, where)
    experiment = resolve(wishes, hand.registry, hand.catalogue)
    return laid_out(ToPlan(experiment, assume=assume), hand, where, compute_of(wishes, where))


@dataclass(frozen=True)
class ToPlan:
    """What is to be planned; `assume` plans what cannot be run as if all data and weights were at hand."""

    experiment: Experiment
    probes: tuple[Probe, ...] = ()
    assume: bool = False
    study: str = ""  # that asks for it


@dataclass(frozen=True)
class AtHand:
    """What there is to choose from."""

    registry: Registry
    catalogue: Catalogue
    asked: tuple[str, ...]  # entry points whose code may be imported
    settings: tuple[Setting, ...] = ()


def at_hand(wishes: Wishes, where: Where, asked: Iterable[str] = ()) -> AtHand:
    """Read the registry and load the plugins that the wishes name."""
    registry = load_registry(where.overlays)
    names = tuple(sorted(entry_points_in(wishes) | set(asked)))
    trackers = [text.partition(":")[0] for text in where.track]
    catalogue = load_catalogue((*names, *trackers), registry, wishes.settings)
    return AtHand(registry, catalogue, names, wishes.settings)


def laid_out(wanted: ToPlan, hand: AtHand, where: Where, compute: Compute) -> Prepared:
    """The plan of an experiment. Nothing is written."""
    made, lacking = planned(wanted, hand, world_of(hand, where, compute))
    made = replace(made, study=wanted.study)
    check_anything(made)
    store = Store(where.store)
    if where.profile:
        compute = replace(compute, profile=str(store.root / "runs" / made.key / "profiles"))
    trackers = tuple(wanted_trackers(where.track, hand.catalogue))
    return Prepared(
        wanted.experiment,
        made,
        hand.registry,
        hand.catalogue,
        store,
        where,
        hand.asked,
        compute,
        hand.settings,
        trackers,
        lacking,
    )


def world_of(hand: AtHand, where: Where, compute: Compute) -> World:
    """What a plan asks of the files and of the machine."""
    registry, catalogue = hand.registry, hand.catalogue
    place = Place(hub=where.hub, offline=where.offline, sources=registry.sources)
    return World(
        fingerprint=partial(fingerprint, place=place),
        identity=partial(identity, where=where),
        precision=compute.precision,
        manner=compute.manner,
        parallel=partial(is_parallel, place=place),
        calibrate=partial(level_by_chrf, catalogue=catalogue, registry=registry, place=place, store=where.store),
    )


def planned(wanted: ToPlan, hand: AtHand, world: World) -> tuple[Plan, tuple[str, ...]]:
    """The plan, and what keeps it from being run. Raises MissingData if something does, unless it is assumed."""
    try:
        return plan(wanted.experiment, hand.registry, hand.catalogue, world, wanted.probes), ()
    except MissingData:
        if not wanted.assume:
            raise
    lacking = Lacking()
    made = plan(wanted.experiment, hand.registry, hand.catalogue, assumed(world, lacking), wanted.probes)
    return made, tuple(lacking.notes())


def is_parallel(task: Task, split: Split, languages: tuple[str, str], limit: int | None, place: Place) -> bool:
    """Whether enough of a task's examples in one language come with translations in the other; raises MissingData."""
    examples = examples_of(task, split, languages[0], place, limit)
    alone = task.format == "retrieval" and languages[1] == task.source_language
    others = [] if alone else examples_of(task, split, languages[1], place, limit)
    return len(parallel_texts(examples, others)) >= ENOUGH


def check_anything(made: Plan) -> None:
    """Raise BadValue if every cell is a hole: there is nothing to run."""
    reasons = list(dict.fromkeys(planned.cell.reason for planned in made.cells))
    target = next((planned.cell.target for planned in made.cells), "NAME")
    if not any(planned.stage for planned in made.cells):
        raise BadValue(f"Nothing can be run: {'; '.join(reasons[:3])}.", hint=f"See: xeval tasks info {target}")


def identity(entry: ModelEntry, where: Where) -> Json:
    """What identifies the weights of a named model; raises if they are not there, or cannot be opened."""
    folder = find_model(entry.repository, entry.revision, where.hub, where.offline)
    found = model_identity(folder, entry.revision)
    if "revision" not in found:  # a snapshot is whole: the library has checked what it downloaded
        check_model(folder)
    if entry.family != TRANSLATES:
        check_encoder(folder)
    return {"repository": entry.repository, **found} if "revision" in found else found
