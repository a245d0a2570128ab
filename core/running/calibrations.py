"""Levels that leave the texts of a task at a given chrF: found once for each language, and kept beside the store."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from xeval.contracts import TargetTask
from xeval.errors import MissingData
from xeval.facts.registry import Registry
from xeval.files import write_json
from xeval.guests import watched
from xeval.hashing import digest
from xeval.perturbation import PerturbationRef
from xeval.plans.augmenting import noise_params
from xeval.plans.catalogue import Catalogue
from xeval.plans.trainings import task_params
from xeval.sources.examples import examples_of
from xeval.sources.rows import Place, fingerprint
from xeval.text.calibrating import Calibration, calibrated

VERSION = 1  # raised when the same data would give another level


def level_by_chrf(
    target: TargetTask,
    language: str,
    limit: int | None,
    ref: PerturbationRef,
    *,
    catalogue: Catalogue,
    registry: Registry,
    place: Place,
    store: Path,
) -> tuple[float, str]:
    """The level at which a perturbation leaves a target's texts at its chrF; or, if there is none, why not.

    What was found is kept under what decides it, if the store is there already: to plan makes no store.
    """
    wanted, split, spoken = ref.chrf or 0.0, target.evaluates_on, registry.languages[language]
    how = noise_params(catalogue, ref, spoken)

    def search() -> Calibration:
        examples = examples_of(target, split, language, place, limit)
        return calibrated(examples, watched(catalogue.perturbations[ref.name]), spoken, wanted, how["seed"], ref.policy)

    try:
        parts = [task_params(catalogue, target), fingerprint(target.data(split, language), place), how]
        about = [VERSION, *parts, split, language, limit, wanted]
        found = once(store / "calibrations" / f"{digest(about)}.json", search)
    except MissingData:
        return ref.level, ""  # the evaluation says what is missing
    return found.level, "" if found.reaches(wanted) else out_of_reach(ref, language, found)


def out_of_reach(ref: PerturbationRef, language: str, found: Calibration) -> str:
    """Why there is no level at which a perturbation has its chrF."""
    return f"{ref} cannot be reached in {language}: the nearest is chrF {found.chrf:.1f}"


def once(path: Path, search: Callable[[], Calibration]) -> Calibration:
    """What was found before, or is found now and kept."""
    found = kept(path)
    if found is None:
        found = search()
        keep(path, found)
    return found


def keep(path: Path, found: Calibration) -> None:
    """Keep what was found, in a store that is there."""
    if path.parent.parent.is_dir():
        with contextlib.suppress(OSError):  # a store that can only be read has none, and plans all the same
            path.parent.mkdir(exist_ok=True)
            write_json(path, asdict(found))


def kept(path: Path) -> Calibration | None:
    """What was found before; None where it was not, or where the file is damaged: then it is found again."""
    try:
        return Calibration(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
