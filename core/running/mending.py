"""Stored stages that are not what was written: found before a run, so that they are taken away and made again."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from xeval.plans.stage import GOALS, Stage
from xeval.running.runner import to_run
from xeval.running.store import BrokenArtifact, Store


@dataclass(frozen=True)
class Sound:
    """The keys of what a store holds whole; `broken` says why of what is not."""

    store: Store
    broken: Mapping[str, str]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key not in self.broken and key in self.store


def damaged(stages: Iterable[Stage], store: Store) -> dict[str, str]:
    """What is wrong with stored artifacts that a plan reads: its goals, and inputs of what is to be run. By key.

    A goal that is made again may need a training that was not looked at before, so all is looked at until none is new.
    """
    stages = list(stages)
    broken: dict[str, str] = {}
    whole: set[str] = set()
    while new := read(stages, Sound(store, broken)) - whole:
        for key in sorted(new):
            try:
                store.verify(key)
                whole.add(key)
            except BrokenArtifact as error:
                broken[key] = error.message
    return broken


def read(stages: list[Stage], there: Container[str]) -> set[str]:
    """The keys of stored artifacts that a run of these stages reads."""
    goals = {stage.key for stage in stages if stage.kind in GOALS}
    inputs = {need.key for stage in to_run(stages, there) for need in stage.inputs if need.is_work}
    return {key for key in goals | inputs if key in there}


def take_away(broken: Mapping[str, str], stages: Iterable[Stage], store: Store) -> list[str]:
    """Discard what is damaged; a sentence for each. Another run may have made it again by now."""
    labels = {stage.key: f"{stage.kind} {stage.label}" for stage in stages}
    for key in broken:
        if key in store and not store.is_whole(key):
            store.discard(key)
    return [f"{labels[key]} was damaged and is made again: {why}" for key, why in broken.items()]
